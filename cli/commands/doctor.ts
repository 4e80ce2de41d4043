import * as path from "node:path";

import type { Command, Context, Invocation } from "../command";
import { Exit } from "../exit";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Check the preconditions of a stack on a cluster, and print a remedy for each that fails",
    description: `Runs the checks that pulumi up runs before it creates anything, on the cluster that you are logged in to
(KUBECONFIG). Changes nothing. Exit code 0: all preconditions hold; 1: at least one fails; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        rehearsal: { type: "flag", help: "check the simulated cluster with which rehearsals begin, in memory" },
        ...jsonOption("the findings"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file and the program", rights: "the files" },
        {
            does: "reads",
            what: "operators, machines, nodes, quotas, certificates and what else the preconditions of the stack look at",
            rights: "get and list on them: cluster-reader, and get on the Secrets of the stack",
        },
    ],
    async run(invocation, context) {
        const { stack, settings } = await settingsOfStack(invocation, context);
        const { findings, refusing } = await import("../../components/preconditions/run");
        const { Kube } = await import("../../components/kube");
        const { printFindings } = await import("../views/doctor");
        const rehearsal = invocation.flag("rehearsal");
        const world = rehearsal ? await openWorld(settings.cluster) : undefined;
        try {
            const found = await findings(
                () => (world === undefined ? Kube.connect(settings.cluster.context) : Kube.connect(undefined, world.kubeconfig)),
                { settings, planned: () => plannedBy(invocation, context, stack) },
            );
            if (context.signal.aborted) {
                return Exit.interrupted;
            }
            const wrong = refusing(found);
            printFindings(reportTerminal(invocation, context), context.err, found, { stack, rehearsal });
            const result = { stack, cluster: rehearsal ? "rehearsal" : "live", ready: wrong.length === 0, findings: found };
            writeJson(invocation, context, result);
            return wrong.length === 0 ? Exit.fine : Exit.refused;
        } finally {
            await world?.close();
        }
    },
};

/** The objects that the stack would create: a plan of it, which needs no cluster. Empty where it cannot be planned: `maas plan` says why. */
async function plannedBy(
    invocation: Invocation,
    context: Context,
    stack: string,
): Promise<import("../../components/planned").PlannedObject[]> {
    const { plan } = await import("../../rehearsal/plan");
    const { plannedObject } = await import("../../components/planned");
    const folder = invocation.text("project");
    const projectDir = folder === undefined ? context.root : path.resolve(context.cwd, folder);
    const { resources } = await plan({ projectDir, stack }).catch(() => ({ resources: [] }));
    return (
        resources
            // The namespace of the records exists as soon as a deployment has begun.
            .filter(({ options, name }) => options.custom === true && name !== "records")
            .flatMap(({ type, inputs }) => plannedObject(type, (inputs as { metadata?: unknown }).metadata) ?? [])
    );
}

async function openWorld(
    cluster: import("../../stacks/schema").ClusterSettings,
): Promise<import("../../rehearsal/memoryWorld").MemoryWorld> {
    const { openMemoryWorld } = await import("../../simulator/rehearse");
    const world = await openMemoryWorld(undefined, cluster);
    // Its worker nodes join as soon as the simulation has begun.
    await world.settled();
    return world;
}
