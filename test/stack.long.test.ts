/** The stack code-assistant, rehearsed in memory: brought up, again, changed, failing, taken down. */
import path from "node:path";

import { plan } from "../rehearsal/plan";
import { resultJson } from "../rehearsal/report/json";
import type { RehearsalSession } from "../rehearsal/rehearse";
import type { Rehearsal } from "../rehearsal/result";
import { openSession } from "../simulator/rehearse";
import { Project } from "./project";
import { changes, errors, findings, rehearsed, OPERATORS_LEAVE } from "./rehearsed";

const OLM = "operators.coreos.com/v1alpha1";

const stage = rehearsed({ policies: true });

const open = (change?: (settings: any) => unknown, ...faults: string[]) => stage.open(change, faults);

/** Each test goes on where the one before it left the stack. */
describe("up", () => {
    const changed: ((settings: any) => unknown)[] = [];
    let project: Project;
    let session: RehearsalSession;
    let before: Set<string>;
    let first: Rehearsal;
    const settings = (change?: (settings: any) => unknown): string => {
        changed.push(...(change === undefined ? [] : [change]));
        return project.change((s) => changed.forEach((apply) => apply(s)));
    };
    const opened = (stack: string): Promise<RehearsalSession> =>
        openSession({ projectDir: project.folder, stack, policyPack: path.join(__dirname, "../policy") });
    const namespaces = async (): Promise<string[]> =>
        (await session.world.cluster.list("v1", "Namespace")).map((n) => n.metadata.name);
    beforeAll(async () => {
        project = new Project();
        session = await opened(settings());
        before = new Set(await namespaces());
        first = await session.up();
    });
    afterAll(async () => {
        await session?.close();
        project.remove();
    });

    it("brings everything up, on a path from a root to the last tier", () => {
        expect([errors(first), first.rejected, findings(first), first.succeeded]).toEqual([[], [], [], true]);
        const root = first.resources.find((r) => r.urn === first.criticalPath[0])!;
        expect(root.dependencies).toEqual([]);
        expect(first.criticalPath.at(-1)).toMatch(/::tiers-enforced$/);
        const steps = first.criticalPath.map((urn) => urn.split("::").at(-1));
        const waits = [
            "pool-l40s-us-east-2a-joined",
            "gpu-l40s-allocatable",
            "model-gpt-oss-20b-service",
            "model-gpt-oss-20b-published",
        ];
        expect(steps.filter((step) => waits.includes(step!))).toEqual(waits);
    });

    it("leaves every object of the plan in the cluster", async () => {
        for (const { type, inputs } of first.resources.filter((r) => r.type.startsWith("kubernetes:"))) {
            const { apiVersion, kind, metadata } = inputs as {
                apiVersion: string;
                kind: string;
                metadata: { name: string; namespace?: string };
            };
            const found = await session.world.cluster.get({ apiVersion, kind, ...metadata });
            expect([type, metadata.name, found !== undefined]).toEqual([type, metadata.name, true]);
        }
    });

    it("shows no secret anywhere", async () => {
        const secret = await session.world.cluster.get({
            apiVersion: "v1",
            kind: "Secret",
            namespace: "maas-db",
            name: "maas-db-credentials",
        });
        const password = Buffer.from(secret!["data"].password as string, "base64").toString();
        expect(password).toHaveLength(32);
        expect(resultJson(first)).not.toContain(password);
    });

    it("says the same, byte for byte, of the same settings", async () => {
        const other = await opened("test");
        try {
            expect(resultJson(await other.up())).toBe(resultJson(first));
        } finally {
            await other.close();
        }
    });

    it("changes nothing the second time", async () => {
        expect(changes(await session.up())).toEqual([]);
    });

    it("touches one Group when a user moves to another tier", async () => {
        settings((s) => void (s.identity.users[0].tier = "premium"));
        expect(changes(await session.up()).sort()).toEqual(["update tier-free-group", "update tier-premium-group"]);
    });

    it("touches one policy when a limit changes", async () => {
        settings((s) => void (s.tiers[0].requests.limit = 7));
        expect(changes(await session.up())).toEqual(["update request-limits-policy"]);
    });

    it("upgrades an operator when its pin changes, and approves no plan beyond it", async () => {
        settings((s) => void (s.operators = { "rhods-operator": { csv: "rhods-operator.3.4.1" } }));
        const result = await session.up();
        expect([errors(result), changes(result).sort()]).toEqual([
            [],
            ["update operator-rhods-operator-installed", "update operator-rhods-operator-subscription"],
        ]);
        const csvs = await session.world.cluster.list(OLM, "ClusterServiceVersion", "redhat-ods-operator");
        expect(csvs.map((c) => [c.metadata.name, c.status.phase])).toContainEqual(["rhods-operator.3.4.1", "Succeeded"]);
    });

    it("leaves no operator behind when everything goes", async () => {
        const result = await session.destroy();
        expect([errors(result), result.succeeded]).toEqual([[], true]);
        expect(await session.world.cluster.list(OLM, "ClusterServiceVersion")).toEqual([]);
        expect(await session.world.cluster.list(OLM, "Subscription")).toEqual([]);
        const left = (await namespaces()).filter((name) => !before.has(name));
        expect(left.filter((name) => !OPERATORS_LEAVE.has(name))).toEqual([]);
    });
});

