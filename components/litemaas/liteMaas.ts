/** LiteMaaS as a whole. */
import { ConfigMap, NamespacePatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { GATEWAY_KEY, LITEMAAS, SALT_KEY, SECRETS } from "../../catalogue/litemaas/names";
import type { LitemaasSettings } from "../../stacks/schema";
import { authorities, type AuthoritiesArgs } from "../authorities";
import { keptSecret, type KeptKey } from "../keptSecret";
import { keptOrRemoved } from "../namespaceRemoved";
import { backups } from "./backup";
import { backend } from "./backend";
import { benchmarks } from "./benchmark";
import { foreignSecrets } from "./foreignSecrets";
import { DATABASE_CLAIM, databaseMetrics, databases, redis } from "./databases";
import { frontend } from "./frontend";
import { type GatewayKey, gatewayKey } from "./gatewayKey";
import { login } from "./login";
import { mcpServer } from "./mcp";
import { monitors, type Scraped } from "./monitors";
import { networkPolicies } from "./network";
import { hostsOf, labelsOf, type Place, SERVICE_CA, TRUST } from "./place";
import { portalSettings } from "./portalSettings";
import { proxies } from "./proxy";
import { restored } from "./restore";
import { routerFallbacks } from "./sync";
import { type SyncBehind, syncJobs } from "./syncJobs";
import { keptInVault, type SecretStore } from "./vault";

/** Arguments of LiteMaaS. All are known in a plan. */
export interface LiteMaasArgs {
    readonly settings: LitemaasSettings;
    /** Apps domain. */
    readonly domain: string;
    /** AWS region, for a bucket of backups. */
    readonly region: string;
    /** Models, workshops, and how their endpoints are reached. */
    readonly sync: Omit<SyncBehind, "before">;
    /** Resources that must serve before models are registered. */
    readonly served: readonly pulumi.Resource[];
    /** The gateway whose key the proxies get; undefined: they get none. */
    readonly gateway: GatewayKey | undefined;
    /** The place of the Secrets in Vault; undefined: in the cluster alone. */
    readonly store: SecretStore | undefined;
    /** Services whose metrics are read. */
    readonly scraped: readonly Scraped[];
    /** Image of the exporter of the databases; undefined: there is none. */
    readonly exporter: string | undefined;
    /** Secret of an authority of the router that the cluster does not trust. */
    readonly authority: AuthoritiesArgs["secret"];
    /** Deletes the namespace with its data where the settings say so. */
    readonly removed: readonly pulumi.ResourceHook[];
    /** Whether Pulumi refuses to delete the databases. */
    readonly protect: boolean;
}

/** Keys of the Secret that is made once. */
export const KEPT: readonly KeptKey[] = [
    { name: "LITELLM_MASTER_KEY", prefix: "sk-" },
    { name: SALT_KEY, prefix: "sk-", encryptsData: true },
    { name: "UI_PASSWORD" },
    { name: "PROXY_DB_PASSWORD" },
    { name: "PORTAL_DB_PASSWORD" },
    { name: "REDIS_PASSWORD" },
    { name: "JWT_SECRET" },
    { name: "ADMIN_API_KEY", prefix: "ltm_admin_" },
    { name: "PORTAL_ENCRYPTION_KEY", encryptsData: true },
    { name: "NO_ORIGIN" },
    { name: "MCP_API_KEY" },
];

/**
 * A portal where users subscribe to models and make keys, in front of LiteLLM: proxies, portal, databases, Redis, and the Jobs that
 * keep models and keys in line. Namespace, volume and Secret outlive a destroy, unless the settings delete them.
 * Source: docs/litemaas.md.
 */
export class LiteMaas extends pulumi.ComponentResource {
    /** The address of the models for callers: https://<host>/v1. */
    public readonly url: string;
    /** The address of the portal for users. */
    public readonly portal: string;

    constructor(name: string, args: LiteMaasArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { settings, domain, region, sync, served, gateway, store, scraped, exporter, authority, removed, protect } = args;
        super("maas:litemaas:LiteMaas", name, { namespace: settings.namespace, domain }, opts);
        const { namespace } = settings;
        const hosts = hostsOf(settings, domain);
        this.url = `https://${hosts.api}/v1`;
        this.portal = `https://${hosts.portal}`;

        const created = new NamespacePatch(
            `${name}-namespace`,
            {
                metadata: {
                    name: namespace,
                    labels: labelsOf("litemaas"),
                    annotations: {
                        "openshift.io/display-name": "LiteMaaS",
                        // A namespace that was kept is taken over.
                        "pulumi.com/patchForce": "true",
                    },
                },
            },
            keptOrRemoved(settings.removal, removed, { parent: this, ...(protect && { protect }) }),
        );
        const place: Place = {
            component: this,
            name,
            settings,
            hosts,
            within: (...dependsOn) => ({ parent: this, dependsOn: [created, ...dependsOn] }),
        };
        const policies = networkPolicies(place);
        const secrets = keptSecret(
            `${name}-secrets`,
            { namespace, secret: SECRETS, labels: labelsOf("litemaas"), keys: KEPT, claim: DATABASE_CLAIM },
            place.within(),
        );
        const serviceCa = new ConfigMap(
            `${name}-service-ca`,
            {
                metadata: {
                    name: SERVICE_CA.configMap,
                    namespace,
                    labels: labelsOf("litemaas"),
                    annotations: { "service.beta.openshift.io/inject-cabundle": "true" },
                },
            },
            // The service CA writes it.
            { ...place.within(), ignoreChanges: ["data"] },
        );
        const trust = authorities(name, { configMap: TRUST, namespace, secret: authority }, place.within());
        const variables = sync.models.flatMap(({ endpoints }) => endpoints.flatMap(({ keyVariable }) => keyVariable ?? []));
        const given = [
            ...foreignSecrets(
                place,
                [...new Set(variables)].filter((variable) => gateway === undefined || variable !== GATEWAY_KEY.variable),
            ),
            ...(gateway === undefined ? [] : [gatewayKey(place, gateway, trust)]),
        ];
        const database = databases(place, secrets, protect);
        const cache = redis(place, secrets);
        const restoring = restored(place, region, secrets, serviceCa, trust, database, ...given);
        const running = proxies(place, {
            secrets,
            database,
            redis: cache,
            trust: [serviceCa, trust],
            policies: [...policies, ...restoring, ...given],
            fallbacks: routerFallbacks(sync.models),
        });
        const api = backend(place, {
            login: login(place, domain),
            secrets,
            trust: [serviceCa, trust],
            proxies: running,
            policies: [...policies, ...given],
        });
        frontend(place, api);
        const { job, text } = syncJobs(place, removed, { ...sync, before: [running, api, secrets, serviceCa, ...served] });
        if (store !== undefined) {
            keptInVault(place, store, { secrets, workshops: sync.workshops.map((workshop) => workshop.name), handouts: job });
        }
        portalSettings(place, text, job, database, serviceCa);
        backups(place, region, secrets, serviceCa, trust, database, ...given);
        benchmarks(place, job, secrets, serviceCa);
        if (settings.mcp !== undefined) {
            mcpServer(place, settings.mcp.image, running, api, secrets, serviceCa);
        }
        if (settings.metrics) {
            monitors(place, scraped);
            if (exporter !== undefined) {
                databaseMetrics(place, exporter, running);
            }
        }
        this.registerOutputs({ url: this.url, portal: this.portal, proxies: LITEMAAS.proxy });
    }
}
