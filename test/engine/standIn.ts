/** Runs a case with the stand-in for the engine. */
import * as fs from "node:fs";
import * as path from "node:path";

import { type Clock, VirtualClock } from "../../rehearsal/clock";
import type { Cluster } from "../../rehearsal/cluster/cluster";
import { readProject, readStackConfig } from "../../rehearsal/engine/project";
import { type Run, run } from "../../rehearsal/engine/run";
import { EMPTY_STATE, type ResourceState, type StackState } from "../../rehearsal/engine/state";
import { isProviderType, parseProviderReference } from "../../rehearsal/engine/urn";
import { encode } from "../../rehearsal/values";
import { MemoryWorld } from "../../rehearsal/memoryWorld";
import type { Case, Recording, Step, StepResult } from "./case";
import { byUrn, certain, short, text, told, value } from "./normal";
import { CaseProject, PACK, STACK } from "./project";
import { WatchedCluster } from "./watched";

/** Wall time that a step may take, in milliseconds. */
const LIMIT = 60_000;

/** Runs a case on a fresh cluster in memory. */
export async function runInMemory(of: Case): Promise<Recording> {
    const clock = new VirtualClock();
    const world = await MemoryWorld.empty(clock);
    try {
        for (const name of ["default", "kube-system"]) {
            if ((await world.cluster.get({ apiVersion: "v1", kind: "Namespace", name })) === undefined) {
                await world.cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
            }
        }
        return await runWithStandIn(of, world.cluster, clock);
    } finally {
        await world.close();
    }
}

/** Runs a case on any cluster. */
export async function runWithStandIn(of: Case, cluster: Cluster, clock: Clock): Promise<Recording> {
    const project = new CaseProject(of);
    const kubeconfig = path.join(project.folder, "kubeconfig");
    fs.writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
    const watched = await WatchedCluster.of(cluster);
    let state: StackState = EMPTY_STATE;
    const steps: StepResult[] = [];
    try {
        for (const step of of.steps) {
            project.configure(step);
            await watched.prepare(step);
            const done = await act(step, project.folder, kubeconfig, cluster, clock, state);
            state = step.action === "preview" ? state : done.deployment.state();
            steps.push(certain({ ...result(step, done), events: await watched.events(), log: project.log() }));
        }
        return { name: of.name, steps, objects: await watched.objects() };
    } finally {
        await watched.clear();
        project.remove();
    }
}

function act(step: Step, folder: string, kubeconfig: string, cluster: Cluster, clock: Clock, old: StackState): Promise<Run> {
    const project = readProject(folder);
    return run({
        project,
        stack: STACK,
        config: readStackConfig(project, STACK),
        mode: step.action === "up" ? "update" : step.action,
        runProgram: step.runProgram === true,
        clock,
        cluster,
        old,
        env: { KUBECONFIG: kubeconfig },
        limit: LIMIT,
        ...(step.continueOnError === true && { continueOnError: true }),
        ...(step.policies === true && { policyPack: PACK }),
    });
}

function result(step: Step, { deployment, journal, succeeded }: Run): Omit<StepResult, "events" | "log"> {
    const said = (severity: string): string[] =>
        journal.diagnostics
            .filter((d) => d.severity === severity)
            .map(({ urn, message }) => text(`${urn === undefined ? "" : `${short(urn)}: `}${message}`))
            .sort();
    const after = deployment.state().resources;
    return {
        action: step.action,
        step: step.step,
        succeeded,
        operations: byUrn(
            deployment
                .report()
                .operations()
                .map(({ urn, operation }) => [urn, operation] as const),
        ),
        errors: said("error"),
        warnings: said("warning"),
        // What a rule has mended is seen in the inputs; the engine tells it in an event of its own, which no result shows.
        policy: journal.findings
            .filter((f) => f.level !== "remediate")
            .map((f) => text(`${f.level} ${f.rule} ${f.urn === undefined ? "" : short(f.urn)}: ${f.message}`)),
        outputs: step.action === "destroy" ? {} : (value(deployment.report().outputs()) as Record<string, unknown>),
        ...(step.action === "preview"
            ? {
                  inputs: byUrn(
                      deployment
                          .report()
                          .checked()
                          .map(({ urn, inputs }) => [urn, value(encode(inputs))] as const),
                  ),
              }
            : { state: byUrn(after.map((s) => [stateKey(s), remembered(s)] as const)) }),
    };
}

function stateKey({ urn, replaced }: ResourceState): string {
    return replaced === true ? `${urn} (replaced)` : urn;
}

function remembered(s: ResourceState): Record<string, unknown> {
    const { options } = s;
    return told({
        id: s.id === undefined ? undefined : isProviderType(s.type) ? "[uuid]" : text(s.id),
        inputs: value(encode(s.inputs)),
        outputs: value(encode(s.outputs)),
        dependencies: s.dependencies.map(short),
        parent: s.parent === undefined ? undefined : short(s.parent),
        provider: s.provider === undefined ? undefined : short(parseProviderReference(s.provider).urn),
        protect: options.protect,
        retainOnDelete: options.retainOnDelete,
        external: options.reads !== undefined,
        deletedWith: options.deletedWith === undefined ? undefined : short(options.deletedWith),
        hooks: options.hooks,
        pending: (s.pendingErrors ?? []).map(text),
    });
}
