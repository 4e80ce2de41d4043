/** The stack code-assistant, rehearsed in memory: brought up, again, changed, failing, taken down. */
import { plan } from "../rehearsal/plan";
import { resultJson } from "../rehearsal/report/json";
import { changes, errors, rehearsed, OPERATORS_LEAVE } from "./rehearsed";

const OLM = "operators.coreos.com/v1alpha1";

const stage = rehearsed({ policies: true });

const open = (change?: (settings: any) => unknown, ...faults: string[]) => stage.open(change, faults);

describe("up", () => {
    it("brings everything up, on a path from a root to the last tier", async () => {
        const result = await (await open()).up();
        expect([errors(result), result.rejected, result.policy, result.succeeded]).toEqual([[], [], [], true]);
        const root = result.resources.find((r) => r.urn === result.criticalPath[0])!;
        expect(root.dependencies).toEqual([]);
        expect(result.criticalPath.at(-1)).toMatch(/::tier-[a-z]+-(auth-policy|subscription)$/);
        const steps = result.criticalPath.map((urn) => urn.split("::").at(-1));
        const waits = [
            "pool-l40s-us-east-2a-joined",
            "gpu-l40s-offered",
            "model-gpt-oss-20b-service",
            "model-gpt-oss-20b-published",
        ];
        expect(steps.filter((step) => waits.includes(step!))).toEqual(waits);
    });

    it("leaves every object of the plan in the cluster", async () => {
        const { up, cluster } = await open().then((s) => ({ up: s.up(), cluster: s.world.cluster }));
        for (const { type, inputs } of (await up).resources.filter((r) => r.type.startsWith("kubernetes:"))) {
            const { apiVersion, kind, metadata } = inputs as {
                apiVersion: string;
                kind: string;
                metadata: { name: string; namespace?: string };
            };
            expect([type, metadata.name, (await cluster.get({ apiVersion, kind, ...metadata })) !== undefined]).toEqual([
                type,
                metadata.name,
                true,
            ]);
        }
    });

    it("changes nothing the second time", async () => {
        const stack = await open();
        await stack.up();
        expect(changes(await stack.up())).toEqual([]);
    });

    it("says the same, byte for byte, of the same settings", async () => {
        const first = resultJson(await (await open()).up());
        await stage.session.close();
        expect(resultJson(await (await open()).up())).toBe(first);
    });

    it("touches one Group when a user moves to another tier", async () => {
        const stack = await open();
        await stack.up();
        stage.project.change((s) => void (s.identity.users[0].tier = "premium"));
        expect(changes(await stack.up()).sort()).toEqual(["update tier-free-group", "update tier-premium-group"]);
    });

    it("touches one policy when a limit changes", async () => {
        const stack = await open();
        await stack.up();
        stage.project.change((s) => void (s.tiers[0].requests.limit = 7));
        expect(changes(await stack.up())).toEqual(["update request-limits-policy"]);
    });

    it("upgrades an operator when its pin changes, and approves no plan beyond it", async () => {
        const stack = await open();
        await stack.up();
        stage.project.change((s) => void (s.operators = { "rhods-operator": { csv: "rhods-operator.3.4.1" } }));
        const result = await stack.up();
        expect([errors(result), changes(result).sort()]).toEqual([
            [],
            ["update operator-rhods-operator-installed", "update operator-rhods-operator-subscription"],
        ]);
        const csvs = await stack.world.cluster.list(OLM, "ClusterServiceVersion", "redhat-ods-operator");
        expect(csvs.map((c) => [c.metadata.name, c.status.phase])).toContainEqual(["rhods-operator.3.4.1", "Succeeded"]);
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
            expect.stringMatching(/installed already, by Subscription .*set operators\.nfd\.existing: true/),
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

it("leaves no operator behind when everything goes", async () => {
    const stack = await open();
    const before = new Set((await stack.world.cluster.list("v1", "Namespace")).map((n) => n.metadata.name));
    await stack.up();
    const result = await stack.destroy();
    expect([errors(result), result.succeeded]).toEqual([[], true]);
    expect(await stack.world.cluster.list(OLM, "ClusterServiceVersion")).toEqual([]);
    expect(await stack.world.cluster.list(OLM, "Subscription")).toEqual([]);
    const left = (await stack.world.cluster.list("v1", "Namespace")).map((n) => n.metadata.name).filter((n) => !before.has(n));
    expect(left.filter((name) => !OPERATORS_LEAVE.has(name))).toEqual([]);
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

it("shows no secret anywhere", async () => {
    const stack = await open();
    const result = await stack.up();
    const secret = await stack.world.cluster.get({
        apiVersion: "v1",
        kind: "Secret",
        namespace: "maas-db",
        name: "maas-db-credentials",
    });
    const password = Buffer.from(secret!["data"].password as string, "base64").toString();
    expect(password).toHaveLength(32);
    expect(resultJson(result)).not.toContain(password);
});
