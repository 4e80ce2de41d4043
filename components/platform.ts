import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { LeaderWorkerSetOperator } from "../kinds/operator.openshift.io";
import { MaaSModelRef } from "../kinds/maas.opendatahub.io";
import type { Settings } from "../stacks/schema";
import type { ClusterFacts } from "./cluster";
import { RECORDS_NAMESPACE } from "./gate";
import { ConnectivityLink } from "./gateway/connectivityLink";
import { GatewayApi } from "./gateway/gatewayApi";
import { MAAS_GATEWAY, MaasGateway } from "./gateway/maasGateway";
import { Database } from "./governance/database";
import { GOVERNANCE_NAMESPACE, RequestLimits, Tier } from "./governance/tiers";
import { GpuOperands } from "./gpu/operands";
import { GpuPool, POOL_LABEL } from "./gpu/pool";
import { operatorEntry, type OperatorPackage, withPrerequisites } from "./operators/catalogue";
import { Operator } from "./operators/operator";
import { ModelService } from "./serving/modelService";
import { APPLICATIONS_NAMESPACE, OpenShiftAi } from "./serving/openShiftAi";

/** The namespace of the models. */
export const MODELS_NAMESPACE = "maas";

/** What the platform is built from. */
export interface PlatformArgs {
    readonly settings: Settings;
    readonly cluster: ClusterFacts;
}

/**
 * The whole platform. The layers know nothing of each other: which must be ready before which is said here, and only
 * here, each time as what the later one depends on.
 */
export class Platform extends pulumi.ComponentResource {
    /** Where the models are reached: https://maas.<domain>. Undefined without tiers: there is no gateway of MaaS then. */
    public readonly url: string | undefined;

    constructor(name: string, { settings, cluster }: PlatformArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:platform:Platform", name, {}, opts);
        const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent: this, dependsOn });
        const context = settings.cluster.context;

        const records = new Namespace("records", { metadata: { name: RECORDS_NAMESPACE } }, { parent: this });
        const pools = settings.gpu.pools.map((pool) => new GpuPool(`pool-${pool.name}`, { pool, cluster }, after()));

        const gatewayApi = new GatewayApi("gateway-api", { context }, after(records));
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

        const gpu = new GpuOperands(
            "gpu",
            { nfd: operators("nfd"), gpuOperator: operators("gpu-operator-certified"), pools, context },
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
            settings.tiers.length > 0 ? this.maas(settings, cluster, { gatewayApi, connectivityLink, applications }) : [];
        const [gateway] = maas;
        this.url = gateway?.url;
        const openShiftAi = new OpenShiftAi(
            "openshift-ai",
            { modelsAsService: gateway !== undefined },
            after(operators("rhods-operator"), connectivityLink, workers, ...maas),
        );

        const modelsNamespace = new Namespace(
            "models",
            {
                metadata: {
                    name: MODELS_NAMESPACE,
                    labels: { "opendatahub.io/dashboard": "true", "modelmesh-enabled": "false" },
                },
            },
            { parent: this },
        );
        const services = new Map(
            settings.models.map((model) => [
                model.name,
                new ModelService(
                    `model-${model.name}`,
                    {
                        model,
                        namespace: MODELS_NAMESPACE,
                        gateway: { ...MAAS_GATEWAY },
                        nodeSelector: { [POOL_LABEL]: model.pool },
                    },
                    after(modelsNamespace, openShiftAi, gpu.offered.get(model.pool)!),
                ),
            ]),
        );
        if (gateway !== undefined) {
            this.govern(settings, services, openShiftAi);
        }
        this.registerOutputs({ url: this.url });
    }

    /** What Models-as-a-Service needs before it is switched on: its gateway and its database. */
    private maas(
        settings: Settings,
        cluster: ClusterFacts,
        before: { gatewayApi: GatewayApi; connectivityLink: ConnectivityLink; applications: Namespace },
    ): [MaasGateway, Database] {
        return [
            new MaasGateway(
                "maas-gateway",
                {
                    domain: cluster.domain,
                    certificateSecret: settings.gateway.certificateSecret,
                    routesFrom: [MAAS_GATEWAY.namespace, APPLICATIONS_NAMESPACE, GOVERNANCE_NAMESPACE, MODELS_NAMESPACE],
                },
                // Authorino's TLS first: the filter for it is made when the gateway appears, and not again.
                { parent: this, dependsOn: [before.gatewayApi, before.connectivityLink] },
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
                            namespace: MODELS_NAMESPACE,
                            annotations: { "openshift.io/display-name": model.displayName ?? model.name },
                        },
                        spec: { modelRef: { kind: "LLMInferenceService", name: model.name } },
                    },
                    after(services.get(model.name)!),
                ),
            ]),
        );
        const limits = new RequestLimits(
            "request-limits",
            { tiers: settings.tiers, gateway: { ...MAAS_GATEWAY } },
            // A policy on a gateway is enforced once a route hangs on it, and the first is that of the MaaS API.
            after(openShiftAi),
        );
        settings.tiers.forEach((tier, i) => {
            const users = settings.identity.users.filter((user) => user.tier === tier.name).map((user) => user.name);
            new Tier(
                `tier-${tier.name}`,
                {
                    tier,
                    priority: i + 1,
                    users,
                    modelsNamespace: MODELS_NAMESPACE,
                    before: [limits, ...tier.models.map((model) => published.get(model)!)],
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
            "rhods-operator",
        ];
        const installed = new Map<OperatorPackage, Operator>();
        for (const operator of withPrerequisites(settings.release, needed)) {
            const override = settings.operators[operator];
            const entry = operatorEntry(settings.release, operator, override);
            const dependsOn = [
                records,
                ...(after[operator] ?? []),
                ...(entry.after ?? []).map((before) => installed.get(before)!),
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
