import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { LeaderWorkerSetOperator } from "../kinds/operator.openshift.io";
import type { Settings } from "../stacks/schema";
import { LoadBalancerAddresses } from "./addons/metallb";
import type { Certificates } from "./certificates/certificates";
import { apiHostname } from "../catalogue/certificates";
import type { ClusterFacts } from "./cluster";
import { ConnectivityLink } from "./gateway/connectivityLink";
import { GatewayApi } from "./gateway/gatewayApi";
import { INFERENCE_CLASS, INFERENCE_GATEWAY, InferenceGateway } from "./gateway/inferenceGateway";
import { accessLabel } from "../catalogue/tenancy";
import { clusterAutoscaler } from "./gpu/autoscaler";
import { GpuOperands } from "./gpu/operands";
import { GpuPool } from "./gpu/pool";
import { shapeOf } from "../catalogue/gpu/shape";
import { hasIdentities, Identity, needsExternalSecrets } from "./identity/identity";
import { connectionOf } from "./clusterProvider";
import { leavingHook } from "./identity/oauth";
import { govern, maasDoors } from "./platform/modelsAsAService";
import type { OperatorPackage } from "../catalogue/operators";
import { Operator } from "./operators/operator";
import { traitsOf } from "../catalogue/releases";
import { servedModels } from "./platform/models";
import { openShiftAiWithParts } from "./platform/openShiftAi";
import { installOperators } from "./platform/operators";
import { ModelsAccess } from "./serving/modelsAccess";
import { APPLICATIONS_NAMESPACE } from "../catalogue/openshiftai/names";

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
    /** Users and their logins; undefined when the stack leaves them alone. */
    public readonly identities: Identity | undefined;

    constructor(name: string, { settings, cluster, records }: PlatformArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:platform:Platform", name, {}, opts);
        const after = (...dependsOn: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent: this, dependsOn });

        const { nodes } = settings.cluster;
        const pools = settings.gpu.pools.map(
            (pool) => new GpuPool(`pool-${pool.name}`, { pool, cluster, nodes, records }, after()),
        );
        if (settings.gpu.clusterAutoscaler) {
            clusterAutoscaler("cluster-autoscaler", settings.gpu, cluster.zones, { parent: this });
        }

        const gatewayApi = new GatewayApi(
            "gateway-api",
            { classes: settings.gateway.inference === undefined ? [] : [INFERENCE_CLASS] },
            after(records),
        );
        const applications = new Namespace(
            "applications",
            {
                metadata: {
                    name: APPLICATIONS_NAMESPACE,
                    labels: { "openshift.io/cluster-monitoring": "true", ...routesMayAttach(settings, [undefined]) },
                },
            },
            { parent: this },
        );
        // The operator makes it itself otherwise, after the connection to the database should be there.
        const { apiNamespace: api } = traitsOf(settings.release);
        const apiNamespace =
            api === APPLICATIONS_NAMESPACE || settings.tiers.length === 0
                ? undefined
                : new Namespace(
                      "maas-api-namespace",
                      { metadata: { name: api, labels: routesMayAttach(settings, [undefined]) } },
                      { parent: this },
                  );
        const operators = installOperators(this, settings, records, {
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
            {
                nfd: operators("nfd"),
                gpuOperator: operators("gpu-operator-certified"),
                pools,
                existing: settings.operators["gpu-operator-certified"]?.existing === true,
                settings: settings.gpu,
            },
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
            { operator: operators("rhcl-operator"), settings: settings.connectivityLink },
            after(records),
        );
        const doors =
            settings.tiers.length > 0
                ? maasDoors(this, {
                      settings,
                      cluster,
                      certificateSecret: certificate.secret,
                      beforeGateways: [gatewayApi, connectivityLink, ...certificate.issued],
                      applications,
                      operators,
                      apiNamespace,
                  })
                : undefined;
        this.url = doors?.gateway.url;
        const shapes = settings.gpu.pools.map((pool) => shapeOf(pool, cluster.zones));
        const openShiftAi = openShiftAiWithParts(this, settings, shapes, operators, {
            records,
            applications,
            // The dashboard reads the authorities of the cluster when it starts.
            components: [connectivityLink, workers, ...(doors?.required ?? []), ...(certificates?.trusted ?? [])],
        });
        if (settings.metallb !== undefined) {
            const operator = operators("metallb-operator");
            const { namespaceName: namespace } = operator;
            new LoadBalancerAddresses("metallb", { ...settings.metallb, namespace }, after(operator));
        }

        this.identities = this.identity(settings, cluster, records, operators);

        const modelsNamespace = new Namespace(
            "models",
            {
                metadata: {
                    name: settings.modelsNamespace,
                    labels: {
                        "opendatahub.io/dashboard": "true",
                        "modelmesh-enabled": "false",
                        ...routesMayAttach(settings, [undefined, ...settings.tenants.map((tenant) => tenant.name)]),
                    },
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
        const { services, urls } = servedModels(this, {
            settings,
            governed,
            operators,
            gpu,
            openShiftAi,
            doors,
            inference,
            modelsNamespace,
            records,
        });
        this.models = urls;
        this.observability(settings, operators, records, { created: modelsNamespace, services });
        if (doors !== undefined && traitsOf(settings.release).governance !== "tiers") {
            govern(this, { settings, models: governed, services, doors, openShiftAi, modelsNamespace, records });
        }
        this.registerOutputs({ url: this.url });
    }

    /** Certificates of the API server and the routes, when the stack asks for them. */
    private certificates(
        { certificates }: Settings,
        { domain, region, infrastructureName }: ClusterFacts,
        dependsOn: pulumi.Resource[],
    ): Certificates | undefined {
        if (certificates === undefined) {
            return undefined;
        }
        // Loaded where it is asked for, as all layers that many stacks do without.
        const layer = require("./certificates/certificates") as typeof import("./certificates/certificates");
        return new layer.Certificates(
            "certificates",
            { settings: certificates, domain, region, infrastructureName },
            { parent: this, dependsOn },
        );
    }

    /** Users and their logins, when the stack asks for them. Nothing of the models waits for these, nor they for anything of it. */
    private identity(
        { identity: settings, certificates, operators: overrides }: Settings,
        { domain, infrastructureName }: ClusterFacts,
        records: pulumi.Resource,
        operators: (operator: OperatorPackage) => Operator,
    ): Identity | undefined {
        // Also without identities: a stack that has just lost them still has to take its own out of the cluster's list.
        const leaving = leavingHook(connectionOf({ parent: this }));
        return hasIdentities(settings)
            ? new Identity(
                  "identity",
                  {
                      settings,
                      existingOperator: overrides["openshift-external-secrets-operator"]?.existing ?? false,
                      leaving,
                      infrastructureName,
                      domain,
                      apiHost: apiHostname(domain, certificates?.apiHostname),
                  },
                  {
                      parent: this,
                      dependsOn: [
                          records,
                          ...(needsExternalSecrets(settings) ? [operators("openshift-external-secrets-operator")] : []),
                      ],
                  },
              )
            : undefined;
    }

    /** Metrics, dashboards, alerts and traces, when the stack asks for them. */
    private observability(
        { observability, modelsNamespace }: Settings,
        operators: (operator: OperatorPackage) => Operator,
        records: pulumi.Resource,
        models: { created: pulumi.Resource; services: ReadonlyMap<string, pulumi.Resource> },
    ): void {
        if (observability !== undefined) {
            const layer = require("./observability/observability") as typeof import("./observability/observability");
            new layer.Observability(
                "observability",
                {
                    settings: observability,
                    operators: {
                        dashboards: operators("cluster-observability-operator"),
                        tempo: operators("tempo-product"),
                        collector: operators("opentelemetry-product"),
                    },
                    models: { namespace: modelsNamespace, ...models },
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
}

/** The labels with which a namespace lets its routes attach to gateways that admit by label. @param tenants absent: the product's own */
function routesMayAttach({ gateway, tiers }: Settings, tenants: readonly (string | undefined)[]): Record<string, string> {
    return Object.fromEntries(
        tenants
            .filter((tenant) => tiers.length > 0 && (tenant !== undefined || gateway.allowedRoutes === "label"))
            .map((tenant) => [accessLabel(tenant), "true"]),
    );
}

/** The certificate of everything under the apps domain, and what it takes until it is there. */
interface RouteCertificate {
    readonly secret: string;
    readonly issued: readonly pulumi.Resource[];
}

function hasAccessRules({ isolate, quota, editors, viewers }: Settings["modelsAccess"]): boolean {
    return isolate || quota !== undefined || editors.length + viewers.length > 0;
}
