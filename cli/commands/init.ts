import { existsSync } from "node:fs";
import * as path from "node:path";

import type { Command } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { jsonOption, reportTerminal, writeJson, writeWhole } from "../output";
import { projectOption } from "../stackArgument";

/** The operators that every stack installs; those that are there already are used as they are. */
const CORE = ["nfd", "gpu-operator-certified", "rhcl-operator", "leader-worker-set", "rhods-operator"] as const;

export const command: Command = {
    summary: "Write a stack file for the cluster that you are logged in to, by questions and answers",
    description: `Reads version, zones, workers, GPU nodes and operators of the cluster, asks for models, tiers and users, and writes
stacks/Pulumi.<name>.yaml with comments. Repeats a question whose answer is not valid, and suggests the nearest valid answer.
Never overwrites a file.`,
    options: {
        name: { type: "text", value: "NAME", help: "name of the stack (default: dev)" },
        yes: { type: "flag", help: "ask nothing, and use the defaults" },
        from: {
            type: "choice",
            choices: ["cluster", "rehearsal"],
            default: "cluster",
            help: "the cluster of the kubeconfig, or the simulated cluster of a rehearsal",
        },
        aws: { type: "flag", help: "read the vCPU quotas of the account too, with the AWS CLI" },
        context: { type: "text", value: "NAME", help: "context of the kubeconfig (default: the current one)" },
        ...jsonOption("what was read and answered"),
        ...projectOption,
    },
    access: [
        {
            does: "reads",
            what: "ClusterVersion, Infrastructure, Ingress, MachineSets, nodes and Subscriptions of the cluster",
            rights: "get and list on them: cluster-reader",
            when: "--from cluster",
        },
        { does: "reads", what: "service quotas of EC2", rights: "servicequotas:ListServiceQuotas", when: "--aws" },
        { does: "writes", what: "stacks/Pulumi.<name>.yaml, which must not exist", rights: "the folder" },
    ],
    async run(invocation, context) {
        const { AnswerError, name } = await import("../init/ask");
        const { readProject } = await import("../../rehearsal/engine/project");
        const folder = invocation.text("project");
        const projectDir = folder === undefined ? context.root : path.resolve(context.cwd, folder);
        const stack = invocation.text("name") ?? "dev";
        try {
            name(stack);
        } catch (e) {
            throw new UsageError(`--name: ${(e as Error).message}`);
        }
        const { stackDir } = readProject(projectDir);
        const file = path.join(stackDir, `Pulumi.${stack}.yaml`);
        const shown = path.relative(context.cwd, file);
        if (existsSync(file)) {
            throw new UsageError(`${shown} exists already; name another stack with --name.`);
        }
        const { interview } = await import("../init/interview");
        const { terminalRespondent, usual } = await import("../init/terminalRespondent");
        const { settingsFrom, stackFile } = await import("../init/stackFile");
        const { parseSettings } = await import("../../stacks/settings");
        const { withPrerequisites } = await import("../../catalogue/operators");
        const reading = await read(invocation.text("from") === "rehearsal", invocation.text("context"));
        const quotas = invocation.flag("aws") ? await quotasOf(reading.region) : undefined;
        const to = invocation.flag("yes") ? { ...usual, close: () => undefined } : terminalRespondent(context.err, process.stdin);
        const answers = await interview(to, reading)
            .catch((e: Error) => {
                throw e instanceof AnswerError ? new UsageError(`${e.message}.`) : e;
            })
            .finally(() => to.close());
        if (context.signal.aborted) {
            return Exit.interrupted;
        }
        const existing = withPrerequisites("3.4", CORE).filter((one) => reading.operators.includes(one));
        const parts = { reading, answers, existing, ...(quotas !== undefined && { quotas }) };
        try {
            parseSettings(stack, settingsFrom(parts), projectDir);
        } catch (e) {
            throw e instanceof Error && e.name === "SettingsError" ? new RefusalError(e.message) : e;
        }
        writeWhole(file, stackFile(parts));
        const out = reportTerminal(invocation, context);
        const gpus = reading.gpuNodes.map(({ instanceType, nodes }) => `${nodes} x ${instanceType}`).join(", ");
        out.line(
            `Cluster: OpenShift ${reading.version ?? "?"}, ${reading.region ?? "no region"}, zones ${reading.zones.join(", ")}, ${reading.workers} workers, GPU nodes: ${gpus === "" ? "none" : gpus}, ${reading.operators.length} operators.`,
        );
        out.line(
            `${shown}: ${answers.models.join(", ")} on ${answers.instanceType}, tiers ${answers.tiers.map((t) => t.name).join(", ")}.`,
        );
        out.line(`Next: maas plan ${stack}; maas doctor ${stack}; maas rehearse ${stack}`);
        writeJson(invocation, context, { stack, file: shown, ...parts });
        return Exit.fine;
    },
};

async function read(rehearsal: boolean, kubeContext: string | undefined): Promise<import("../init/reading").Reading> {
    const { readCluster } = await import("../init/reading");
    if (!rehearsal) {
        const { openCluster } = await import("../cluster");
        return readCluster(await openCluster(kubeContext, undefined));
    }
    const { openMemoryWorld } = await import("../../simulator/rehearse");
    const { Kube } = await import("../../components/kube");
    const world = await openMemoryWorld();
    try {
        // Its worker nodes join as soon as the simulation has begun.
        await world.settled();
        return await readCluster(await Kube.connect(undefined, world.kubeconfig));
    } finally {
        await world.close();
    }
}

async function quotasOf(region: string | undefined): Promise<Record<string, number>> {
    if (region === undefined) {
        throw new RefusalError("--aws: the cluster tells no region of AWS.");
    }
    const { awsQuotas } = await import("../init/quotas");
    return awsQuotas(region);
}
