import type { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { apiHostname } from "../catalogue/certificates";
import { workshopsNamespace } from "../catalogue/litemaas/names";
import { recordOf } from "../catalogue/releases";
import { modelsOf } from "../catalogue/tiers";
import type { Settings } from "../stacks/schema";
import { GitOpsRights, LoadBalancerAddresses } from "./addons";
import { Agent } from "./agents";
import { Certificates } from "./certificates";
import type { ClusterFacts } from "./cluster";
import { describedBy } from "./component";
import { connectionOf } from "./clusterProvider";
import { ConnectivityLink, GatewayApi, INFERENCE_CLASS, staleAuthorinoRemoved } from "./gateway";
import { clusterAutoscaler, GpuOperands, GpuPool } from "./gpu";
import { hasIdentities, Identity, needsExternalSecrets, removeProvidersHook } from "./identity";
import { isConnectivityLink14 } from "./platform/connectivityLinkVersion";
import { inferenceClosed, inferenceGateway, maasDatabase, maasGateways } from "./platform/gateways";
import { litemaas } from "./platform/litemaas";
import { observability } from "./platform/observed";
import { predictiveModels, servedModels } from "./platform/models";
import { applicationsNamespace, maasApiNamespace, modelsNamespace } from "./platform/namespaces";
import { openShiftAi } from "./platform/openShiftAi";
import { installOperators } from "./platform/operators";
import { externalUrls, publishedModels } from "./platform/publishing";
import { proxyOf, type Stage } from "./platform/stage";
import { maasTenants } from "./platform/tenants";
import { subscriptionTiers } from "./platform/tiers";
import { tracedGateways } from "./platform/traces";
import { tracesReceiver } from "./platform/tracesReceiver";
import { workspaces } from "./platform/workspaces";
import type { LiteMaas } from "./litemaas";
import { hasAccessRules, leaderWorkerSets, ModelsAccess } from "./serving";

/** The inputs of the platform. */
export interface PlatformArgs {
    readonly settings: Settings;
    readonly cluster: ClusterFacts;
    /** The namespace of the gates' records. */
    readonly records: Namespace;
}

/**
 * The whole platform. The layers know nothing of each other: which must be ready before which is said here, and in
 * platform/, each time as what the later one depends on.
 */
export class Platform extends pulumi.ComponentResource {
    /** The address of the models: https://maas.<domain>. Undefined without tiers: there is no gateway of MaaS then. */
    public readonly url: string | undefined;
    /** The Secret of the authority that callers have to trust, where the gateway has its own. */
    public readonly authority: { readonly name: string; readonly namespace: string } | undefined;
    /** The OpenAI-compatible endpoint of each model, by its name. */
    public readonly models: Readonly<Record<string, string>>;
    /** URL to which workloads send traces, inside the cluster: OTLP over gRPC. Undefined without traces. */
    public readonly traces: string | undefined;
    /** The address at which users open their workspaces; undefined without workspaces. */
    public readonly workspaces: string | undefined;
    /** The portal and its proxies; undefined when the stack does not ask for them. */
    public readonly litemaas: LiteMaas | undefined;
    /** Users and their logins; undefined when the stack leaves them alone. */
    public readonly identities: Identity | undefined;

    constructor(name: string, { settings, cluster, records }: PlatformArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:platform:Platform", name, describedBy({ release: settings.release, cluster }), opts);
        const after: Stage["after"] = (...dependsOn) => ({ parent: this, dependsOn: [...dependsOn] });

        // These wait for nothing: nodes take longest.
        const pools = gpuPools(settings, cluster, records, after);
        const classes = settings.gateway.inference === undefined ? [] : [INFERENCE_CLASS];
        const gatewayApi = new GatewayApi("gateway-api", { classes }, after(records));
        const applications = applicationsNamespace(settings, this);
        const maasApi = maasApiNamespace(settings, this);
        const operators = installOperators(this, settings, records, {
            // It looks for the gateway's kinds once, when it starts.
            "rhcl-operator": [
                gatewayApi,
                ...(settings.connectivityLink.replaceStaleAuthorino
                    ? [staleAuthorinoRemoved("stale-authorino-removed", after(records))]
                    : []),
            ],
            // It makes the namespaces itself otherwise, and would take them away with it.
            "rhods-operator": [applications, ...(maasApi === undefined ? [] : [maasApi])],
        });
        const stage: Stage = { settings, cluster, records, operators, after };

        // These need operators alone.
        const certificates = issuedCertificates(stage);
        const gpu = gpuOperands(stage, pools);
        const workers = leaderWorkerSets("leader-worker-set", after(operators("leader-worker-set")));
        const connectivityLink = new ConnectivityLink(
            "connectivity-link",
            {
                operator: operators("rhcl-operator"),
                settings: settings.connectivityLink,
                traces: tracesReceiver(settings),
                filterSendsSpans: isConnectivityLink14(settings),
            },
            after(records),
        );
        loadBalancers(stage);
        if (settings.gitops) {
            new GitOpsRights("gitops", after(records));
        }
        this.identities = identities(stage);

        // Gateways: Authorino's TLS first, since the filter for it is made when a gateway appears, and not again.
        const needs = {
            certificateSecret: settings.gateway.certificateSecret ?? certificates?.ingressSecret ?? "router-certs-default",
            before: [gatewayApi, connectivityLink, ...(certificates?.ingressIssued ?? [])],
        };
        const gateways = settings.tiers.length > 0 ? maasGateways(stage, needs) : undefined;
        const database =
            gateways !== undefined && recordOf(settings.release).governance === "subscriptions"
                ? [maasDatabase(stage, maasApi ?? applications)]
                : [];
        const inference = inferenceGateway(stage, needs);
        tracedGateways(stage, gateways, inference);
        this.url = gateways?.own.url;
        this.authority = gateways?.own.authority;

        // OpenShift AI: Models-as-a-Service is switched on with it, and the dashboard reads the cluster's authorities when it starts.
        const { components: ai, profiles } = openShiftAi(
            stage,
            applications,
            [connectivityLink, workers, ...(gateways?.all ?? []), ...database, ...(certificates?.trusted ?? [])],
            gateways?.own,
        );

        // Models, and who may call them. What no tier names is nobody's to call through the gateway of tiers.
        const models = modelsNamespace(settings, this);
        if (hasAccessRules(settings.modelsAccess)) {
            const { modelsNamespace: namespace, modelsAccess: access } = settings;
            new ModelsAccess("models-access", { namespace, access }, after(models));
        }
        const governed = settings.models.filter(
            (model) => inference === undefined || settings.tiers.some((tier) => modelsOf(tier).includes(model.name)),
        );
        const behind = {
            governed,
            gpu,
            openShiftAi: ai,
            profiles,
            gateways,
            inference,
            inferenceClosed: inferenceClosed(stage, inference, ai),
            modelsNamespace: models,
        };
        const { services, urls } = servedModels(stage, behind);
        this.models = { ...urls, ...externalUrls(settings, gateways) };
        const predictive = predictiveModels(stage, behind);
        agents(stage, services, urls, this.authority);
        observability(stage, services, { identities: this.identities, database: database[0], connectivityLink });
        const receiver = tracesReceiver(settings);
        this.traces = receiver && `http://${receiver}`;
        // On release 3.3, models wait for the tiers.
        let enforced: readonly pulumi.Resource[] = [...services.values()];
        if (gateways !== undefined && recordOf(settings.release).governance === "subscriptions") {
            const tenants = maasTenants(stage, gateways, ai);
            const published = publishedModels(stage, {
                models: governed,
                services,
                openShiftAi: ai,
                modelsNamespace: models,
                tenants: tenants.further,
                gateways,
            });
            enforced = [subscriptionTiers(stage, { gateways, tenants, published, services, openShiftAi: ai })];
        }
        this.workspaces = workspaces(stage, gateways && { gateways, urls: this.models, enforced });
        this.litemaas = litemaas(stage, {
            services: new Map([...services, ...predictive]),
            urls: this.models,
            authority: this.authority,
            gateways,
            store: this.identities?.litemaasStore,
            enforced,
        });
        this.registerOutputs({ url: this.url, models: this.models, workspaces: this.workspaces });
    }
}

/** GPU nodes, and what sizes them. */
function gpuPools(
    { gpu, cluster: { nodes, ami } }: Settings,
    cluster: ClusterFacts,
    records: Namespace,
    after: Stage["after"],
): GpuPool[] {
    if (gpu.clusterAutoscaler) {
        clusterAutoscaler("cluster-autoscaler", gpu, cluster.zones, { parent: after().parent });
    }
    return gpu.pools.map(
        (pool) => new GpuPool(`pool-${pool.name}`, { pool, cluster, nodes, records, followsAmi: ami === undefined }, after()),
    );
}

/** Drivers and device plugins. */
function gpuOperands({ settings, records, operators, after }: Stage, pools: readonly GpuPool[]): GpuOperands {
    return new GpuOperands(
        "gpu",
        {
            nfd: operators("nfd"),
            gpuOperator: operators("gpu-operator-certified"),
            pools,
            existing: settings.operators["gpu-operator-certified"]?.existing === true,
            settings: settings.gpu,
        },
        after(records),
    );
}

/** Certificates of the API server and the routes, when the stack asks for them. */
function issuedCertificates({ settings: { certificates }, cluster, records, operators, after }: Stage): Certificates | undefined {
    const { domain, region, infrastructureName } = cluster;
    return certificates === undefined
        ? undefined
        : new Certificates(
              "certificates",
              { settings: certificates, domain, region, infrastructureName },
              // cert-manager issues them, unless they exist already.
              after(records, ...(certificates.existing === undefined ? [operators("openshift-cert-manager-operator")] : [])),
          );
}

/** Addresses of load balancers on a cluster whose cloud gives none. */
function loadBalancers({ settings: { metallb }, operators, after }: Stage): void {
    if (metallb !== undefined) {
        const operator = operators("metallb-operator");
        const { namespaceName: namespace } = operator;
        new LoadBalancerAddresses("metallb", { ...metallb, namespace }, after(operator));
    }
}

/** Users and their logins, when the stack asks for them. Nothing of the models waits for these, nor they for anything of it. */
function identities({ settings, cluster, records, operators, after }: Stage): Identity | undefined {
    const { identity, certificates, litemaas: portal, operators: overrides } = settings;
    const { domain, infrastructureName } = cluster;
    // Also without identities: a stack that has just lost them still has to take its own out of the cluster's list.
    const removeProviders = removeProvidersHook(connectionOf(after()));
    return hasIdentities(identity)
        ? new Identity(
              "identity",
              {
                  settings: identity,
                  existingOperator: overrides["openshift-external-secrets-operator"]?.existing ?? false,
                  removeProviders,
                  infrastructureName,
                  domain,
                  apiHost: apiHostname(domain, certificates?.apiHostname),
                  protect: settings.protectData,
                  proxy: proxyOf({ settings, cluster }),
                  metrics: settings.observability !== undefined,
                  ...(portal?.secretStore === "vault" && {
                      litemaas: [portal.namespace, workshopsNamespace(portal.namespace)],
                  }),
              },
              after(records, ...(needsExternalSecrets(identity) ? [operators("openshift-external-secrets-operator")] : [])),
          )
        : undefined;
}

/** Agents that are pointed at a model once it is served: until then they stay where they were. */
function agents(
    { settings, records, after }: Stage,
    services: ReadonlyMap<string, pulumi.Resource>,
    urls: Readonly<Record<string, string>>,
    authority: { readonly name: string; readonly namespace: string } | undefined,
): void {
    const publicAuthority = authority === undefined && settings.certificates?.letsEncrypt?.environment === "production";
    const servedNames = new Map(settings.models.map(({ name, servedName }) => [name, servedName ?? name]));
    for (const agent of settings.agents) {
        new Agent(
            `agent-${agent.name}`,
            { agent, url: urls[agent.model]!, servedName: servedNames.get(agent.model)!, authority, publicAuthority },
            after(records, services.get(agent.model)!),
        );
    }
}
