/**
 * Every manifest of every stack, as Argo CD applies them: each is taken by a real API server with the products' CRDs; and all come up
 * wave by wave on a real API server on which the operators are played, where the scripts of their Jobs run.
 */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

import { argoCdJudges, readyCheck, replacedChecks } from "../../../catalogue/gitops/gitops";
import { render } from "../../../cli/render/render";
import { groupOf, type Manifest, type Rendered, type Rendering, titleOf } from "../../../cli/render/rendering";
import { registeredKinds, registeredPatches } from "../../../kinds";
import type { ApiServerCluster } from "../../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../../rehearsal/apiserver/open";
import { ApiServerWorld } from "../../../rehearsal/apiserver/world";
import { ApiError, type Cluster, type KubeObject } from "../../../rehearsal/cluster/cluster";
import { shippedKinds } from "../../../rehearsal/cluster/served-kinds";
import { readProject, stacksOf } from "../../../rehearsal/engine/project";
import { plan } from "../../../rehearsal/plan";
import { gatesOf } from "../../../rehearsal/providers/kubernetes/gates";
import type { PlannedResource } from "../../../rehearsal/result";
import type { SimulationRef } from "../../../rehearsal/simulation";
import { crdSource } from "../../../simulator/crds/crds";
import { simulation } from "../../../simulator/rehearse";
import { siteOfStack } from "../../../simulator/stackFile";
import { applyPlan } from "../../conformance/apply";
import { describeConformance } from "../../conformance/require";
import { HAS_KUBECTL } from "../../kubectl";
import { describeApiServer, eventually } from "../../rehearsal/apiserver/support";
import { root, withFolder } from "../helper";
import { health } from "./lua";
import { saysTheSame } from "./same";

jest.setTimeout(400_000);

/** Milliseconds for which a wave is tried, and between two tries. */
const PATIENCE = 60_000;
const PAUSE = 50;

const run = promisify(execFile);
const [check, replaced] = [readyCheck(), replacedChecks()];

const stacks = stacksOf(readProject(root));

const renderedOf = async (stack: string): Promise<Rendered> => {
    const planned = await plan({ projectDir: root, stack });
    const rendered = render(planned);
    saysTheSame(planned, rendered);
    return rendered;
};

const simulationFor = (stack: string): SimulationRef => simulation({ site: siteOfStack(root, stack) });

describeConformance("every manifest of every stack, on a real API server with the products' CRDs", () => {
    let cluster: ApiServerCluster;
    beforeAll(async () => {
        cluster = await openApiServer();
    });
    afterAll(() => cluster?.close());

    it.each(stacks)("%s is taken", async (stack) => {
        const { renderings } = await renderedOf(stack);
        const { sent, notTaken } = await applyPlan(cluster, crdSource(process.env), renderings.map(resourceOf));
        expect(notTaken).toEqual([]);
        expect(sent).toHaveLength(renderings.length);
    });
});

// Kinds come late, objects become ready, and each wave is healthy before the next begins. Jobs run with kubectl in place of oc; without
// kubectl, what a Job waits for is looked for.
describeApiServer("the manifests on a real API server on which the operators are played, wave by wave", () => {
    test.each(stacks)("%s, whose Jobs run", async (stack) => {
        const rendered = await renderedOf(stack);
        const world = await ApiServerWorld.open({ simulation: simulationFor(stack), speed: 1000 });
        try {
            await withFolder(async (bin) => {
                const { cluster, kubeconfig } = world;
                commands(bin);
                await comeUp(rendered, cluster, (job) => (HAS_KUBECTL ? waited(job, bin, kubeconfig) : played(cluster, job)));
            });
        } finally {
            await world.close();
        }
    });
});

/** Applies all manifests, and waits for each wave. @param wait does what a Job does that waits */
async function comeUp({ renderings }: Rendered, cluster: Cluster, wait: (job: Manifest) => Promise<void>): Promise<void> {
    const taken: string[] = [];
    for (const wave of wavesOf(renderings)) {
        for (const one of wave) {
            await brought(cluster, one.manifest);
            await applied(cluster, one);
            taken.push(titleOf(one.manifest));
        }
        const ended = await Promise.allSettled(
            wave.map((one) => (one.manifest.kind === "Job" && one.isOf === "wait" ? wait(one.manifest) : healthy(cluster, one))),
        );
        expect(ended.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : []))).toEqual([]);
    }
    expect(taken).toHaveLength(renderings.length);
}

/** A manifest as a resource of a plan, which the conformance suite takes. */
function resourceOf({ manifest, isPatch }: Rendering): PlannedResource {
    const { apiVersion, kind } = manifest;
    return {
        urn: titleOf(manifest),
        type: `kubernetes:${apiVersion}:${kind}${isPatch === true ? "Patch" : ""}`,
        name: manifest.metadata.name,
        inputs: { ...manifest },
        dependencies: [],
        options: { custom: true },
    };
}

function wavesOf(renderings: readonly Rendering[]): Rendering[][] {
    const waves = new Map<number, Rendering[]>();
    renderings.forEach((one) => waves.set(one.wave, [...(waves.get(one.wave) ?? []), one]));
    return [...waves.values()];
}