describe("a failure", () => {
    it.each([
        [
            "csv-failed:rhods-operator",
            /operator rhods-operator: ClusterServiceVersion rhods-operator\.3\.4\.0 failed \(InstallCheckFailed\)/,
        ],
        [
            "unresolvable:rhcl-operator",
            /operator rhcl-operator: OLM cannot resolve it \(ConstraintsNotSatisfiable\): .*no operators found/,
        ],
        [
            "crd-missing:clusterpolicies.nvidia.com",
            /operator gpu-operator-certified: .* did not succeed within 20 minutes: Pending \(RequirementsNotMet\)/,
        ],
        ["refuse:Gateway/maas-default-gateway", /denied the request/],
        ["not-ready:Kuadrant/kuadrant", /timed out waiting for the condition: condition=Ready/],
    ])("of %s is told in its own words, and told again by the next up", async (fault, message) => {
        const stack = await open(undefined, fault);
        const first = await stack.up();
        expect([first.succeeded, errors(first).join("\n")]).toEqual([false, expect.stringMatching(message)]);
        // What does not depend on it has finished.
        expect(changes(first)).toContain("create pool-l40s-us-east-2a");
        const second = await stack.up();
        expect([second.succeeded, errors(second).join("\n")]).toEqual([false, expect.stringMatching(message)]);
        expect(changes(second)).not.toContain("create pool-l40s-us-east-2a");
    });

    it("to find an operator of somebody else leaves that alone, and says how to use it", async () => {
        const result = await (await open(undefined, "foreign:nfd")).up();
        expect(errors(result)).toEqual([
            expect.stringMatching(/already installed, by Subscription .*set operators\.nfd\.existing: true/),
        ]);
        expect(
            await stage.session.world.cluster.get({ apiVersion: "v1", kind: "Namespace", name: "openshift-nfd" }),
        ).toBeUndefined();
    });

    it("of the settings creates nothing", async () => {
        const result = await (await open((s) => void (s.models[0].pool = "l40"))).up();
        expect(errors(result)).toEqual([
            expect.stringMatching(/models\[0\]\.pool: "l40" is not a GPU pool; expected one of l40s; did you mean "l40s"\?/),
        ]);
        expect(result.resources.filter((r) => r.type !== "pulumi:pulumi:Stack")).toEqual([]);
    });
});

it("uses an operator of somebody else, and leaves it when everything goes", async () => {
    const stack = await open((s) => {
        s.operators = { nfd: { existing: true, namespace: "nfd-by-others" } };
    }, "foreign:nfd");
    const foreign = (await stack.world.cluster.list(OLM, "Subscription")).find((s) => s.spec.name === "nfd")!;
    const up = await stack.up();
    expect([errors(up), up.succeeded]).toEqual([[], true]);
    const down = await stack.destroy();
    expect([errors(down), down.succeeded]).toEqual([[], true]);
    const after = await stack.world.cluster.get({ apiVersion: OLM, kind: "Subscription", ...foreign.metadata } as never);
    expect(after?.spec).toEqual(foreign.spec);
});

describe("what only the cluster knows", () => {
    it("is read from it when the stack file does not say", async () => {
        const result = await (await open((s) => void delete s.cluster)).up();
        expect([errors(result), result.succeeded]).toEqual([[], true]);
        expect(result.outputs["url"]).toBe("https://maas.apps.cluster.example.com");
    });

    it("is missed with its names when there is no cluster to ask", async () => {
        const stack = stage.project.change((s) => void delete s.cluster.ami);
        const { diagnostics } = await plan({ projectDir: stage.project.folder, stack });
        expect(diagnostics.map((d) => d.message).join("\n")).toMatch(
            /cluster\.ami is not in the stack file and could not be read from the cluster/,
        );
    });
});
