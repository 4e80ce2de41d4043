import type { AwaitedNow } from "../../components/preconditions/awaited";
import type { Plan } from "../../rehearsal/result";
import type { Command, Context } from "../command";
import { Exit } from "../exit";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { type NamedStack, projectOption, stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Check the preconditions of a stack on a cluster, and print a remedy for each that fails",
    description: `Runs the checks that pulumi up runs before it creates anything, on the cluster that you are logged in to
(KUBECONFIG). Lists the Secrets and other objects that the stack needs and somebody else brings: whether they are there,
and the command that creates them. Changes nothing. Exit code 0: all preconditions hold, whatever is still to be brought;
1: at least one fails; 2: wrong usage.`,
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
        {
            does: "reads",
            what: "whether the Secrets and other objects that somebody else brings are there, and the names of their keys; it shows no value",
            rights: "get on them and on their namespaces: cluster-reader, and get on these Secrets",
        },
    ],
    async run(invocation, context) {
        const { settings, ...named } = await settingsOfStack(invocation, context);
        const { stack } = named;
        const { findings, refusing } = await import("../../components/preconditions/run");
        const { Kube } = await import("../../components/kube");
        const { printFindings } = await import("../views/doctor");
        const rehearsal = invocation.flag("rehearsal");
        const world = rehearsal ? await openWorld(settings.cluster) : undefined;
        const connect = (): ReturnType<typeof Kube.connect> =>
            world === undefined ? Kube.connect(settings.cluster.context) : Kube.connect(undefined, world.kubeconfig);
        try {
            let planning: Promise<Plan | undefined> | undefined;
            const plan = (): Promise<Plan | undefined> => (planning ??= planOf(named, context));
            const found = await findings(connect, { settings, planned: async () => plannedBy(await plan()) });
            const reached = found.some(({ id, status }) => id === "reachable" && status === "passed");
            const awaited = reached ? await awaitedBy(await plan(), connect) : undefined;
            if (context.signal.aborted) {
                return Exit.interrupted;
            }
            const wrong = refusing(found);
            printFindings(reportTerminal(invocation, context), context.err, found, { stack, rehearsal, awaited });
            const result = {
                stack,
                cluster: rehearsal ? "rehearsal" : "live",
                ready: wrong.length === 0,
                findings: found,
                ...(awaited !== undefined && { awaited }),
            };
            writeJson(invocation, context, result);
            return wrong.length === 0 ? Exit.fine : Exit.refused;
        } finally {
            await world?.close();
        }
    },
};

/** A plan of the stack, which needs no cluster. Undefined where there is no such: `maas plan` says why. */
async function planOf(named: NamedStack, { signal }: Context): Promise<Plan | undefined> {
    const { plan } = await import("../../rehearsal/plan");
    return plan({ ...named, signal }).catch(() => undefined);
}

/** The objects that the stack would create. */
async function plannedBy(plan: Plan | undefined): Promise<import("../../components/planned").PlannedObject[]> {
    const { plannedObject } = await import("../../components/planned");
    return (
        (plan?.resources ?? [])
            // The namespace of the records exists as soon as a deployment has begun.
            .filter(({ options, name }) => options.custom === true && name !== "records")
            .flatMap(({ type, inputs }) => plannedObject(type, (inputs as { metadata?: unknown }).metadata) ?? [])
    );
}

/** The objects that somebody else brings, as they are now. Undefined where the plan is not whole. */
async function awaitedBy(
    plan: Plan | undefined,
    connect: () => Promise<import("../../components/kube").Kube>,
): Promise<AwaitedNow[] | undefined> {
    if (plan === undefined || plan.diagnostics.some(({ severity }) => severity === "error")) {
        return undefined;
    }
    const { awaitedNow, awaitedOf, namespacesOf } = await import("../../components/preconditions/awaited");
    const { Reads } = await import("../../components/preconditions/reads");
    return awaitedNow(new Reads(await connect()), awaitedOf(plan.resources), namespacesOf(plan.resources));
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
