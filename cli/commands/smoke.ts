import { setTimeout as sleep } from "node:timers/promises";

import type { Command, Context, Invocation } from "../command";
import { Exit, RefusalError, UsageError } from "../exit";
import { asks, gatewayAccess, gatewayOf, gatewayOptions, clusterOf, maasAccess } from "../maasApi/address";
import { didYouMean } from "../nearest";
import { checkDistinct, jsonOption, reportTerminal, writeOutput } from "../output";
import { givenKey, KEY_VARIABLE, makeKeys, type SmokeKeys } from "../smoke/keys";
import type { SmokeTarget } from "../smoke/target";
import { stackArgument } from "../stackArgument";
import { refuseTiers, settingsOfStack } from "../stackSettings";
import type { Terminal } from "../terminal";

/** A model may compile before its first token. */
const FIRST_TOKEN_SECONDS = 120;

export const command: Command = {
    summary: "Call the models of a running stack as its users do, and check what they must and must not get",
    description: `Checks the gateway, the list of models, and for each model of each tier that you belong to: chat, completion, stream with usage, tool
call or embedding; that requests without a key (401), outside the tier (403), to unknown models (404), to forged paths, with forged identities and
to the internal API are refused; and, with --limits, 429 at the request limit of each tier and 200 after its window.
Uses keys that expire within an hour and revokes them at the end, or uses the key in ${KEY_VARIABLE}. Consumes tokens and requests of
your limits. Exit code 0: all checks pass; 1: at least one fails; 2: wrong usage.`,
    arguments: [stackArgument],
    options: {
        tier: {
            type: "text",
            value: "NAME",
            multiple: true,
            help: "only this tier; may be given more than once (default: all of yours)",
        },
        limits: { type: "flag", help: "use up the request limit of each tier and model, which takes two windows of each" },
        routing: {
            type: "flag",
            help: "check that models with intelligent routing use several copies and cached prefixes; reads Prometheus, and waits up to 3 minutes",
        },
        prometheus: {
            type: "text",
            value: "URL",
            help: "with --routing: address of Prometheus (default: the cluster's Thanos Querier)",
        },
        junit: { type: "output", value: "FILE", help: "write the results as JUnit XML; - is standard output" },
        ...jsonOption("the results"),
        ...gatewayOptions,
    },
    access: [
        ...gatewayAccess,
        { does: "reads", what: KEY_VARIABLE, rights: "a key of the tier", when: "it is set" },
        asks("writes", "create", `${KEY_VARIABLE} is not set`),
        asks("writes", "revoke", `${KEY_VARIABLE} is not set`),
        { does: "reads", what: "GET /maas-api/health, /maas-api/v1/models", rights: "the key itself" },
        {
            does: "reads",
            what: "counters of the model servers, from the cluster's Thanos Querier",
            rights: "ClusterRole cluster-monitoring-view",
            when: "--routing",
        },
        { does: "writes", what: "requests to the models, which count against your quota", rights: "the key itself" },
    ],
    async run(invocation, context) {
        checkDistinct(invocation, context, ["json", "junit"]);
        const { stack, settings } = await settingsOfStack(invocation, context);
        refuseTiers(settings, stack, "whose models are called with tokens that last hours; smoke tests begin with release 3.4");
        const { smoke } = await import("../smoke/run");
        const { smokeTarget } = await import("../smoke/target");
        const { send } = await import("../http/send");
        const key = process.env[KEY_VARIABLE] ?? "";
        // A key that is given needs no login.
        const access =
            key === ""
                ? await maasAccess(invocation, context, settings)
                : await gatewayOf(invocation, context, settings, () => clusterOf(settings));
        const target = smokeTarget(settings, access.url, invocation.text("tenant"));
        // Before keys are made: without Prometheus there is nothing to compare.
        const counters = invocation.flag("routing") ? await countersOf(invocation, context, settings) : undefined;
        const { err, signal, underWay } = context;
        const known = underWay.begin(() => (key === "" ? "Keys of the smoke test that are not revoked end within an hour." : ""));
        const { keys, made, foreign, close } = await keysOf(invocation, context, target, stack, key, access).catch(
            (e: unknown) => {
                known();
                throw e;
            },
        );
        try {
            const results = await smoke({
                target,
                keys,
                ...(made !== undefined && { made }),
                limits: invocation.flag("limits"),
                counters,
                signal,
                caller: {
                    call: (method, url, credential, body, headers) =>
                        send({
                            method,
                            url,
                            headers: { ...headers, ...(credential !== undefined && { Authorization: `Bearer ${credential}` }) },
                            ...(body !== undefined && { body }),
                            ca: access.ca,
                            silenceSeconds: FIRST_TOKEN_SECONDS,
                            signal,
                        }),
                },
                sleep: async (seconds, why) => {
                    err.line(`waiting ${seconds} s ${why}`);
                    await sleep(seconds * 1000, undefined, { signal });
                },
                onResult: ({ verdict, tier, model, check }) =>
                    err.status([[verdict, tier, model, check].filter((part) => part !== undefined).join("  ")]),
            });
            err.status([]);
            await write(invocation, context, { stack, url: access.url, foreign, results });
            return signal.aborted
                ? Exit.interrupted
                : results.some(({ verdict }) => verdict === "fail")
                  ? Exit.refused
                  : Exit.fine;
        } finally {
            (await close()).forEach(tellUnrevoked(err));
            known();
        }
    },
};

