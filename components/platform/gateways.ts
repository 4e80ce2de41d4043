/** The gateways of models, and what Models-as-a-Service needs before it is switched on. */
import type { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { recordOf } from "../../catalogue/releases";
import { accessLabel, closingPolicy } from "../../catalogue/tenancy";
import {
    type AllowedRoutes,
    GATEWAY_CLASS,
    gatewayIsClosed,
    INFERENCE_GATEWAY,
    INFERENCE_POLICY,
    InferenceGateway,
    MAAS_GATEWAY,
    MaasGateway,
} from "../gateway";
import { Database, GOVERNANCE_NAMESPACE, MaasApi } from "../governance";
import { objectExists } from "../objectExists";
import type { Stage } from "./stage";
import { tracesReceiver } from "./tracesReceiver";

/** The gateways of Models-as-a-Service. */
export interface MaasGateways {
    /** That of the product's own tenant. */
    readonly own: MaasGateway;
    /** The gateway of a tenant. @param tenant absent: the product's own */
    readonly of: (tenant: string | undefined) => MaasGateway;
    /** All of them: they must be there before Models-as-a-Service is switched on. */
    readonly all: readonly MaasGateway[];
}

/** The resources that gateways wait for, and the certificate that they show. */
export interface GatewayNeeds {
    /** The certificate of everything under the apps domain. */
    readonly certificateSecret: string;
    /** Class, Authorino's TLS, certificates. */
    readonly before: readonly pulumi.Resource[];
}

/** Builds the gateways of Models-as-a-Service. */
export function maasGateways(
    { settings, cluster: { domain, region }, records, operators, after }: Stage,
    { certificateSecret, before: given }: GatewayNeeds,
): MaasGateways {
    const { gateway: chosen } = settings;
    // The policy of 3.3 stays as long as its gateway; that of 3.5 comes and goes with tiers.
    const closes = recordOf(settings.release).governance === "subscriptions";
    const before = [
        ...given,
        ...(closes ? [records] : []),
        ...(chosen.issuer === undefined ? [] : [operators("openshift-cert-manager-operator")]),
        ...(chosen.className === GATEWAY_CLASS
            ? []
            : [foreignClass(chosen.className, after(records, operators("rhods-operator")))]),
    ];
    const routesFrom = (tenant: string | undefined): AllowedRoutes => {
        const { apiNamespace } = recordOf(settings.release);
        if (chosen.allowedRoutes === "all") {
            return "all";
        }
        return tenant !== undefined || chosen.allowedRoutes === "label"
            ? { label: accessLabel(tenant) }
            : {
                  namespaces: [
                      MAAS_GATEWAY.namespace,
                      APPLICATIONS_NAMESPACE,
                      ...(apiNamespace === APPLICATIONS_NAMESPACE ? [] : [apiNamespace]),
                      GOVERNANCE_NAMESPACE,
                      settings.modelsNamespace,
                  ],
              };
    };
    const own = new MaasGateway(
        "maas-gateway",
        {
            host: `maas.${domain}`,
            certificateSecret,
            settings: chosen,
            routesFrom: routesFrom(undefined),
            closedBy: closes ? closingPolicy(MAAS_GATEWAY.name) : undefined,
            region,
        },
        after(...before),
    );
    const tenants = new Map(
        settings.tenants.map((tenant) => [
            tenant.name,
            new MaasGateway(
                `maas-gateway-${tenant.name}`,
                {
                    gateway: tenant.name,
                    host: tenant.host ?? `${tenant.name}-maas.${domain}`,
                    certificateSecret,
                    settings: {
                        ...chosen,
                        additionalHosts: [],
                        issuer: undefined,
                        certificateSecret: tenant.certificateSecret ?? chosen.certificateSecret,
                    },
                    routesFrom: routesFrom(tenant.name),
                    closedBy: closingPolicy(tenant.name),
                    region,
                },
                after(...before),
            ),
        ]),
    );
    return { own, of: (tenant) => (tenant === undefined ? own : tenants.get(tenant)!), all: [own, ...tenants.values()] };
}

/** A class that the operator of OpenShift AI creates. */
function foreignClass(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return objectExists(
        "gateway-class-made",
        {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "GatewayClass",
            plural: "gatewayclasses",
            name,
            until: `GatewayClass ${name} is made by the operator of OpenShift AI`,
            minutes: 10,
            hint: "the operator creates it with its own gateway; check GatewayConfig default-gateway, or leave out gateway.className",
        },
        opts,
    );
}

/** The database of the MaaS API, and restarts of that API. @param namespace where the Secret goes, once it exists */
export function maasDatabase({ settings, cluster, operators, after }: Stage, namespace: Namespace): Database {
    const { database, release } = settings;
    const { apiNamespace, apiTraces } = recordOf(release);
    const { region, infrastructureName } = cluster;
    const keys = new Database(
        "database",
        {
            settings: database,
            consumerNamespace: apiNamespace,
            region,
            infrastructureName,
            protect: settings.protectData,
        },
        after(namespace, ...(database.cloudNativePg === undefined ? [] : [operators("cloudnative-pg")])),
    );
    const certificateAuthorities = database.rds?.certificateAuthorities ?? database.existing?.certificateAuthorities;
    const traces = apiTraces ? tracesReceiver(settings) : undefined;
    if (certificateAuthorities !== undefined || database.rotation !== undefined || traces !== undefined) {
        new MaasApi(
            "maas-api",
            { namespace: apiNamespace, certificateAuthorities, rotation: database.rotation, traces },
            // A password first, and then the restart that reads it.
            after(keys),
        );
    }
    return keys;
}

/** The gateway of llm-d; undefined when the stack does not ask for it. */
export function inferenceGateway(
    { settings, cluster: { domain, region }, operators, after }: Stage,
    { certificateSecret, before }: GatewayNeeds,
): InferenceGateway | undefined {
    const { inference } = settings.gateway;
    return inference === undefined
        ? undefined
        : new InferenceGateway(
              "inference-gateway",
              {
                  domain,
                  gateway: inference,
                  certificateSecret,
                  region,
                  routesFrom: [INFERENCE_GATEWAY.namespace, APPLICATIONS_NAMESPACE, settings.modelsNamespace],
              },
              after(...before, ...(inference.issuer === undefined ? [] : [operators("openshift-cert-manager-operator")])),
          );
}

/** The gates that models behind the gateway of llm-d wait for: OpenShift AI closes it, once it runs. Empty without that gateway. */
export function inferenceClosed(
    { records, after }: Stage,
    inference: InferenceGateway | undefined,
    openShiftAi: pulumi.Resource,
): pulumi.Resource[] {
    return inference === undefined
        ? []
        : [
              inference,
              gatewayIsClosed(
                  "inference-gateway-closed",
                  { gateway: INFERENCE_GATEWAY, policy: INFERENCE_POLICY },
                  after(records, inference, openShiftAi),
              ),
          ];
}
