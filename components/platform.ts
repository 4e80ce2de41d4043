import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { JobSetOperator, LeaderWorkerSetOperator } from "../kinds/operator.openshift.io";
import { MaaSModelRef } from "../kinds/maas.opendatahub.io";
import type { Settings } from "../stacks/schema";
import { LoadBalancerAddresses } from "./addons/metallb";
import { Queues } from "./addons/queues";
import { Certificates } from "./certificates/certificates";
import type { ClusterFacts } from "./cluster";
import { ConnectivityLink } from "./gateway/connectivityLink";
import { GatewayApi } from "./gateway/gatewayApi";
import { INFERENCE_CLASS, INFERENCE_GATEWAY, InferenceGateway } from "./gateway/inferenceGateway";
import { MAAS_GATEWAY, MaasGateway } from "./gateway/maasGateway";
import { Database } from "./governance/database";
import { GOVERNANCE_NAMESPACE, RequestLimits, Tier } from "./governance/tiers";
import { clusterAutoscaler } from "./gpu/autoscaler";
import { GpuOperands } from "./gpu/operands";
import { gpuOfPool } from "./gpu/gpuOfPool";
import { GPU_TAINT, GpuPool, POOL_LABEL } from "./gpu/pool";
import { shapeOf } from "./gpu/shape";
import { Observability } from "./observability/observability";
import { operatorEntry, type OperatorPackage, withPrerequisites } from "./operators/catalogue";
import { Operator } from "./operators/operator";
import type { PoolShape } from "./poolShape";
import { ModelsAccess } from "./serving/modelsAccess";
import { ModelService, type Placement } from "./serving/modelService";
import { PredictiveService } from "./serving/predictiveService";
import {
    type ComponentChoice,
    componentFields,
    componentsOn,
    monitoringOperators,
    operatorsFor,
    REGISTRIES_NAMESPACE,
} from "./serving/chosenComponents";
import { Dashboard } from "./serving/dashboard";
import { flagsOf } from "./serving/dashboardFlags";
import { HardwareProfiles } from "./serving/hardwareProfiles";
import { Initialization } from "./serving/initialization";
import { mlflowServer } from "./serving/mlflow";
import { ModelRegistry } from "./serving/modelRegistry";
import { APPLICATIONS_NAMESPACE, OpenShiftAi } from "./serving/openShiftAi";

/** What the platform is built from. */
export interface PlatformArgs {
    readonly settings: Settings;
    readonly cluster: ClusterFacts;
    /** The namespace of the gates' records. */
    readonly records: Namespace;
}

/**
 * The whole platform. The layers know nothing of each other: which must be ready before which is said here, and only
 * here, each time as what the later one depends on.
 */
export class Platform extends pulumi.ComponentResource {
    /** Where the models are reached: https://maas.<domain>. Undefined without tiers: there is no gateway of MaaS then. */
    public readonly url: string | undefined;
    /** The OpenAI-compatible endpoint of each model, by its name. */
    public readonly models: Readonly<Record<string, string>>;