/** Reads the counters of a model from Prometheus. */
async function countersOf(
    invocation: Invocation,
    context: Context,
    settings: import("../../stacks/schema").Settings,
): Promise<(model: string) => Promise<import("../smoke/routing").RoutingCounters>> {
    const { prometheusAccess } = await import("../usage/prometheusAccess");
    const { valuesNow } = await import("../usage/prometheus");
    const { routingQueries } = await import("../smoke/routing");
    const at = await prometheusAccess(invocation, context, settings);
    return async (model) => {
        const queries = routingQueries(settings.modelsNamespace, model);
        const [finished, hits] = await Promise.all([valuesNow(at, queries.finished), valuesNow(at, queries.hits)]);
        return {
            finished: new Map(finished.map(({ labels, value }) => [labels["pod"] ?? "", value])),
            hits: hits[0]?.value ?? 0,
        };
    };
}

async function keysOf(
    invocation: Invocation,
    context: Context,
    target: SmokeTarget,
    stack: string,
    key: string,
    access: object,
): Promise<SmokeKeys> {
    const known = target.tiers.map(({ name }) => name);
    const chosen = [...new Set(invocation.texts("tier"))];
    const unknown = chosen.filter((tier) => !known.includes(tier));
    if (unknown.length > 0) {
        throw new UsageError(
            `--tier is ${unknown.join(", ")}; expected ${known.length === 0 ? `a tier, but stack ${stack} has none there` : known.join(", ")}.${didYouMean(unknown[0]!, known)}`,
        );
    }
    if (known.length === 0) {
        throw new RefusalError(`Stack ${stack} has no tiers there: nobody may call a model.`);
    }
    if (key !== "") {
        return givenKey(key, chosen);
    }
    // Keys that were made are revoked also when the user interrupts.
    const { MaasApi } = await import("../maasApi/client");
    const api = new MaasApi({ ...(access as import("../maasApi/client").MaasAccess), signal: undefined });
    return makeKeys(
        api,
        target.tiers.filter(({ name }) => chosen.length === 0 || chosen.includes(name)),
        chosen.length > 0,
        tellUnrevoked(context.err),
    );
}

const tellUnrevoked =
    (err: Terminal) =>
    (problem: string): void =>
        err.always(`A key of the smoke test was not revoked; it ends within an hour: ${problem}`);

async function write(
    invocation: Invocation,
    context: Context,
    done: {
        readonly stack: string;
        readonly url: string;
        readonly foreign: readonly string[];
        readonly results: readonly import("../smoke/run").SmokeResult[];
    },
): Promise<void> {
    const { junit } = await import("../smoke/junit");
    const { printSmoke } = await import("../views/smoke");
    printSmoke(reportTerminal(invocation, context), done.results, done);
    const files = { json: `${JSON.stringify(done, null, 2)}\n`, junit: junit(done.stack, done.results) };
    for (const [option, content] of Object.entries(files)) {
        const file = invocation.text(option);
        if (file !== undefined) {
            writeOutput(context, file, content, option === "json" ? "JSON" : "JUnit");
        }
    }
}
