/** Runs a case with the real engine, on a real API server. */
import * as fs from "node:fs";
import * as path from "node:path";

import type { EngineEvent } from "@pulumi/pulumi/automation";

import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { ScaledClock } from "../../rehearsal/clock";
import { Journal } from "../../rehearsal/engine/journal";
import { isProviderType, nameOf, parseProviderReference, STACK_TYPE, typeOf } from "../../rehearsal/engine/urn";
import { type Outcome, PulumiEngine } from "../../rehearsal/pulumi/engine";
import type { PulumiCli } from "../../rehearsal/pulumi/find";
import type { StateResource } from "../../rehearsal/pulumi/protocol";
import { hooksOf } from "../../rehearsal/pulumi/planned";
import { RunRecord } from "../../rehearsal/pulumi/record";
import type { Case, Recording, Step, StepResult } from "./case";
import { byUrn, certain, short, text, told, value } from "./normal";
import { CaseProject, PACK, STACK } from "./project";
import { WatchedCluster } from "./watched";

/** The last line of a run that fails, and all that its command printed where no error was told; and that a provider that was not installed is of another version than its SDK. */
const IGNORED = /^(?:preview|update|destroy) failed$|^code: -?\d+\n|^resource plugin \S+ is expected to have version/;

/** What the state of a resource says beyond what a rehearsal reports. */
interface FullState extends StateResource {
    readonly outputs?: Record<string, unknown>;
    readonly initErrors?: readonly string[];
}

/** Runs a case on a cluster that holds nothing of other cases. */
export async function runWithPulumi(of: Case, cli: PulumiCli, cluster: ApiServerCluster): Promise<Recording> {
    const project = new CaseProject(of);
    const kubeconfig = path.join(project.folder, "kubeconfig");
    fs.writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
    const watched = await WatchedCluster.of(cluster);
    const engine = await PulumiEngine.open({ cli, projectDir: project.folder, stack: STACK, kubeconfig });
    let before: readonly StateResource[] = [];
    const steps: StepResult[] = [];
    try {
        for (const step of of.steps) {
            engine.workspace.writeConfig(project.configure(step));
            await watched.prepare(step);
            const record = new RunRecord(new Journal(new ScaledClock(1)), step.action, before);
            const events: EngineEvent[] = [];
            const outcome = await engine.act(
                {
                    action: step.action,
                    ...(step.runProgram === true && { runProgram: true }),
                    ...(step.continueOnError === true && { continueOnError: true }),
                    ...(step.policies === true && { policyPack: PACK }),
                },
                (event) => {
                    events.push(event);
                    record.hear(event);
                },
            );
            before = outcome.resources;
            steps.push(certain({ ...result(step, record, outcome, events), events: await watched.events(), log: project.log() }));
        }
        return { name: of.name, steps, objects: await watched.objects() };
    } finally {
        await engine.close();
        await watched.clear();
        project.remove();
    }
}

function result(
    step: Step,
    record: RunRecord,
    outcome: Outcome,
    events: readonly EngineEvent[],
): Omit<StepResult, "events" | "log"> {
    const { operations, diagnostics, policy, succeeded } = record.result(STACK, outcome, []);
    const said = (severity: string): string[] =>
        diagnostics
            .filter((d) => d.severity === severity && !IGNORED.test(d.message))
            .map(({ urn, message }) =>
                text(`${urn === undefined || urn === "" ? "" : `${short(urn)}: `}${message.replace(/^Preview failed: /, "")}`),
            )
            .sort();
    const states = outcome.resources.filter((r) => !isDefaultProvider(r.urn)) as readonly FullState[];
    return {
        action: step.action,
        step: step.step,
        succeeded,
        operations: byUrn(operations.map(({ urn, operation }) => [urn, operation] as const)),
        errors: said("error"),
        warnings: said("warning"),
        // What the rule is about comes before what it has found.
        policy: policy.map((f) =>
            text(`${f.level} ${f.rule} ${f.urn === undefined ? "" : short(f.urn)}: ${f.message.replace(/^.*\n/, "")}`),
        ),
        outputs: step.action === "destroy" ? {} : outputsOf(step, outcome, events),
        ...(step.action === "preview"
            ? { inputs: plannedInputs(events) }
            : { state: byUrn(states.map((s) => [stateKey(s), remembered(s)] as const)) }),
    };
}

function outputsOf(step: Step, outcome: Outcome, events: readonly EngineEvent[]): Record<string, unknown> {
    if (step.action !== "preview") {
        return value(outcome.outputs) as Record<string, unknown>;
    }
    const stack = events.map((e) => e.resOutputsEvent?.metadata).filter((m) => m !== undefined && typeOf(m.urn) === STACK_TYPE);
    return value(stack.at(-1)?.new?.outputs ?? {}) as Record<string, unknown>;
}

function plannedInputs(events: readonly EngineEvent[]): Record<string, unknown> {
    const planned = events.flatMap(({ resourcePreEvent: event }) => {
        const { urn, op, new: made } = event?.metadata ?? {};
        const isOfProgram = urn !== undefined && made?.inputs !== undefined && !isDefaultProvider(urn) && op !== "delete";
        return isOfProgram ? [[urn, value(made.inputs)] as const] : [];
    });
    return byUrn(new Map(planned));
}

function isDefaultProvider(urn: string): boolean {
    return isProviderType(typeOf(urn)) && nameOf(urn).startsWith("default");
}

function stateKey(state: StateResource): string {
    return state.delete === true ? `${state.urn} (replaced)` : state.urn;
}

function remembered(s: FullState): Record<string, unknown> {
    const provider = s.provider === undefined ? undefined : parseProviderReference(s.provider).urn;
    return told({
        id: s.id === undefined ? undefined : text(s.id),
        inputs: value(s.inputs),
        outputs: value(s.outputs),
        dependencies: [...(s.dependencies ?? [])].sort().map(short),
        parent: s.parent === undefined ? undefined : short(s.parent),
        provider: provider === undefined || isDefaultProvider(provider) ? undefined : short(provider),
        protect: s.protect,
        retainOnDelete: s.retainOnDelete,
        external: s.external,
        deletedWith: s.deletedWith === undefined ? undefined : short(s.deletedWith),
        hooks: hooksOf(s),
        pending: (s.initErrors ?? []).map(text),
    });
}