    constructor(name: string, { settings, cluster, records }: PlatformArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:platform:Platform", name, {}, opts);
        const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent: this, dependsOn });
        const context = settings.cluster.context;

        const { nodes } = settings.cluster;
        const pools = settings.gpu.pools.map(
            (pool) => new GpuPool(`pool-${pool.name}`, { pool, cluster, nodes, records, context }, after()),
        );
        if (settings.gpu.clusterAutoscaler) {
            clusterAutoscaler("cluster-autoscaler", settings.gpu, cluster.zones, { parent: this });
        }

        const gatewayApi = new GatewayApi(
            "gateway-api",
            { context, classes: settings.gateway.inference === undefined ? [] : [INFERENCE_CLASS] },
            after(records),
        );
        const applications = new Namespace(
            "applications",
            { metadata: { name: APPLICATIONS_NAMESPACE, labels: { "openshift.io/cluster-monitoring": "true" } } },
            { parent: this },
        );
        const operators = this.operators(settings, records, {
            // It looks for the gateway's kinds once, when it starts.
            "rhcl-operator": [gatewayApi],
            // It makes the namespace itself otherwise, and would take it away with it.
            "rhods-operator": [applications],
        });

        const certificates = this.certificates(settings, cluster, [
            records,
            // It issues them, unless they are there already.
            ...(settings.certificates?.existing === undefined ? [operators("openshift-cert-manager-operator")] : []),
        ]);
        // The router deletes its own certificate once it has been given another.
        const certificate = {
            secret: settings.gateway.certificateSecret ?? certificates?.ingressSecret ?? "router-certs-default",
            issued: certificates?.ingressIssued ?? [],
        };

        const gpu = new GpuOperands(
            "gpu",
            { nfd: operators("nfd"), gpuOperator: operators("gpu-operator-certified"), pools, settings: settings.gpu, context },
            after(records),
        );
        const workers = new LeaderWorkerSetOperator(
            "leader-worker-set",
            {
                metadata: { name: "cluster" },
                spec: { managementState: "Managed", logLevel: "Normal", operatorLogLevel: "Normal" },
            },
            after(operators("leader-worker-set")),
        );
        const connectivityLink = new ConnectivityLink(
            "connectivity-link",
            { operator: operators("rhcl-operator"), context },
            after(records),
        );
        const maas =
            settings.tiers.length > 0
                ? this.maas(settings, cluster, certificate, { gatewayApi, connectivityLink, applications })
                : [];
        const [gateway] = maas;
        this.url = gateway?.url;
        const shapes = settings.gpu.pools.map((pool) => shapeOf(pool, cluster.zones));
        const openShiftAi = this.openShiftAi(settings, shapes, operators, {
            records,
            applications,
            // The dashboard reads the authorities of the cluster when it starts.
            components: [connectivityLink, workers, ...maas, ...(certificates?.trusted ?? [])],
        });
        if (settings.metallb !== undefined) {
            const operator = operators("metallb-operator");
            const { namespaceName: namespace } = operator;
            new LoadBalancerAddresses("metallb", { ...settings.metallb, namespace }, after(operator));
        }

        const modelsNamespace = new Namespace(
            "models",
            {
                metadata: {
                    name: settings.modelsNamespace,
                    labels: { "opendatahub.io/dashboard": "true", "modelmesh-enabled": "false" },
                },
            },
            { parent: this },
        );
        if (hasAccessRules(settings.modelsAccess)) {
            new ModelsAccess(
                "models-access",
                { namespace: settings.modelsNamespace, access: settings.modelsAccess },
                after(modelsNamespace),
            );
        }
        const inference = this.inference(settings, cluster, certificate, [
            gatewayApi,
            // Authorino's TLS first: the filter for it is made when the gateway appears, and not again.
            connectivityLink,
            ...(settings.gateway.inference?.issuer === undefined ? [] : [operators("openshift-cert-manager-operator")]),
        ]);
        // What no tier names is nobody's to call through the gateway of tiers.
        const governed = settings.models.filter(
            (model) => inference === undefined || settings.tiers.some((tier) => tier.models.includes(model.name)),
        );
        const placements = new Map(settings.gpu.pools.map((pool) => [pool.name, placementOn(pool)]));
        const services = new Map(
            settings.models.map((model) => {
                const open = !governed.includes(model);
                const offered = [...new Set([model.pool, model.prefill?.pool ?? model.pool])].flatMap(
                    (pool) => gpu.offered.get(pool) ?? [],
                );
                return [
                    model.name,
                    new ModelService(
                        `model-${model.name}`,
                        {
                            model,
                            release: settings.release,
                            namespace: settings.modelsNamespace,
                            gateway: { ...(open ? INFERENCE_GATEWAY : MAAS_GATEWAY) },
                            authentication: !open || settings.gateway.inference!.authentication,
                            placements,
                            context,
                        },
                        after(modelsNamespace, openShiftAi, ...offered, ...(open ? [inference!] : [])),
                    ),
                ];
            }),
        );
        this.models = Object.fromEntries(
            settings.models.map((model) => {
                const base = governed.includes(model) ? this.url : inference!.url;
                return [model.name, `${base}/${settings.modelsNamespace}/${model.name}/v1`];
            }),
        );
        for (const service of settings.predictive) {
            const offered = service.pool === undefined ? [] : [gpu.offered.get(service.pool)!];
            new PredictiveService(
                `predictive-${service.name}`,
                {
                    service,
                    namespace: settings.modelsNamespace,
                    placement: service.pool === undefined ? undefined : placements.get(service.pool),
                },
                after(modelsNamespace, openShiftAi, ...offered),
            );
        }
        this.observability(settings, operators, records, { created: modelsNamespace, services });
        if (gateway !== undefined) {
            this.govern({ ...settings, models: governed }, services, openShiftAi);
        }
        this.registerOutputs({ url: this.url });
    }

    /** Certificates of the API server and the routes, when the stack asks for them. */
    private certificates(
        { certificates, cluster: { context } }: Settings,
        { domain, region, infrastructureName }: ClusterFacts,
        dependsOn: pulumi.Resource[],
    ): Certificates | undefined {
        return certificates === undefined
            ? undefined
            : new Certificates(
                  "certificates",
                  { settings: certificates, domain, region, infrastructureName, context },
                  { parent: this, dependsOn },
              );
    }

    /** Metrics, dashboards, alerts and traces, when the stack asks for them. */
    private observability(
        { observability, modelsNamespace, cluster: { context } }: Settings,
        operators: (operator: OperatorPackage) => Operator,
        records: pulumi.Resource,
        models: { created: pulumi.Resource; services: ReadonlyMap<string, pulumi.Resource> },
    ): void {
        if (observability !== undefined) {
            new Observability(
                "observability",
                {
                    settings: observability,
                    operators: {
                        dashboards: operators("cluster-observability-operator"),
                        tempo: operators("tempo-product"),
                        collector: operators("opentelemetry-product"),
                    },
                    models: { namespace: modelsNamespace, ...models },
                    context,
                },
                { parent: this, dependsOn: records },
            );
        }
    }

    /** The gateway of llm-d, when the stack asks for it. */
    private inference(
        settings: Settings,
        { domain }: ClusterFacts,
        certificate: RouteCertificate,
        dependsOn: readonly pulumi.Resource[],
    ): InferenceGateway | undefined {
        return settings.gateway.inference === undefined
            ? undefined
            : new InferenceGateway(
                  "inference-gateway",
                  {
                      domain,
                      gateway: settings.gateway.inference,
                      certificateSecret: certificate.secret,
                      routesFrom: [INFERENCE_GATEWAY.namespace, APPLICATIONS_NAMESPACE, settings.modelsNamespace],
                  },
                  { parent: this, dependsOn: [...dependsOn, ...certificate.issued] },
              );
    }

    /** OpenShift AI with its components, what these need before they are switched on, and what hangs on them. */
    private openShiftAi(
        settings: Settings,
        pools: readonly PoolShape[],
        operators: (operator: OperatorPackage) => Operator,
        before: { records: pulumi.Resource; applications: pulumi.Resource; components: readonly pulumi.Resource[] },
    ): OpenShiftAi {
        const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent: this, dependsOn });
        const { release, openshiftAi: ai, kueue } = settings;
        const { context } = settings.cluster;
        const choice = componentChoice(settings);
        const on = componentsOn(choice);
        const rhods = operators("rhods-operator");
        // What is missing when a component is switched on keeps it, and with it all of OpenShift AI, from becoming ready.
        const needed = [...before.components];
        if (on.has("trainer")) {
            needed.push(
                new JobSetOperator(
                    "job-set",
                    { metadata: { name: "cluster" }, spec: { managementState: "Managed" } },
                    after(operators("job-set")),
                ),
            );
        }
        if (kueue !== undefined) {
            needed.push(new Queues("queues", { ...kueue, pools }, after(operators("kueue-operator"))));
        }
        const registries = on.has("modelRegistry")
            ? // The component makes it itself otherwise, and leaves it.
              [new Namespace("registries", { metadata: { name: REGISTRIES_NAMESPACE } }, { parent: this })]
            : [];
        if (ai.monitoring !== undefined || ai.trustedCa !== undefined) {
            new Initialization(
                "openshift-ai-initialization",
                { monitoring: ai.monitoring, trustedCa: ai.trustedCa, context },
                // Monitoring whose operators are missing when it is asked for is skipped, without an error.
                after(before.records, rhods, ...monitoringOperators(ai.monitoring).map(operators)),
            );
        }
        const openShiftAi = new OpenShiftAi(
            "openshift-ai",
            { release, components: on, fields: componentFields(on, choice), context },
            after(rhods, ...needed, ...registries, ...(on.has("pipelines") ? [before.records] : [])),
        );
        if (ai.hardwareProfiles) {
            new HardwareProfiles(
                "hardware-profile",
                { namespace: APPLICATIONS_NAMESPACE, pools, queue: kueue?.queue },
                after(rhods, before.applications),
            );
        }
        if (ai.dashboard !== undefined) {
            new Dashboard(
                "dashboard",
                { namespace: APPLICATIONS_NAMESPACE, flags: flagsOf(on, ai), context },
                after(before.records, openShiftAi),
            );
        }
        if (ai.mlflow !== undefined) {
            mlflowServer("mlflow", ai.mlflow, after(openShiftAi));
        }
        if (ai.modelRegistry !== undefined) {
            const { name, displayName = name, database } = ai.modelRegistry;
            new ModelRegistry(
                "model-registry",
                {
                    registry: name,
                    displayName,
                    namespace: REGISTRIES_NAMESPACE,
                    ...database,
                    after: [openShiftAi, ...registries],
                },
                after(),
            );
        }
        return openShiftAi;
    }

    /** What Models-as-a-Service needs before it is switched on: its gateway and its database. */
    private maas(
        settings: Settings,
        cluster: ClusterFacts,
        certificate: RouteCertificate,
        before: { gatewayApi: GatewayApi; connectivityLink: ConnectivityLink; applications: Namespace },
    ): [MaasGateway, Database] {
        return [
            new MaasGateway(
                "maas-gateway",
                {
                    domain: cluster.domain,
                    certificateSecret: certificate.secret,
                    routesFrom: [MAAS_GATEWAY.namespace, APPLICATIONS_NAMESPACE, GOVERNANCE_NAMESPACE, settings.modelsNamespace],
                },
                // Authorino's TLS first: the filter for it is made when the gateway appears, and not again.
                { parent: this, dependsOn: [before.gatewayApi, before.connectivityLink, ...certificate.issued] },
            ),
            new Database(
                "database",
                { ...settings.database, consumerNamespace: APPLICATIONS_NAMESPACE },
                { parent: this, dependsOn: before.applications },
            ),
        ];
    }

    /** Publishes the models and says who may call them, and how much. */
    private govern(settings: Settings, services: ReadonlyMap<string, ModelService>, openShiftAi: OpenShiftAi): void {
        const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent: this, dependsOn });
        const published = new Map(
            settings.models.map((model) => [
                model.name,
                new MaaSModelRef(
                    `model-${model.name}-published`,
                    {
                        metadata: {
                            name: model.name,
                            namespace: settings.modelsNamespace,
                            annotations: { "openshift.io/display-name": model.displayName ?? model.name },
                        },
                        spec: { modelRef: { kind: "LLMInferenceService", name: model.name } },
                    },
                    after(services.get(model.name)!),
                ),
            ]),
        );
        // A policy without a limit would be refused. On a gateway it is enforced once a route hangs there: that of the MaaS API.
        const limits = settings.tiers.some((tier) => tier.requests !== undefined)
            ? [new RequestLimits("request-limits", { tiers: settings.tiers, gateway: { ...MAAS_GATEWAY } }, after(openShiftAi))]
            : [];
        settings.tiers.forEach((tier, i) => {
            const users = settings.identity.users.filter((user) => user.tier === tier.name).map((user) => user.name);
            new Tier(
                `tier-${tier.name}`,
                {
                    tier,
                    priority: i + 1,
                    users,
                    modelsNamespace: settings.modelsNamespace,
                    before: [...limits, ...tier.models.map((model) => published.get(model)!)],
                },
                after(),
            );
        });
    }

    /** Installs what the platform needs, and what that needs in turn. @returns looks up one of them */
    private operators(
        settings: Settings,
        records: pulumi.Resource,
        after: Partial<Record<OperatorPackage, readonly pulumi.Resource[]>>,
    ): (operator: OperatorPackage) => Operator {
        const needed: OperatorPackage[] = [
            "nfd",
            "gpu-operator-certified",
            "rhcl-operator",
            "leader-worker-set",
            ...observabilityOperators(settings),
            "rhods-operator",
            ...operatorsFor(componentsOn(componentChoice(settings)), settings.openshiftAi),
            ...(settings.gitops ? (["openshift-gitops-operator"] as const) : []),
            ...(settings.metallb !== undefined ? (["metallb-operator"] as const) : []),
        ];
        const installed = new Map<OperatorPackage, Operator>();
        for (const operator of withPrerequisites(settings.release, needed)) {
            const override = settings.operators[operator];
            const entry = operatorEntry(settings.release, operator, override, settings.openshiftAi.profile);
            const dependsOn = [
                records,
                ...(after[operator] ?? []),
                ...(entry.after ?? []).map((before) => installed.get(before)!),
                // It looks for their kinds when it sets up its own monitoring, and passes over what it does not find.
                ...(operator === "rhods-operator" ? observabilityOperators(settings).map((o) => installed.get(o)!) : []),
            ];
            installed.set(
                operator,
                new Operator(
                    `operator-${operator}`,
                    { operator, entry, existing: override?.existing ?? false, context: settings.cluster.context },
                    { parent: this, dependsOn },
                ),
            );
        }
        return (operator) => installed.get(operator)!;
    }
}

