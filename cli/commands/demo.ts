import { setTimeout as sleep } from "node:timers/promises";
import * as path from "node:path";

import type { Act } from "../demo/acts";
import type { Command, Context, Invocation } from "../command";
import { Exit, RefusalError } from "../exit";
import { asks, clusterOf, gatewayAccess, gatewayOf, gatewayOptions } from "../maasApi/address";
import { jsonOption, reportTerminal, writeJson } from "../output";
import { stackArgument } from "../stackArgument";
import { refuseTiers, settingsOfStack } from "../stackSettings";

/** A model may compile before its first token. */
const FIRST_TOKEN_SECONDS = 120;

export const command: Command = {
    summary: "Play the story of the tiers on a running stack: a limit is met, others are not, a user moves up",
    description: `Act 1: a user of the lowest tier calls until 429. Act 2: users of higher tiers call on meanwhile. Act 3: an administrator moves the
user to the next tier, who makes a new key and revokes the old one, which is refused within a minute. Act 4: the user calls on. external: a
model of a provider is called until its limit. Each result is checked. Afterwards keys are revoked and the user is moved back.
Needs the login of each user, by --kubeconfig or MAAS_TOKEN_<USER>, and for acts 3 and 4 yours as an administrator (KUBECONFIG).
Exit code 0: all as expected; 1: something is not; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        act: { type: "choice", choices: ["1", "2", "3", "4", "external", "all"], default: "all", help: "the act to play" },
        kubeconfig: { type: "text", value: "USER=FILE", multiple: true, help: "login of a user; may be given more than once" },
        keep: { type: "flag", help: "leave keys and Groups as they are at the end" },
        ...jsonOption("what each act has shown"),
        ...gatewayOptions,
    },
    access: [
        ...gatewayAccess.filter(({ what }) => !what.includes("the token of the kubeconfig")),
        { does: "reads", what: "MAAS_TOKEN_<USER>, or the token of --kubeconfig, of each user", rights: "their logins" },
        asks("writes", "create"),
        asks("writes", "revoke"),
        { does: "writes", what: "requests to the models, which count against the users' quotas", rights: "the keys" },
        {
            does: "writes",
            what: "the Groups of the two lowest tiers, back to what they were without --keep",
            rights: "get and patch on groups.user.openshift.io",
            when: "acts 3, 4 and all, and where an earlier demo was kept or killed",
        },
    ],
    async run(invocation, context) {
        const { stack, settings } = await settingsOfStack(invocation, context);
        refuseTiers(settings, stack, "which has no API keys; the demo begins with release 3.4");
        const { castOf } = await import("../demo/cast");
        const { ACTS, Demo } = await import("../demo/acts");
        const { MaasApi } = await import("../maasApi/client");
        const { send } = await import("../http/send");
        const { printDemo } = await import("../views/demo");
        const { url, ca } = await gatewayOf(invocation, context, settings, () => clusterOf(settings));
        const cast = castOf(stack, settings, url);
        const asked = invocation.text("act")!;
        const acts: readonly Act[] = asked === "all" ? ACTS : [asked as Act];
        const moves = acts.some((act) => act === "3" || act === "4");
        if (moves && (cast.first.group === undefined || cast.others[0]!.group === undefined)) {
            throw new RefusalError(
                `Tier ${cast.first.tier} or ${cast.others[0]!.tier} has no Group of its own, so that nobody can be moved: play --act 1 or --act 2.`,
            );
        }
        const players = acts.flatMap((act) =>
            act === "external" ? (cast.external?.actor ?? []) : act === "2" ? [cast.first, ...cast.others] : cast.first,
        );
        const tokens = await tokensOf(invocation, context, [...new Set(players.map(({ user }) => user))]);
        let kube: ReturnType<typeof clusterOf> | undefined;
        const cluster = (): ReturnType<typeof clusterOf> => (kube ??= clusterOf(settings));
        if (moves) {
            await cluster(); // Rather refused now than in the middle of the story.
        }
        const { err, signal, underWay } = context;
        const known = underWay.begin(
            () =>
                "Not cleaned up: keys of the demo end within an hour, and the next demo finds its user where this one has left the user.",
        );
        const demo = new Demo(cast, {
            caller: {
                call: (method, to, key, body) =>
                    send({
                        ...{ method, url: to, ca, silenceSeconds: FIRST_TOKEN_SECONDS, signal },
                        ...(key !== undefined && { headers: { Authorization: `Bearer ${key}` } }),
                        ...(body !== undefined && { body }),
                    }),
            },
            // Keys that were made are revoked also when the user interrupts.
            keysOf: (user) => new MaasApi({ url, token: tokens.get(user)!, ca, signal: undefined }),
            move: async (user, from, to) => {
                const { moveBetween } = await import("../demo/groups");
                await moveBetween(await cluster(), user, from, to);
            },
            sleep: async (seconds, why) => {
                err.line(`waiting ${seconds} s ${why}`);
                await sleep(seconds * 1000, undefined, { signal });
            },
            onScene: ({ act, what, verdict }) => err.status([`act ${act}  ${what}  ${verdict}`]),
            signal,
        });
        try {
            await demo.play(acts);
        } finally {
            err.status([]);
            if (!invocation.flag("keep")) {
                (await demo.cleanUp()).forEach((problem) => err.always(`Not cleaned up: ${problem}`));
            }
            known();
            // Also what was seen before something went wrong.
            if (demo.scenes.length > 0) {
                printDemo(reportTerminal(invocation, context), stack, url, demo.scenes);
            }
        }
        writeJson(invocation, context, { stack, url, scenes: demo.scenes });
        return signal.aborted
            ? Exit.interrupted
            : demo.scenes.some(({ verdict }) => verdict === "otherwise")
              ? Exit.refused
              : Exit.fine;
    },
};

async function tokensOf(
    invocation: Invocation,
    { cwd }: Context,
    users: readonly string[],
): Promise<ReadonlyMap<string, string>> {
    const { loginsOf } = await import("../demo/logins");
    return loginsOf(invocation, users, process.env, async (file) => {
        const { Kube } = await import("../../components/kube");
        return (await Kube.connect(undefined, path.resolve(cwd, file))).bearerToken();
    });
}
