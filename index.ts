/** The program: reads the settings of the stack, builds the platform, and says where to go from there. */
import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { ClusterProvider } from "./components/clusterProvider";
import { clusterFacts } from "./components/cluster";
import { RECORDS_NAMESPACE } from "./components/gate";
import { explaining } from "./components/explain";
import { recordOf } from "./catalogue/releases";
import { Platform } from "./components/platform";
import { askAws } from "./components/preconditions/lookUp";
import { preconditionsGate } from "./components/preconditions/gate";
import { Planned } from "./components/planned";
import { assistantModels } from "./catalogue/workspaces/assistants";
import { requestByHand } from "./catalogue/workspaces/clients";
import { groupsOf, modelsOf, ownRequests, requestsIn, subscriptionOf } from "./catalogue/tiers";
import type { Settings } from "./stacks/schema";
import { parseSettings } from "./stacks/settings";

/** @returns the outputs of the stack */
export async function program(): Promise<Record<string, unknown>> {
    const keys = Object.keys(pulumi.runtime.allConfig());
    const written = new pulumi.Config("maas").getObject("settings");
    const settings = refusing(() => parseSettings(pulumi.getStack(), written, process.cwd(), keys));
    const cluster = await clusterFacts(settings.cluster).catch((error: Error) => {
        throw new pulumi.RunError(error.message);
    });
    const aws = settings.cluster.lookUp ? await askAws(settings, cluster.region) : undefined;
    // With the facts of the cluster known, what the settings left open is judged too.
    const known = { ...settings.cluster, zones: cluster.zones, quotas: { ...aws?.quotas, ...settings.cluster.quotas } };
    refusing(() => parseSettings(pulumi.getStack(), { ...settings, cluster: known }));

    const provider = new ClusterProvider("cluster", {
        context: settings.cluster.context,
        // A new address of the same cluster is no reason to replace everything on it.
        clusterIdentifier: cluster.infrastructureName,
        enableConfigMapMutable: true,
        enableSecretMutable: true,
    });
    const records = new Namespace("records", { metadata: { name: RECORDS_NAMESPACE } }, { provider });
    // The gate's check runs once the platform is registered: then all that it will create is known.
    const planned = new Planned();
    const wanted = { settings, aws, planned: () => Promise.resolve(planned.objects) };
    const fit = preconditionsGate("preconditions", wanted, cluster.zones, { provider, dependsOn: records });
    const platform = new Platform(
        "platform",
        { settings, cluster, records },
        {
            provider,
            dependsOn: fit,
            // Not `transforms`: see explaining.
            transformations: [planned.note, explaining(provider.connect)],
        },
    );

    const { url, traces, authority } = platform;
    const trust = authority === undefined ? "" : " --cacert ca.crt";
    const { litemaas } = platform;
    const models = {
        models: platform.models,
        ...(traces !== undefined && { traces }),
        ...(litemaas !== undefined && { litemaas: { api: litemaas.url, portal: litemaas.portal } }),
    };
    if (url === undefined) {
        return models;
    }
    return {
        url,
        ...models,
        tiers: Object.fromEntries(
            settings.tiers.map((tier) => {
                const models = modelsOf(tier);
                const [group, ...more] = groupsOf(tier);
                const apart = models.some((model) => ownRequests(tier, model) !== undefined);
                const requests = requestsIn(tier.requests);
                return [
                    tier.name,
                    {
                        ...(group !== undefined && { group }),
                        ...(more.length > 0 && { groups: more }),
                        models,
                        ...(subscriptionOf(tier) !== tier.name && { subscription: subscriptionOf(tier) }),
                        // Requests are counted for each model by itself.
                        ...(requests.length > 0 && {
                            requests: requests
                                .map(
                                    ({ limit, window }) =>
                                        `${limit} in ${window} per user and model${apart ? "" : `, ${limit * models.length} in all`}`,
                                )
                                .join("; "),
                        }),
                    },
                ];
            }),
        ),
        ...(platform.workspaces !== undefined && { workspaces: platform.workspaces }),
        next: [
            ...(platform.identities?.next ?? []),
            ...(authority === undefined
                ? []
                : [
                      `oc get secret ${authority.name} -n ${authority.namespace} -o 'go-template={{index .data "tls.crt" | base64decode}}' > ca.crt`,
                  ]),
            `curl${trust} ${url}/maas-api/health`,
            `curl${trust} -X POST ${url}/maas-api/${credential(settings.release)}`,
            ...requests(settings, platform.models, trust),
            `npx maas plan ${pulumi.getStack()} --show clients   # settings of Cursor, Cline, OpenCode and curl for each tier`,
        ],
    };
}

/** The command by which a user gets the credential for requests: a key, or on releases without them a token that ends by itself. */
function credential(release: Settings["release"]): string {
    const [path, body] =
        recordOf(release).governance === "tiers" ? ["v1/tokens", '{"expiration": "4h"}'] : ["v1/api-keys", '{"name": "first"}'];
    return `${path} -H "Authorization: Bearer $(oc whoami -t)" -H 'Content-Type: application/json' -d '${body}'`;
}

/** A first request to a model of each tier, with the key in `MAAS_API_KEY`. */
function requests(settings: Settings, urls: Readonly<Record<string, string>>, trust: string): string[] {
    return assistantModels(settings, urls).flatMap(([tier, models]) => {
        const first = models.find(({ roles }) => roles.includes("chat")) ?? models[0];
        return first === undefined ? [] : [`${requestByHand(first, trust).replace(/ \\\n +/, " ")}   # tier ${tier.name}`];
    });
}

/** Wrong settings are told without the stack trace of the program. */
function refusing<T>(check: () => T): T {
    try {
        return check();
    } catch (error) {
        throw error instanceof Error && error.name === "SettingsError" ? new pulumi.RunError(error.message) : error;
    }
}