/** The certificate of everything under the apps domain, and what it takes until it is there. */
interface RouteCertificate {
    readonly secret: string;
    readonly issued: readonly pulumi.Resource[];
}

/** The operators of what is observed. */
function observabilityOperators({ observability }: Settings): OperatorPackage[] {
    return [
        ...(observability?.dashboards === true ? (["cluster-observability-operator"] as const) : []),
        ...(observability?.traces !== undefined ? (["tempo-product", "opentelemetry-product"] as const) : []),
    ];
}

/** As much of the settings as the components of OpenShift AI follow from. */
function componentChoice({ release, openshiftAi, tiers, kueue }: Settings): ComponentChoice {
    return { release, openshiftAi, modelsAsService: tiers.length > 0, queue: kueue?.queue };
}

/** The nodes of a pool, and what a pod must put up with to run there. */
function placementOn(pool: Settings["gpu"]["pools"][number]): Placement {
    return {
        nodeSelector: { [POOL_LABEL]: pool.name },
        tolerations: [
            { key: GPU_TAINT.key, operator: "Exists", effect: GPU_TAINT.effect },
            ...pool.taints.map(({ key, value, effect }) =>
                value === undefined
                    ? { key, operator: "Exists" as const, effect }
                    : { key, operator: "Equal" as const, value, effect },
            ),
        ],
        gpuMemoryGiB: gpuOfPool(pool)?.memoryGiB,
    };
}

function hasAccessRules({ isolate, quota, editors, viewers }: Settings["modelsAccess"]): boolean {
    return isolate || quota !== undefined || editors.length + viewers.length > 0;
}
