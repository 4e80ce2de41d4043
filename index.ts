/** The program: reads the settings of the stack, builds the platform, and says where to go from there. */
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import { clusterFacts } from "./components/cluster";
import { MODELS_NAMESPACE, Platform } from "./components/platform";
import { groupOf } from "./stacks/crossChecks";
import { parseSettings } from "./stacks/settings";

/** @returns the outputs of the stack */
export async function program(): Promise<Record<string, unknown>> {
    const settings = refusing(() => parseSettings(pulumi.getStack(), new pulumi.Config("maas").getObject("settings")));
    const cluster = await clusterFacts(settings.cluster).catch((error: Error) => {
        throw new pulumi.RunError(error.message);
    });
    // With the facts of the cluster known, what the settings left open is judged too.
    refusing(() => parseSettings(pulumi.getStack(), { ...settings, cluster: { ...settings.cluster, zones: cluster.zones } }));

    const provider = new Provider("cluster", {
        ...(settings.cluster.context !== undefined && { context: settings.cluster.context }),
        // A new address of the same cluster is no reason to replace everything on it.
        clusterIdentifier: cluster.infrastructureName,
        enableConfigMapMutable: true,
        enableSecretMutable: true,
    });
    const platform = new Platform("platform", { settings, cluster }, { provider });

    const { url } = platform;
    if (url === undefined) {
        return {};
    }
    return {
        url,
        models: Object.fromEntries(settings.models.map((m) => [m.name, `${url}/${MODELS_NAMESPACE}/${m.name}/v1`])),
        tiers: Object.fromEntries(settings.tiers.map((t) => [t.name, { group: groupOf(t), models: t.models }])),
        next: [
            `curl ${url}/maas-api/health`,
            `curl -X POST ${url}/maas-api/v1/api-keys -H "Authorization: Bearer $(oc whoami -t)" -H 'Content-Type: application/json' -d '{"name": "first"}'`,
        ],
    };
}

/** Wrong settings are told without the stack trace of the program. */
function refusing<T>(check: () => T): T {
    try {
        return check();
    } catch (error) {
        throw error instanceof Error && error.name === "SettingsError" ? new pulumi.RunError(error.message) : error;
    }
}
