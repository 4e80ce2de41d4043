/**
 * Each cause of catalogue/troubles.json is the first that `maas status` names of a stack that is up but for it: objects as a rehearsal
 * has them, with the words of the products for what broke.
 */
import { spawnSync } from "node:child_process";

import { causes } from "../../../catalogue/troubleshooting";
import { type Status, statusOf } from "../../../cli/status/status";
import { Kube, type KubeObject } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import type { Plan } from "../../../rehearsal/result";
import { openSession } from "../../../simulator/rehearse";
import { Project } from "../../project";
import { withExternalModel } from "../../settings";
import { brokenObjects } from "./brokenObjects";
import { brokenOperators, type Row } from "./brokenOperators";
import { BrokenCluster, recording } from "./recorded";

jest.setTimeout(120_000);

let planned: Plan;
let lists: ReadonlyMap<string, readonly KubeObject[]>;
let whole: Status;

beforeAll(async () => {
    const project = new Project();
    const stack = project.change(withExternalModel);
    const session = await openSession({ projectDir: project.folder, stack });
    try {
        await session.up();
        planned = await plan({ projectDir: project.folder, stack });
        const recorded = recording(await Kube.connect(undefined, session.world.kubeconfig));
        whole = await statusOf(recorded.kube, planned);
        // Read only where something is wrong.
        await recorded.kube.list({ apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" });
        lists = recorded.lists;
    } finally {
        await session.close();
        project.remove();
    }
});

async function broken(change: (cluster: BrokenCluster) => void): Promise<Status> {
    const cluster = new BrokenCluster(lists);
    change(cluster);
    return statusOf(cluster.kube, planned);
}

it("finds nothing wrong with a stack that is up", () => {
    const { up, all, problems, operators, unseen, unread } = whole;
    expect([problems, unseen, unread]).toEqual([[], 0, []]);
    expect([up, all > 60]).toEqual([all, true]);
    expect(operators.map(({ package: of }) => of)).toEqual(expect.arrayContaining(["rhods-operator", "rhcl-operator"]));
    expect(operators.every(({ version }) => version !== undefined)).toBe(true);
});

/** The commands that were offered in the tests so far. */
const told: string[] = [];

const rows: Readonly<Record<string, Row>> = { ...brokenOperators, ...brokenObjects };

test.each(Object.keys(rows))("%s", async (id) => {
    const [change, object, remedy] = rows[id]!;
    const { problems, up, all } = await broken(change);
    told.push(...problems.flatMap(({ remedies }) => remedies));
    expect(problems[0]).toMatchObject({ id, object: expect.stringMatching(object) as string });
    expect(problems[0]!.remedies.some((one) => one.startsWith(remedy))).toBe(true);
    expect(up).toBeLessThanOrEqual(all);
});

/** Causes of kinds that the stack of these tests does not have: status.test.ts compares their words alone. */
const BY_WORDS = [
    "mlflow-key",
    "certificate-stuck",
    "issuer-not-ready",
    "monitoring-order",
    "tenant-gateway",
    "tenant-dependencies",
    "tenant-prerequisites",
    "tenant-degraded",
    "store-denied",
    "store-sealed",
    "store-unreachable",
    "store-no-key",
    "store-condition",
    "two-owners",
    "store-not-valid",
    "route-not-admitted",
    "credentials",
    "secret-missing",
    "secret-not-issued",
    "gate-waits",
    "not-ready",
];

it("no cause is without a broken cluster, or words of its own", () => {
    expect([...Object.keys(rows), ...BY_WORDS].sort()).toEqual(causes.map(({ id }) => id).sort());
});

it("a pod in trouble that nothing waits for comes after what others wait for", async () => {
    const { problems, up, all } = await broken((c) => {
        c.waiting("maas", "stray", "CrashLoopBackOff", "back-off 5m0s");
        c.remove("secrets", "maas-db-config");
        c.condition("datascienceclusters", "default-dsc", "Ready", "False", "NotReady");
    });
    expect(problems.map(({ object }) => object)).toEqual(["Secret redhat-ods-applications/maas-db-config", "Pod maas/stray"]);
    expect([problems[0]!.waiting.length > 0, problems[1]!.waiting, up < all]).toEqual([true, [], true]);
});

it("a pod that does not get its volume is in trouble after some attempts, and only starts before", async () => {
    const message = 'MountVolume.SetUp failed for volume "tls" : secret "maas-api-serving-cert" not found';
    const after = async (attempts: number): Promise<Status["problems"]> =>
        (await broken((c) => c.preparing("redhat-ods-applications", "maas-api-1", "FailedMount", message, attempts))).problems;
    expect(await after(2)).toEqual([]);
    expect(await after(8)).toMatchObject([
        { id: "config-missing", object: "Pod redhat-ods-applications/maas-api-1", says: `FailedMount: ${message}` },
    ]);
});

it("what starting objects say too is on its way until the timeout of its resource, and broken then", async () => {
    const after = async (minutes: number, change: (cluster: BrokenCluster) => void): Promise<unknown> => {
        const { problems } = await broken((c) => {
            const newest = Math.max(...c.all("namespaces").map(({ metadata }) => Date.parse(metadata.creationTimestamp)));
            c.now = newest + minutes * 60_000;
            change(c);
        });
        return problems.map(({ id, comingFor }) => [id, comingFor === undefined ? "broken" : "coming"]);
    };
    const since = (c: BrokenCluster, minutes: number): string => new Date(c.now - minutes * 60_000).toISOString();
    const gateway =
        (minutes: number) =>
        (c: BrokenCluster): void => {
            c.condition("gateways", "maas-default-gateway", "Programmed", "False", "AddressNotAssigned");
            c.each("gateways", "maas-default-gateway", ({ status }) => {
                status.conditions.at(-1).lastTransitionTime = since(c, minutes);
            });
        };
    expect(await after(60, gateway(14))).toEqual([["gateway-address", "coming"]]);
    expect(await after(60, gateway(15))).toEqual([["gateway-address", "broken"]]);
    const crashing = (c: BrokenCluster): void => c.waiting("maas", "p", "CrashLoopBackOff", "back-off 10s");
    expect(await after(0, crashing)).toEqual([["crash-loop", "broken"]]);
});

it("a policy that others override, a finished pod and a failed pod of a Job are no trouble", async () => {
    const { problems } = await broken((c) => {
        c.condition("authpolicies", "maas-default-gateway-default-auth", "Enforced", "False", "Overridden", "by maas/a");
        c.pod("maas", "done", { phase: "Succeeded" });
        c.pod("maas", "try-1", { phase: "Failed" }, { ownerReferences: [{ kind: "Job" }] });
    });
    expect(problems).toEqual([]);
});

it("every remedy can be pasted into a shell: it parses, begins with a command that a reader has, and names kinds in full", () => {
    const remedies = [...told, ...causes.flatMap((cause) => cause.remedies)];
    expect(remedies.filter((one) => !/^(oc|pulumi|maas|aws|vault|\$\{create\}) ?/.test(one))).toEqual([]);
    const script = [...new Set(told)].join("\n");
    expect(told.length).toBeGreaterThanOrEqual(Object.keys(rows).length);
    expect(script).not.toMatch(/\$\{|…/);
    expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    // Another product may have a kind of the same name: Istio a gateway, Knative a route, ACM a subscription.
    const short =
        /\boc (?:get|describe|delete) (?:gateways?|routes?|subscriptions?|certificates?|tenants?|csv|policies|machines?)\b(?!\.)/;
    expect(remedies.filter((one) => short.test(one))).toEqual([]);
});
