import type { Placeholder } from "../../catalogue/placeholders";
import type { LimitSeries } from "../../catalogue/observability/limitSeries";
import type { Command, Context, Invocation } from "../command";
import { Exit } from "../exit";
import { Progress } from "../progress";
import { reportTerminal } from "../output";
import { explained, runOptions, type RunSettings, runSettings, Timings, writeFiles } from "../run";
import { stackArgument } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";
import { started } from "../started";

export const command: Command = {
    summary: "Show what `pulumi up` would create, without a cloud and without a cluster",
    description: `Runs the real program and checks the policies. Shows values that only a cluster knows as [unknown], secrets as
[secret]. Deploys nothing: pulumi up deploys.`,
    arguments: [stackArgument],
    options: {
        ...runOptions,
        show: {
            type: "choice",
            choices: ["report", "continue", "clients"],
            default: "report",
            help: "what to print: the report, config.yaml of the Continue assistant for each tier, or settings of other clients (curl, Cursor, Cline, OpenCode)",
        },
    },
    access: [
        { does: "reads", what: "the stack file, the program and the policy pack", rights: "the files" },
        { does: "writes", what: "the files of --json, --html and --sarif", rights: "the files", when: "they are given" },
    ],
    async run(invocation, context) {
        const settings = runSettings(invocation, context);
        const timings = new Timings(context);
        const { plan } = await import("../../rehearsal/plan");
        timings.begin();
        const verbose = invocation.flag("verbose");
        const progress = new Progress(context.err, { clock: false, verbose });
        const { running, programLoads } = started((onEvent) =>
            plan({
                ...settings,
                signal: context.signal,
                onEvent: (event) => {
                    onEvent(event);
                    timings.take(event);
                    progress.take(event);
                },
                onTiming: timings.note,
            }),
        );
        await programLoads;
        const { printPlan, refused } = await import("../views/plan");
        const { printAssistants } = await import("../views/assistants");
        try {
            const result = await running;
            progress.end();
            timings.now("planned");
            if (context.signal.aborted) {
                return Exit.interrupted;
            }
            const policy = settings.policyPack !== undefined;
            writeFiles(invocation, context, settings, result);
            // The last lines are read first.
            const out = reportTerminal(invocation, context);
            if (invocation.text("show") === "continue" && !refused(result)) {
                return printAssistants(out, context.err, result) ? Exit.fine : Exit.refused;
            }
            if (invocation.text("show") === "clients" && !refused(result)) {
                const { printClients } = await import("../views/clients");
                const { settings: ofStack } = await settingsOfStack(invocation, context);
                return printClients(out, context.err, result, ofStack) ? Exit.fine : Exit.refused;
            }
            const written = await writtenSettings(settings);
            printPlan(out, context.err, result, {
                policy,
                verbose,
                placeholders: await placeholders(written),
                ...(countsByLimit(written) && !refused(result) && { series: await series(invocation, context) }),
            });
            timings.now("report");
            if (invocation.flag("timings")) {
                timings.print();
            }
            return refused(result) ? Exit.refused : Exit.fine;
        } catch (e) {
            throw explained(e, settings);
        } finally {
            progress.end();
        }
    },
};

/** The settings as the stack file has them; undefined for other programs. */
async function writtenSettings({ projectDir, stack }: RunSettings): Promise<unknown> {
    const { readProject, readStackConfig } = await import("../../rehearsal/engine/project");
    const settings = readStackConfig(readProject(projectDir), stack).values["maas:settings"];
    return settings === undefined ? undefined : JSON.parse(settings);
}

/** The placeholders of the stack file for a real cluster's values. */
async function placeholders(written: unknown): Promise<readonly Placeholder[]> {
    const { placeholdersIn } = await import("../../catalogue/placeholders");
    return written === undefined ? [] : placeholdersIn(written);
}

/** Whether metrics name the limit that refused: known without the schema, so that other plans do not load it. */
function countsByLimit(written: unknown): boolean {
    const { connectivityLink } = (written ?? {}) as { connectivityLink?: { limitador?: { telemetry?: unknown } } };
    return connectivityLink?.limitador?.telemetry === "exhaustive";
}

async function series(invocation: Invocation, context: Context): Promise<readonly LimitSeries[]> {
    const { limitSeries } = await import("../../catalogue/observability/limitSeries");
    const { settings } = await settingsOfStack(invocation, context);
    const { tiers, tenant, tenants, identity, connectivityLink } = settings;
    return limitSeries({
        tiers,
        users: identity.users,
        byUser: [tenant, ...tenants].some(({ telemetry }) => telemetry?.user === true),
        replicas: connectivityLink.limitador.replicas,
    });
}
