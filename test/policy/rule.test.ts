/** How a rule tells of what it finds. */
import type { StackValidationPolicy } from "@pulumi/policy";

import { levelOf, resourceRule, type RuleText, stackRule } from "../../policy/rule";
import { takeWaived } from "../../policy/waived";
import { findings, judgeStack, resourcesOf, type Subject } from "./judge";

const text: RuleText = {
    name: "a-rule",
    title: "Something holds",
    why: "Otherwise nobody notices",
    remedy: "Change it",
    severity: "low",
    source: "a test",
    fields: { "gpu.pools": "replicas" },
};
const pool: Subject = {
    type: "kubernetes:machine.openshift.io/v1beta1:MachineSet",
    name: "pool-l40s-us-east-2a",
    within: "maas:platform:Platform$maas:gpu:GpuPool",
};
const secrets = ["one", "two"].map((name): Subject => ({ type: "kubernetes:core/v1:Secret", name }));
const waiver = { resource: "*", owner: "ann", reason: "a test", until: "2999-12-31" };
const told = (field?: string) =>
    stackRule(text, (stack, report) => stack.all.forEach((subject) => report(subject, "wrong", field)));
const ofKinds = (kinds: string[] | ((type: string) => boolean)) =>
    resourceRule(text, kinds, (_subject, report) => report("wrong"));

describe("a finding", () => {
    it("names the setting that caused it, where there is one", async () => {
        expect(await findings(told(), [pool, ...secrets])).toEqual([
            "pool-l40s-us-east-2a: wrong [gpu.pools[name=l40s].replicas]",
            "one: wrong",
            "two: wrong",
        ]);
    });
    it("may come from another field than those of its rule usually do", async () => {
        expect(await findings(told("instanceType"), [pool])).toEqual([
            "pool-l40s-us-east-2a: wrong [gpu.pools[name=l40s].instanceType]",
        ]);
    });
    it("of what is known by its URN alone, or of the stack, says no more than its message", async () => {
        const rule = stackRule(
            text,
            (_stack, report) => (report("urn:pulumi:s::p::t::gone", "wrong"), report(undefined, "all wrong")),
        );
        expect(await findings(rule, [pool])).toEqual(["gone: wrong", ": all wrong"]);
    });
    it("is told without a configuration too", () => {
        const said: string[] = [];
        const args = { resources: resourcesOf(secrets), getConfig: () => ({}) };
        const { validateStack } = told() as unknown as { validateStack: (a: unknown, r: (m: string) => void) => void };
        validateStack(args, (message) => void said.push(message));
        expect(said).toEqual(["wrong", "wrong"]);
    });
    it("that somebody answers for is kept for each of its resources, and for the stack", async () => {
        takeWaived();
        const whole = stackRule(text, (_stack, report) => report(undefined, "all wrong"));
        expect(await judgeStack(told() as StackValidationPolicy, secrets, { waivers: [waiver] })).toEqual([]);
        expect(await judgeStack(whole as StackValidationPolicy, secrets, { waivers: [waiver] })).toEqual([]);
        expect(takeWaived().map(({ urn }) => urn?.split("::").at(-1))).toEqual(["one", "two", undefined]);
        expect(takeWaived()).toEqual([]);
    });
});

describe("a rule of single resources", () => {
    it("looks at the kinds that it names, of Kubernetes alone, and at patches of them", async () => {
        const others: Subject[] = [
            { type: "kubernetes:core/v1:SecretPatch", name: "patch" },
            { type: "kubernetes:core/v1:ConfigMap", name: "map" },
            { type: "vault:kv/secret:Secret", name: "elsewhere" },
        ];
        expect(await findings(ofKinds(["Secret"]), [...secrets, ...others])).toEqual([
            "one: wrong",
            "two: wrong",
            "patch: wrong",
        ]);
        expect(
            await findings(
                ofKinds((type) => type.startsWith("vault:")),
                [...secrets, ...others],
            ),
        ).toEqual(["elsewhere: wrong"]);
    });
    it("changes nothing, unless it can mend, and it is of these kinds", () => {
        expect(ofKinds(["Secret"])).not.toHaveProperty("remediateResource");
        const mending = resourceRule(
            text,
            ["Secret"],
            () => undefined,
            (props) => (props["type"] === undefined ? { ...props, type: "Opaque" } : undefined),
        );
        const mended = (type: string, props: object): unknown =>
            (mending as unknown as { remediateResource: (args: object) => unknown }).remediateResource({ type, props });
        const [bare, typed] = [{ data: {} }, { type: "tls" }];
        expect(mended("kubernetes:core/v1:Secret", bare)).toEqual({ data: {}, type: "Opaque" });
        expect(bare).toEqual({ data: {} });
        expect(mended("kubernetes:core/v1:Secret", typed)).toBe(typed);
        expect(mended("kubernetes:core/v1:ConfigMap", bare)).toBe(bare);
    });
});

it("tells CrossGuard what it says of itself, and takes waivers beside its own configuration", () => {
    const limit = { type: "number", default: 5 } as const;
    const rule = resourceRule({ ...text, config: { limit } }, ["Secret"], () => undefined);
    expect(rule).toMatchObject({
        name: "a-rule",
        displayName: "Something holds",
        description: "Otherwise nobody notices",
        remediationSteps: "Change it",
        severity: "low",
        enforcementLevel: "mandatory",
        configSchema: { properties: { limit, waivers: { type: "array", default: [] } } },
    });
});

it("is mandatory but in a sandbox, unless it says otherwise", () => {
    expect([levelOf(text, "sandbox"), levelOf(text, "development"), levelOf(text, "production")]).toEqual([
        "advisory",
        "mandatory",
        "mandatory",
    ]);
    const levels = { sandbox: "disabled", development: "advisory", production: "remediate" } as const;
    expect(levelOf({ ...text, levels }, "production")).toBe("remediate");
});
