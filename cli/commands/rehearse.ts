import type { Action } from "../../rehearsal/rehearse";
import type { Rehearsal } from "../../rehearsal/result";
import type { Fault } from "../../simulator/faults";
import type { World } from "../../rehearsal/world";
import type { Command, Context, Invocation } from "../command";
import { Exit, UsageError } from "../exit";
import { Progress } from "../progress";
import { reportTerminal } from "../output";
import { explained, runOptions, type RunSettings, runSettings, Timings, writeFiles } from "../run";
import { stackArgument } from "../stackArgument";
import { started } from "../started";
import type { Terminal } from "../terminal";

export const command: Command = {
    summary: "Rehearse the whole bring-up on a simulated cluster",
    description: `Runs the real program against simulated operators and nodes, with typical durations on a clock that skips the waiting.
Deploys nothing: pulumi up deploys.
--fault injects a fault; an unknown one lists all faults.`,
    arguments: [stackArgument],
    options: {
        ...runOptions,
        cluster: {
            type: "choice",
            choices: ["memory", "api-server"],
            default: "memory",
            help: "cluster: in memory, or a real kube-apiserver with etcd on loopback",
        },
        engine: {
            type: "choice",
            choices: ["auto", "pulumi", "stand-in"],
            default: "auto",
            help: "engine: the real pulumi (needs --cluster api-server), a stand-in, or the real one if it is found",
        },
        fault: {
            type: "text",
            value: "TEXT",
            multiple: true,
            help: "inject a fault, such as csv-failed:rhods-operator; may be repeated",
        },
        "continue-on-error": {
            type: "flag",
            help: "go on after a failure with what does not depend on it, as pulumi up --continue-on-error does",
        },
        again: { type: "flag", help: "bring the stack up a second time, which must change nothing" },
        destroy: { type: "flag", help: "destroy the stack at the end" },
        keep: {
            type: "flag",
            help: "keep the cluster and print its kubeconfig: in memory until Ctrl-C, an API server until maas rehearse stop",
        },
    },
    access: [
        { does: "reads", what: "the stack file, the program and the policy pack", rights: "the files" },
        { does: "writes", what: "the files of --json, --html and --sarif", rights: "the files", when: "they are given" },
        {
            does: "writes",
            what: "an API server with etcd on loopback, with files of its own",
            rights: "a process, and the cache",
            when: "--cluster api-server",
        },
    ],
    async run(invocation, context) {
        const settings = runSettings(invocation, context);
        const [cluster, engine] = [
            invocation.text("cluster") as "memory" | "api-server",
            invocation.text("engine") as "auto" | "pulumi" | "stand-in",
        ];
        if (engine === "pulumi" && cluster === "memory") {
            throw new UsageError("--engine pulumi needs --cluster api-server: the real engine waits in real time.");
        }
        const faults = await faultsOf(invocation.texts("fault"), settings);
        const verbose = invocation.flag("verbose");
        const timings = new Timings(context);
        const { rehearse } = await import("../../simulator/rehearse");
        timings.begin();

        const progress = new Progress(context.err, { clock: true, verbose });
        const results: (readonly [Action, Rehearsal])[] = [];
        let code: number | undefined;
        const report = async (): Promise<void> => {
            progress.end();
            timings.now("rehearsed");
            code = await reportOn(results, invocation, context, settings);
            timings.now("report");
        };
        const { running, programLoads } = started((onEvent) =>
            rehearse({
                ...settings,
                cluster,
                engine,
                runs: [
                    "up",
                    ...(invocation.flag("again") ? (["up"] as const) : []),
                    ...(invocation.flag("destroy") ? (["destroy"] as const) : []),
                ],
                ...(faults.length > 0 && { faults }),
                ...(invocation.flag("continue-on-error") && { continueOnError: true }),
                signal: context.signal,
                onEvent: (event) => {
                    onEvent(event);
                    timings.take(event);
                    progress.take(event);
                },
                onProgress: (line) => context.err.line(line),
                onResult: (action, result) => results.push([action, result]),
                onTiming: timings.note,
                ...(invocation.flag("keep") && {
                    keep: async (world: World) => {
                        await report();
                        await leave(world, reportTerminal(invocation, context), context);
                    },
                }),
            }),
        );
        await programLoads;
        await import("../views/rehearsal");
        try {
            const last = await running;
            if (code === undefined) {
                if (context.signal.aborted) {
                    return Exit.interrupted;
                }
                if (results.length === 0) {
                    results.push(["up", last]);
                }
                await report();
            }
            if (invocation.flag("timings")) {
                timings.print();
            }
            return code ?? Exit.refused;
        } catch (e) {
            throw explained(e, settings);
        } finally {
            progress.end();
        }
    },
};

