import { gatewayHost } from "../../catalogue/tenancy";
import type { ResetResult, StepResult } from "../../components/reset/reset";
import type { Settings } from "../../stacks/schema";
import { openCluster } from "../cluster";
import type { Command, Context, Invocation } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { tellWaits } from "../http/tellWaits";
import { revokeAll } from "../keys/revokeAll";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { projectOption, stackArgument } from "../stackArgument";
import { refuseTiers, settingsOfStack } from "../stackSettings";

export const command: Command = {
    summary: "Remove Models-as-a-Service from a cluster, in order: keys, access, limits, models, groups",
    description: `Revokes the keys of the stack's users, then deletes authorization policies, subscriptions, published models, external models
and the Groups of the tiers, each after the one before is gone, and verifies that nothing is left. Model services, gateway,
database and operators remain. Deletes nothing without --yes.
Needs a token of an administrator (oc login). Exit code 0: nothing is left; 1: something is left, or --yes is missing; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        yes: { type: "flag", help: "delete" },
        "dry-run": { type: "flag", help: "list what would be deleted, and delete nothing" },
        "keep-keys": { type: "flag", help: "do not revoke keys; they then name groups that no longer exist" },
        users: { type: "flag", help: "also delete the users of the stack: User and Identity" },
        rehearsal: { type: "flag", help: "bring the stack up on a simulated cluster, in memory, and reset that" },
        ...jsonOption("what was done"),
        ...projectOption,
    },
    access: [
        { does: "reads", what: "the stack file and the program", rights: "the files" },
        { does: "reads", what: "what is to be deleted, on the cluster", rights: "get and list on it" },
        {
            does: "writes",
            what: "revokes the API keys of the stack's users by the MaaS API",
            rights: "a token of an administrator of Models-as-a-Service",
            when: "--yes, and not --keep-keys",
        },
        {
            does: "writes",
            what: "deletes authorization policies, subscriptions, published and external models, and Groups of the tiers",
            rights: "delete on them: cluster-admin",
            when: "--yes",
        },
        {
            does: "writes",
            what: "deletes User and Identity of the stack's users",
            rights: "delete on them",
            when: "--yes and --users",
        },
    ],
    async run(invocation, context) {
        const [yes, dryRun] = [invocation.flag("yes"), invocation.flag("dry-run")];
        if (yes && dryRun) {
            throw new UsageError("--yes and --dry-run exclude each other.");
        }
        const { stack, settings, projectDir } = await settingsOfStack(invocation, context);
        refuseTiers(settings, stack, "whose tiers are objects of the stack alone: pulumi destroy deletes them");
        const rehearsal = invocation.flag("rehearsal");
        const session = rehearsal ? await broughtUp(projectDir, stack, context) : undefined;
        try {
            const result = await resetStack(invocation, context, {
                settings,
                dryRun: !yes,
                ...(session !== undefined && { kubeconfig: session.world.kubeconfig }),
            });
            const { printReset } = await import("../views/reset");
            printReset(reportTerminal(invocation, context), context.err, result, { stack, rehearsal, confirmed: yes, dryRun });
            const cluster = rehearsal ? "rehearsal" : "live";
            writeJson(invocation, context, { stack, cluster, ...result });
            if (context.signal.aborted) {
                return Exit.interrupted;
            }
            return result.succeeded && (yes || dryRun) ? Exit.fine : Exit.refused;
        } finally {
            await session?.close();
        }
    },
};

/** The cluster that is reset, and how much of it. */
interface ResetOf {
    readonly settings: Settings;
    readonly dryRun: boolean;
    /** Of the rehearsal's cluster. Default: the user's own. */
    readonly kubeconfig?: string;
}

async function resetStack(invocation: Invocation, context: Context, of: ResetOf): Promise<ResetResult> {
    const { settings, dryRun, kubeconfig } = of;
    const { reset } = await import("../../components/reset/reset");
    const { resetSteps } = await import("../../components/reset/steps");
    const kube = await openCluster(kubeconfig === undefined ? settings.cluster.context : undefined, kubeconfig);
    const users = settings.identity.users.map(({ name }) => name);
    return reset(kube, {
        steps: resetSteps(settings, invocation.flag("users")),
        dryRun,
        ...(!invocation.flag("keep-keys") &&
            users.length > 0 && {
                revokeKeys: () => revoke(context, kube, settings, users, kubeconfig !== undefined),
            }),
        onStep: (step) => context.err.line(progress(step)),
        signal: context.signal,
    });
}

/** In a rehearsal there is no MaaS API, and there are no keys. */
async function revoke(
    context: Context,
    kube: import("../../components/kube").Kube,
    settings: Settings,
    users: readonly string[],
    rehearsal: boolean,
): Promise<number> {
    if (rehearsal) {
        context.err.line(`keys: the rehearsal has no MaaS API; on a cluster the keys of ${users.join(", ")} are revoked`);
        return 0;
    }
    const token = kube.bearerToken();
    if (token === undefined) {
        throw new Error(
            "the kubeconfig has no token to show to the MaaS API: log in with oc login, or keep the keys (--keep-keys)",
        );
    }
    const { authoritiesOf, domainOf } = await import("../maasApi/address");
    const { MaasApi } = await import("../maasApi/client");
    const api = new MaasApi({
        url: `https://${gatewayHost(settings.cluster.domain ?? (await domainOf(kube, "cluster.domain")))}`,
        token,
        ca: await authoritiesOf(kube, settings),
        signal: context.signal,
        onWait: tellWaits(context.err),
    });
    return revokeAll(api, users);
}

function progress({ id, objects, done }: StepResult): string {
    return `${id}: ${done}${objects.length === 0 ? "" : ` (${objects.join(", ")})`}`;
}

async function broughtUp(
    projectDir: string,
    stack: string,
    context: Context,
): Promise<import("../../rehearsal/rehearse").RehearsalSession> {
    const { openSession } = await import("../../simulator/rehearse");
    const session = await openSession({ projectDir, stack, signal: context.signal });
    const up = await session.up();
    if (!up.succeeded) {
        await session.close();
        throw new RefusalError(`The stack ${stack} does not come up in a rehearsal: maas rehearse ${stack} says why.`);
    }
    session.release();
    return session;
}
