/** The observed parts of a platform. */
import type * as pulumi from "@pulumi/pulumi";

import type { Quota, Scope } from "../../catalogue/observability/scope";
import { recordOf } from "../../catalogue/releases";
import { groupNames, secondsOf, subscriptionOf, tokensByModel } from "../../catalogue/tiers";
import { countedAccounts } from "../../catalogue/workspaces/owners";
import type { Settings, TierSettings } from "../../stacks/schema";
import { INFERENCE_GATEWAY, MAAS_GATEWAY } from "../gateway";
import { CertManagerMetrics, GRAFANA_NAMESPACE, Observability } from "../observability";
import { usagePage } from "../openshiftai";
import { databasesOf } from "./databases";
import { exporterJobs } from "./exporters";
import { type Foundations, foundationMonitors } from "./monitors";
import { pricesOf } from "./prices";
import type { Stage } from "./stage";

/** Every release installs it: OpenShift AI and LeaderWorkerSet need it. */
const CERT_MANAGER = "openshift-cert-manager-operator";

/** Metrics, dashboards, alerts and traces, when the stack asks for them. */
export function observability(
    stage: Stage,
    services: ReadonlyMap<string, pulumi.Resource>,
    foundations: Foundations,
): Observability | undefined {
    const { settings, cluster, records, operators, after } = stage;
    const { observability: parts, modelsNamespace: namespace } = settings;
    if (parts !== undefined) {
        foundationMonitors(stage, foundations);
    }
    // Whoever runs cert-manager decides what collects its metrics.
    if (parts !== undefined && settings.operators[CERT_MANAGER]?.existing !== true) {
        new CertManagerMetrics("cert-manager-metrics", after(records, operators(CERT_MANAGER)));
    }
    return parts === undefined
        ? undefined
        : new Observability(
              "observability",
              {
                  settings: parts,
                  operators: {
                      dashboards: parts.dashboards ? operators("cluster-observability-operator") : undefined,
                      grafana: parts.grafana === undefined ? undefined : operators("grafana-operator"),
                      tempo: parts.traces === undefined ? undefined : operators("tempo-product"),
                      collector: parts.traces === undefined ? undefined : operators("opentelemetry-product"),
                  },
                  domain: cluster.domain,
                  usagePage: usagePage(settings, cluster.domain),
                  models: { namespace, services },
                  scope: scopeOf(settings, cluster.region),
                  protect: settings.protectData,
              },
              after(records),
          );
}

/** The scope of the rules, beside the models. @param region of the cluster; unknown: nodes have no prices but the given ones */
export function scopeOf(settings: Settings, region = settings.cluster.region): Omit<Scope, "models" | "thresholds"> {
    const { models, externalModels, tiers, tenants, gateway, identity, release } = settings;
    const keys = tiers.length > 0 && recordOf(release).governance === "subscriptions";
    const answers = new Map([
        ...models.map(({ name, servedName }) => [name, servedName ?? name] as const),
        // Inferred: a provider answers with the name that it was asked for.
        ...externalModels.map(({ name, providers }) => [name, providers[0]?.targetModel ?? name] as const),
    ]);
    return {
        // A second version comes and goes without a change of the rules: ModelNotReady tells of it.
        services: models.map(({ name }) => name),
        gateways: [
            ...(tiers.length > 0 ? [MAAS_GATEWAY.name, ...tenants.map(({ name }) => name)] : []),
            ...(gateway.inference === undefined ? [] : [INFERENCE_GATEWAY.name]),
        ],
        databases: databasesOf(settings, keys),
        exporters: exporterJobs(settings, keys),
        keysApi: keys ? recordOf(release).apiNamespace : undefined,
        litemaas: settings.litemaas?.metrics === true ? settings.litemaas.namespace : undefined,
        vault: identity.vault?.install?.namespace,
        grafana: settings.observability?.grafana && GRAFANA_NAMESPACE,
        external: externalModels.map(({ name }) => name),
        workspaces: settings.workspaces !== undefined,
        persons: [settings.tenant, ...tenants].some(({ telemetry }) => telemetry?.user === true) ? countedAccounts(settings) : [],
        owners: tiers.map((tier) => ({ subscription: subscriptionOf(tier), groups: groupNames(tier) })),
        quotas: keys ? tiers.flatMap((tier) => quotasOf(tier, answers)) : [],
        prices: pricesOf(settings, region, answers),
    };
}

const HOUR = 3600;

/**
 * Limits of an hour or more: of a shorter window, nobody could act on the alert before it has passed.
 *
 * @param answers the name that answers of a model carry, by its name in tiers
 */
function quotasOf(tier: TierSettings, answers: ReadonlyMap<string, string>): Quota[] {
    return tokensByModel(tier).flatMap(({ name, tokens }) => {
        const model = answers.get(name) ?? name;
        return tokens
            .filter(({ window }) => secondsOf(window) >= HOUR)
            .map(({ limit, window }) => ({ subscription: subscriptionOf(tier), model, tokens: limit, window }));
    });
}