/** Prints every run and writes the files. The files tell of the first run: the later ones have little to say. @returns the exit code */
async function reportOn(
    results: readonly (readonly [Action, Rehearsal])[],
    invocation: Invocation,
    context: Context,
    settings: RunSettings,
): Promise<number> {
    const { printRehearsal, printAgain, printDestroyed, printVerdict, fine } = await import("../views/rehearsal");
    const { byHand } = await import("../../simulator/stackFile");
    const how = {
        policy: settings.policyPack !== undefined,
        verbose: invocation.flag("verbose"),
        byHand: byHand(settings.projectDir, settings.stack),
    };
    const out = reportTerminal(invocation, context);
    const [first, ...later] = results;
    if (first === undefined) {
        return Exit.refused;
    }
    printRehearsal(out, context.err, first[1], how);
    const well = [
        fine(first[1]),
        ...later.map(([action, result]) => (action === "up" ? printAgain : printDestroyed)(out, context.err, result, how)),
    ].every(Boolean);
    const expectedRuns = 1 + Number(invocation.flag("again")) + Number(invocation.flag("destroy"));
    writeFiles(invocation, context, settings, first[1]);
    // The last line is what is read first.
    printVerdict(out, context.err, first[1], well && results.length === expectedRuns);
    return well && results.length === expectedRuns ? Exit.fine : Exit.refused;
}

/** An API server stays by itself, a cluster in memory as long as this process. @param out for what the user does next */
async function leave(world: World, out: Terminal, context: Context): Promise<void> {
    const { err, signal } = context;
    if (signal.aborted) {
        return;
    }
    const say = (how: string, commands: readonly string[]): void => {
        out.always(`\n${how}\n${commands.map((c) => `  ${c}`).join("\n")}`);
    };
    const sights = await sightsOf(world);
    const { by, commands } = await world.keep();
    if (by === "a keeper") {
        say("The API server and the simulated world stay until they are stopped:", commands);
        return;
    }
    say("The cluster stays until Ctrl-C. In another terminal:", [
        ...commands,
        ...(sights.length === 0 ? [] : [`kubectl get ${sights.join(",")} -A`]),
    ]);
    // Nothing else may be left to wait for; the process must stay all the same.
    const alive = setInterval(() => undefined, 60_000);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    clearInterval(alive);
    err.line("Stopping the cluster.");
}

/** The kinds that are worth a look, by their full names: Istio has Gateways too. */
const SIGHTS = [
    { resource: "datascienceclusters.datasciencecluster.opendatahub.io", version: "v2", kind: "DataScienceCluster" },
    { resource: "gateways.gateway.networking.k8s.io", version: "v1", kind: "Gateway" },
    { resource: "llminferenceservices.serving.kserve.io", version: "v1alpha1", kind: "LLMInferenceService" },
] as const;

/** As many of them as the rehearsal has made. */
async function sightsOf({ cluster }: World): Promise<string[]> {
    const made: string[] = [];
    for (const { resource, version, kind } of SIGHTS) {
        const group = resource.slice(resource.indexOf(".") + 1);
        if ((await cluster.list(`${group}/${version}`, kind)).length > 0) {
            made.push(resource);
        }
    }
    return made;
}

async function faultsOf(texts: readonly string[], settings: RunSettings): Promise<Fault[]> {
    if (texts.length === 0) {
        return [];
    }
    const { faultFrom, FaultError } = await import("../../simulator/faults");
    const { siteOfStack } = await import("../../simulator/stackFile");
    const { siteOf } = await import("../../simulator/openshift/site");
    let { zones } = siteOf();
    try {
        ({ zones } = siteOf(siteOfStack(settings.projectDir, settings.stack)));
    } catch {
        // That there is no such stack is told by the run.
    }
    try {
        return texts.map((text) => faultFrom(text, zones));
    } catch (e) {
        throw e instanceof FaultError ? new UsageError(`--fault: ${e.message}`) : e;
    }
}
