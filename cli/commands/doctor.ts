import * as path from "node:path";

import type { Command, Context, Invocation } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { writeWhole } from "../output";

export const command: Command = {
    summary: "Check the preconditions of a stack on a cluster, and print a remedy for each that fails",
    description: `Runs the checks that pulumi up runs before it creates anything, on the cluster that you are logged in to
(KUBECONFIG). Changes nothing. Exit code 0: all preconditions hold; 1: at least one fails; 2: wrong usage.`,
    arguments: [{ name: "stack", help: "a stack: stacks/Pulumi.<stack>.yaml" }],
    options: {
        rehearsal: { type: "flag", help: "check the simulated cluster with which rehearsals begin, in memory" },
        json: { type: "output", value: "FILE", help: "write the findings to a JSON file" },
        project: { type: "folder", value: "DIR", help: "the folder of Pulumi.yaml (default: this project)" },
    },
    async run(invocation, context) {
        const stack = invocation.arguments[0]!;
        const settings = await settingsOf(invocation, context, stack);
        const { findings, refusing } = await import("../../components/preconditions/run");
        const { Kube } = await import("../../components/kube");
        const { printFindings } = await import("../views/doctor");
        const rehearsal = invocation.flag("rehearsal");
        const world = rehearsal ? await openWorld(settings.cluster) : undefined;
        try {
            const found = await findings(
                () => (world === undefined ? Kube.connect(settings.cluster.context) : Kube.connect(undefined, world.kubeconfig)),
                { settings },
            );
            if (context.signal.aborted) {
                return Exit.interrupted;
            }
            const wrong = refusing(found);
            printFindings(context.out, context.err, found, { stack, rehearsal });
            const file = invocation.text("json");
            if (file !== undefined) {
                const result = { stack, cluster: rehearsal ? "rehearsal" : "live", ready: wrong.length === 0, findings: found };
                writeWhole(path.resolve(context.cwd, file), `${JSON.stringify(result, null, 2)}\n`);
                context.err.line(`JSON: ${file}`);
            }
            return wrong.length === 0 ? Exit.fine : Exit.refused;
        } finally {
            await world?.close();
        }
    },
};

/** @throws UsageError for a stack that does not exist, RefusalError for settings that are wrong */
async function settingsOf(
    invocation: Invocation,
    context: Context,
    stack: string,
): Promise<import("../../stacks/schema").Settings> {
    const { readProject, readStackConfig, stacksOf } = await import("../../rehearsal/engine/project");
    const { parseSettings } = await import("../../stacks/settings");
    const folder = invocation.text("project");
    try {
        const projectDir = folder === undefined ? context.root : path.resolve(context.cwd, folder);
        const project = readProject(projectDir);
        if (!stacksOf(project).includes(stack)) {
            readStackConfig(project, stack);
        }
        const text = readStackConfig(project, stack).values["maas:settings"];
        return parseSettings(stack, text === undefined ? undefined : (JSON.parse(text) as unknown), projectDir);
    } catch (e) {
        if (e instanceof Error && e.name === "ProjectError") {
            throw new UsageError(e.message);
        }
        throw e instanceof Error && e.name === "SettingsError" ? new RefusalError(e.message) : e;
    }
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
