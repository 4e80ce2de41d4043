import { existsSync } from "node:fs";
import * as path from "node:path";

import type { Command } from "../command";
import type { Parts } from "../init/stackFile";
import { Exit, RefusalError, UsageError } from "../exit";
import { jsonOption, reportTerminal, writeJson, writeWhole } from "../output";
import { projectOption } from "../stackArgument";

/** The operators that every stack installs; those that are there already are used as they are. */
const CORE = ["nfd", "gpu-operator-certified", "rhcl-operator", "leader-worker-set", "rhods-operator"] as const;

export const command: Command = {
    summary: "Write a stack file for the cluster that you are logged in to, by questions and answers",
    description: `Reads version, zones, workers, GPU nodes and operators of the cluster, asks for models, tiers and users, and writes
stacks/Pulumi.<name>.yaml with comments. Repeats a question whose answer is not valid, and suggests the nearest valid answer.
What you may not read is asked, or stands as a placeholder that maas plan lists. Never overwrites a file.`,
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
        const { terminalRespondent, usual } = await import("../init/terminalRespondent");
        const { describedCluster, settingsFrom, stackFile } = await import("../init/stackFile");
        const { parseSettings } = await import("../../stacks/settings");
        const { withPrerequisites } = await import("../../catalogue/operators");
        const kubeContext = invocation.text("context");
        const found = await read(invocation.text("from") === "rehearsal", kubeContext);
        const packages = withPrerequisites("3.4", CORE);
        const yes = invocation.flag("yes");
        const to = yes ? { ...usual, close: () => undefined } : terminalRespondent(context.err, process.stdin, context.signal);
        const refuses = (soFar: Parts): readonly string[] =>
            problemsOf(() => parseSettings(stack, settingsFrom(soFar), projectDir));
        const { reading, quotas, answers } = await ask(to, found, packages, invocation.flag("aws"), refuses)
            .catch((e: Error) => {
                throw e instanceof AnswerError ? new UsageError(`${e.message}.`) : e;
            })
            .finally(() => to.close());
        if (context.signal.aborted) {
            return Exit.interrupted;
        }
        const existing = packages.filter((one) => reading.operators.includes(one));
        const { exceededBy, saidOf } = await import("../init/quotas");
        const exceeded =
            quotas === undefined || answers.existing ? [] : exceededBy(answers.instanceType, answers.models.length, quotas);
        // The checks refuse a stack that its quotas do not hold: the file says it in a comment, until they are raised.
        const held = Object.entries(quotas ?? {}).filter(([bucket]) => !exceeded.some((one) => one.bucket === bucket));
        const notes = exceeded.map(saidOf);
        const parts = {
            reading,
            answers,
            existing,
            notes,
            ...(held.length > 0 && { quotas: Object.fromEntries(held) }),
            ...(kubeContext !== undefined && { context: kubeContext }),
        };
        const settings = checked(() => parseSettings(stack, settingsFrom(parts), projectDir));
        writeWhole(file, stackFile(parts));
        const out = reportTerminal(invocation, context);
        const { region = "no region", zones, operators, unread, absent, version } = reading;
        const where = zones.length === 0 ? "" : `, zones ${zones.join(", ")}`;
        out.line(`Cluster: ${describedCluster(reading, `, ${region}${where}`)}, ${operators.length} operators.`);
        unread.forEach(({ what, why }) => out.line(`Not read: ${what} (${why}).`));
        absent.forEach(({ what, why }) => out.line(`Not there: ${what} (${why}).`));
        const { judgeOpenShift } = await import("../../components/preconditions/clusterChecks");
        const fits = version === undefined ? undefined : judgeOpenShift(version, settings);
        if (fits !== undefined && fits.status !== "passed") {
            out.line(`${fits.found}. Remedy: ${fits.remedy}`);
        }
        notes.forEach((note) => out.line(note));
        out.line(
            `${shown}: ${answers.models.join(", ")} on ${answers.instanceType}, tiers ${answers.tiers.map((t) => t.name).join(", ")}.`,
        );
        if (unread.length + absent.length > 0) {
            out.line("Check what stands in the file for it; maas plan lists what is to be replaced or left out.");
        }
        out.line(`Next: maas plan ${stack}; maas doctor ${stack}; maas rehearse ${stack}`);
        writeJson(invocation, context, { stack, file: shown, ...parts });
        return Exit.fine;
    },
};

/** @throws RefusalError that lists the problems of settings */
function checked<T>(settings: () => T): T {
    try {
        return settings();
    } catch (e) {
        throw e instanceof Error && e.name === "SettingsError" ? new RefusalError(e.message) : e;
    }
}

/** The problems of tiers and users in settings: what answers can mend. */
function problemsOf(settings: () => unknown): readonly string[] {
    try {
        settings();
        return [];
    } catch (e) {
        const { name, problems = [] } = e as Partial<import("../../stacks/settings").SettingsError>;
        if (name !== "SettingsError") {
            throw e;
        }
        return problems
            .filter(({ path: at }) => /^(tiers|identity)\b/.test(at))
            .map(({ path: at, message }) => `${at}: ${message}`);
    }
}

/** Asks for what could not be read, reads the quotas, and asks for the rest. */
async function ask(
    to: import("../init/ask").Respondent,
    found: import("../init/reading").Reading,
    packages: readonly string[],
    aws: boolean,
    refuses: (soFar: Parts) => readonly string[],
) {
    const { interview } = await import("../init/interview");
    const { askUnread } = await import("../init/unread");
    const reading = await askUnread(to, found, packages);
    const quotas = aws ? await quotasOf(reading.region) : undefined;
    return { reading, quotas, answers: await interview(to, reading, (answers) => refuses({ reading, answers, existing: [] })) };
}

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
