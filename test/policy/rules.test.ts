import * as pulumi from "@pulumi/pulumi";

import { families } from "../../policy/policies";
import { levelOf } from "../../policy/rule";
import { operatorBeforeKind } from "../../policy/rules/operatorBeforeKind";
import { specMatchesSchema } from "../../policy/rules/specMatchesSchema";
import { judge, judgeStack, type Subject } from "./judge";

const TYPE = "kubernetes:kuadrant.io/v1:RateLimitPolicy";
const spec = (change: object = {}): Record<string, unknown> => ({
    apiVersion: "kuadrant.io/v1",
    kind: "RateLimitPolicy",
    metadata: { name: "p", namespace: "n" },
    spec: {
        targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "g" },
        limits: { free: { rates: [{ limit: 5, window: "2m" }] } },
        ...change,
    },
});

describe("spec-matches-schema", () => {
    it("accepts what follows the schema", async () => {
        expect(await judge(specMatchesSchema, TYPE, spec())).toEqual([]);
    });
    it("refuses a field that the kind has not, with its path", async () => {
        expect(await judge(specMatchesSchema, TYPE, spec({ limit: {} }))).toEqual(["spec.limit: no such field"]);
    });
    it("refuses what is certain beside what is unknown", async () => {
        const unknown = pulumi.runtime.unknownValue;
        expect(await judge(specMatchesSchema, TYPE, spec({ targetRef: unknown, limit: {} }))).toEqual([
            "spec.limit: no such field",
        ]);
    });
    it.each(["spec", "spec.targetRef.name", "spec.limits.free.rates"])("says nothing of an unknown %s", async (path) => {
        const object = spec();
        const keys = path.split(".");
        let holder = object;
        for (const key of keys.slice(0, -1)) {
            holder = holder[key] as Record<string, unknown>;
        }
        holder[keys.at(-1)!] = pulumi.runtime.unknownValue;
        expect(await judge(specMatchesSchema, TYPE, object)).toEqual([]);
    });
    it("leaves kinds alone that it does not know, or is told to ignore", async () => {
        expect(await judge(specMatchesSchema, "kubernetes:example.com/v1:Thing", { spec: { x: 1 } })).toEqual([]);
        expect(await judge(specMatchesSchema, TYPE, spec({ limit: {} }), { ignore: [TYPE] })).toEqual([]);
    });
    it("checks patches by the fields that they patch", async () => {
        const patch = "kubernetes:operator.authorino.kuadrant.io/v1beta1:AuthorinoPatch";
        const tls = { enabled: true, certSecretRef: { name: "x" } };
        expect(await judge(specMatchesSchema, patch, { metadata: { name: "authorino" }, spec: { listener: { tls } } })).toEqual(
            [],
        );
        expect(
            await judge(specMatchesSchema, patch, { metadata: { name: "authorino" }, spec: { listener: { tsl: tls } } }),
        ).toEqual([expect.stringContaining("spec.listener.tls"), "spec.listener.tsl: no such field"]);
    });
});

describe("operator-before-kind", () => {
    const gate = (operator: string, name = `${operator}-gate`): Subject => ({
        type: "kubernetes:core/v1:ConfigMap",
        name,
        props: { metadata: { labels: { "maas-platform.io/gate": "operator-installed" } }, data: { package: operator } },
    });
    const gateOfNothing = { metadata: { labels: { "maas-platform.io/gate": "operator-installed" } } };
    const kuadrant = (more: Partial<Subject>): Subject => ({
        type: "kubernetes:kuadrant.io/v1beta1:Kuadrant",
        name: "kuadrant",
        ...more,
    });

    it.each<[string, Subject[]]>([
        ["depends on the gate", [gate("rhcl-operator"), kuadrant({ dependencies: ["rhcl-operator-gate"] })]],
        [
            "depends on what depends on it",
            [
                gate("rhcl-operator"),
                { type: "t", name: "a", dependencies: ["rhcl-operator-gate"] },
                kuadrant({ dependencies: ["a"] }),
            ],
        ],
        [
            "is in a component that depends on it",
            [gate("rhcl-operator"), { type: "t", name: "c", dependencies: ["rhcl-operator-gate"] }, kuadrant({ parent: "c" })],
        ],
    ])("accepts a resource that %s", async (_what, subjects) => {
        expect(await judgeStack(operatorBeforeKind, subjects)).toEqual([]);
    });
    it.each<[string, Subject[]]>([
        ["nothing", [gate("rhcl-operator"), kuadrant({})]],
        [
            "a gate whose condition is not known",
            [{ ...gate("rhcl-operator", "gate"), props: gateOfNothing }, kuadrant({ dependencies: ["gate"] })],
        ],
        ["another operator's gate", [gate("nfd"), kuadrant({ dependencies: ["nfd-gate"] })]],
        [
            "a ConfigMap that is no gate",
            [
                { type: "kubernetes:core/v1:ConfigMap", name: "c", props: { metadata: {}, data: { package: "rhcl-operator" } } },
                kuadrant({ dependencies: ["c"] }),
            ],
        ],
        [
            "the operator's Subscription alone",
            [{ type: "kubernetes:operators.coreos.com/v1alpha1:Subscription", name: "s" }, kuadrant({ dependencies: ["s"] })],
        ],
    ])("refuses a resource that depends on %s", async (_what, subjects) => {
        expect(await judgeStack(operatorBeforeKind, subjects)).toEqual([
            expect.stringMatching(/^kuadrant: kuadrant .* does not depend on the gate of operator rhcl-operator/),
        ]);
    });
    it("believes the configuration that an operator exists", async () => {
        expect(await judgeStack(operatorBeforeKind, [kuadrant({})], { provided: ["rhcl-operator"] })).toEqual([]);
    });
    it("is linear: a long chain takes no time", async () => {
        const chain: Subject[] = Array.from({ length: 2000 }, (_, i) => ({
            type: "t",
            name: `r${i}`,
            dependencies: i === 0 ? ["rhcl-operator-gate"] : [`r${i - 1}`],
        }));
        expect(
            await judgeStack(operatorBeforeKind, [gate("rhcl-operator"), ...chain, kuadrant({ dependencies: ["r1999"] })]),
        ).toEqual([]);
    });
});

it("describes every rule: what, why, mend, level, configuration", () => {
    for (const rule of Object.values(families).flat()) {
        expect(rule).toMatchObject({
            name: expect.stringMatching(/^[a-z][a-z0-9-]+$/) as string,
            enforcementLevel: levelOf(rule.text, "development"),
        });
        expect([
            rule.description.length > 40,
            (rule.remediationSteps ?? "").length > 20,
            rule.configSchema !== undefined,
        ]).toEqual([true, true, true]);
    }
});
