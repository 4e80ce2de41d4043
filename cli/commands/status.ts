import type { Command, Context, Invocation } from "../command";
import { Exit, UsageError } from "../exit";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { plannedStack } from "../plannedStack";
import { type NamedStack, projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Show which objects of a stack are up, which are not and why, and what to do",
    description: `Looks up every object of the plan on the cluster that you are logged in to (KUBECONFIG), the operators with their
CSVs, kinds and pods, and the machines. Groups objects that wait for another object under its cause. Changes nothing.
Shows pods, machines, routes and policies of its namespaces that are in trouble, too. Lists apart what may only be on its way, as
most is during an up, and what you may not read.
Exit code 0: all objects are up; 1: at least one is not, or may not be read; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        rehearsal: { type: "flag", help: "bring the stack up in a rehearsal in memory, and show its status there" },
        fault: {
            type: "text",
            value: "FAULT",
            multiple: true,
            help: "with --rehearsal: inject a fault, such as csv-failed:rhods-operator; may be repeated",
        },
        ...jsonOption("the status"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file and the program", rights: "the files" },
        {
            does: "reads",
            what: "the kinds of the stack, subscriptions, CSVs, CRDs, pods, events and machines of the cluster",
            rights: "get and list on them: cluster-reader, and get on the Secrets of the stack",
        },
        {
            does: "reads",
            what: "what the API server says to an object that does not exist, with dryRun=All",
            rights: "create on its kind",
            when: "nothing that it waits for is missing",
        },
    ],
    async run(invocation, context) {
        const faults = invocation.texts("fault");
        if (faults.length > 0 && !invocation.flag("rehearsal")) {
            throw new UsageError("--fault needs --rehearsal: faults are injected into rehearsals only.");
        }
        const { settings, ...named } = await settingsOfStack(invocation, context);
        const { Kube } = await import("../../components/kube");
        const { statusOf } = await import("../status/status");
        const { printStatus } = await import("../views/status");
        await import("../../kinds");
        const planned = await plannedStack(named, context);
        const session = invocation.flag("rehearsal") ? await rehearsed(named, faults, context) : undefined;
        try {
            if (context.signal.aborted) {
                return Exit.interrupted;
            }
            const kube =
                session === undefined
                    ? await Kube.connect(settings.cluster.context)
                    : await Kube.connect(undefined, session.world.kubeconfig);
            const status = await statusOf(kube, planned, (requests) =>
                context.err.status([`reading the cluster: ${requests} requests`]),
            );
            context.err.status([]);
            printStatus(reportTerminal(invocation, context), status);
            writeJson(invocation, context, status);
            return status.up === status.all && status.problems.length === 0 ? Exit.fine : Exit.refused;
        } finally {
            await session?.close();
        }
    },
};

/** Brings the stack up as far as the faults let it. */
async function rehearsed(
    named: NamedStack,
    texts: Invocation["arguments"],
    { signal }: Context,
): Promise<import("../../rehearsal/rehearse").RehearsalSession> {
    const { openSession } = await import("../../simulator/rehearse");
    const { faultFrom, FaultError } = await import("../../simulator/faults");
    const { siteOfStack } = await import("../../simulator/stackFile");
    const { siteOf } = await import("../../simulator/openshift/site");
    const zones = siteOf(siteOfStack(named.projectDir, named.stack)).zones;
    try {
        const faults = texts.map((text) => faultFrom(text, zones));
        const session = await openSession({ ...named, faults, continueOnError: true, signal });
        await session.up();
        return session;
    } catch (e) {
        throw e instanceof FaultError ? new UsageError(e.message) : e;
    }
}