/** Tries again where a kind or a namespace is still to come: Argo CD retries the sync. */
async function applied(cluster: Cluster, { manifest }: Rendering): Promise<void> {
    const object = manifest as unknown as KubeObject;
    const end = Date.now() + PATIENCE;
    for (;;) {
        try {
            await cluster.apply(object, { fieldManager: "argocd-controller", force: true });
            return;
        } catch (e) {
            const late = e instanceof ApiError && (e.reason === "NoKindMatch" || e.reason === "NotFound");
            if (!late || Date.now() > end) {
                throw new Error(`${titleOf(manifest)}: ${(e as Error).message}`, { cause: e });
            }
        }
        await pause(PAUSE);
    }
}

/** Waits as Argo CD does: by the check that is shipped, or by what it knows of the kind itself. */
async function healthy(cluster: Cluster, { manifest }: Rendering): Promise<void> {
    const { apiVersion, kind, metadata } = manifest;
    const ref = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
    const end = Date.now() + PATIENCE;
    let seen: string | undefined;
    let verdict: string | undefined = "it is not there";
    for (;;) {
        const object = await cluster.get(ref);
        // Scripts are slow here: they run when the object has changed.
        if (object === undefined || object.metadata.resourceVersion !== seen) {
            verdict = judge(object, manifest);
            seen = object?.metadata.resourceVersion;
        }
        if (verdict === undefined) {
            return;
        }
        if (Date.now() > end) {
            throw new Error(`${titleOf(manifest)} is not healthy: ${verdict}; status ${JSON.stringify(object?.status)}`);
        }
        await pause(PAUSE);
    }
}

function judge(object: KubeObject | undefined, { apiVersion, kind }: Manifest): string | undefined {
    if (object === undefined) {
        return "it is gone";
    }
    const own = replaced.get(`${groupOf(apiVersion)}/${kind}`);
    const { status, message } = health(own ?? check, object);
    if (status !== "Healthy") {
        return message === "" ? status : message;
    }
    if (own !== undefined || !argoCdJudges(groupOf(apiVersion), kind)) {
        return undefined;
    }
    const unmet = gatesOf(object, false).gates.find((gate) => !gate.judge(object).ready);
    return unmet?.judge(object).seen;
}

/** Creates the Secret that a Job waits for, as somebody does. */
async function brought(cluster: Cluster, job: Manifest): Promise<void> {
    const variables = job.kind === "Job" && job.metadata.labels?.["maas-platform.io/waits"] === "true" ? envOf(job) : {};
    if (variables["keys"] === undefined) {
        return;
    }
    const [namespace, name] = variables["object"]!.replace("Secret ", "").split("/") as [string, string];
    const stringData = Object.fromEntries(variables["keys"]!.split(" ").map((key) => [key, "value"]));
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData };
    await applied(cluster, { manifest: secret, wave: 0, layer: "", isOf: "plan" });
}

/** Does what the script of a Job does: waits for an object, or approves the InstallPlan that has the pin. */
async function played(cluster: Cluster, job: Manifest): Promise<void> {
    const { package: of, csv = "", object = "" } = envOf(job);
    const [kind = "", place = ""] = object.split(" ");
    const [name = "", namespace] = place.split("/").reverse();
    const { kubernetes } = shippedKinds();
    const known = [...kubernetes, ...registeredKinds().values(), ...registeredPatches().values()].find(
        (one) => one.kind === kind,
    );
    if (known !== undefined) {
        await eventually(
            `${object} exists`,
            async () => {
                return (await cluster.get({ apiVersion: known.apiVersion, kind, name, namespace })) !== undefined;
            },
            PATIENCE / 1000,
        );
    }
    const [olm, end] = ["operators.coreos.com/v1alpha1", Date.now() + PATIENCE];
    while (of !== undefined && csv !== "" && Date.now() < end) {
        for (const plan of await cluster.list(olm, "InstallPlan")) {
            const { name, namespace } = plan.metadata;
            const names = plan.spec.clusterServiceVersionNames as string[];
            if (plan.spec.approved === false && names.includes(csv)) {
                await cluster.mergePatch({ apiVersion: olm, kind: "InstallPlan", name, namespace }, { spec: { approved: true } });
            }
        }
        const subscription = (await cluster.list(olm, "Subscription")).find((one) => one.spec.name === of);
        if (subscription?.status?.installedCSV === csv) {
            return;
        }
        await pause(PAUSE);
    }
}

function containerOf(job: Manifest): { command: string[]; env: { name: string; value: string }[] } {
    const { spec } = job as unknown as { spec: { template: { spec: { containers: ReturnType<typeof containerOf>[] } } } };
    return spec.template.spec.containers[0]!;
}

function envOf(job: Manifest): Record<string, string> {
    return Object.fromEntries(containerOf(job).env.map(({ name, value }) => [name, value]));
}

/** `oc` is kubectl here, and a rehearsed minute is no minute. */
function commands(bin: string): void {
    mkdirSync(path.join(bin, "home"));
    for (const [name, script] of [
        ["oc", 'exec kubectl "$@"'],
        ["sleep", "exec /bin/sleep 0.2"],
    ] as const) {
        writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
        chmodSync(path.join(bin, name), 0o755);
    }
}

/** Runs the script of a Job. */
async function waited(job: Manifest, bin: string, kubeconfig: string): Promise<void> {
    const [shell, ...words] = containerOf(job).command;
    await run(shell!, words, {
        timeout: 2 * PATIENCE,
        env: { ...envOf(job), PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: path.join(bin, "home"), KUBECONFIG: kubeconfig },
    });
}
