import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { APPLICATIONS } from "../openshift-ai";
import { type ConditionSpec, isTrue, ownerOf, type World } from "../world";

const GATEWAY = { namespace: "openshift-ingress", name: "maas-default-gateway" } as const;
/** The default mapping. Source: docs/sources/maas.md#tiers-of-33. */
const TIERS = `- name: free
  description: Free tier
  level: 0
  groups:
    - tier-free-users
    - system:authenticated
- name: premium
  description: Premium tier
  level: 1
  groups:
    - tier-premium-users
    - premium-group
- name: enterprise
  description: Enterprise tier
  level: 2
  groups:
    - tier-enterprise-users
    - enterprise-group
    - admin-group
`;

/**
 * Models-as-a-Service of release 3.3: an API without a database, and policies on the gateway that ask it for the tier.
 * Source: docs/sources/maas.md#tiers-of-33.
 *
 * @returns the condition that the DataScienceCluster shows
 */
export async function reconcileTierScheme(world: World, dsc: KubeObject): Promise<Omit<ConditionSpec, "type">> {
    const no = (reason: string, message: string): Omit<ConditionSpec, "type"> => ({ status: "False", reason, message });
    await world.ensure({
        apiVersion: "components.platform.opendatahub.io/v1alpha1",
        kind: "ModelsAsService",
        metadata: { name: "default-modelsasservice", ownerReferences: [ownerOf(dsc)] },
        spec: { gatewayRef: { ...GATEWAY } },
    });
    if (!world.defined("authpolicies.kuadrant.io")) {
        return no("DependenciesNotAvailable", "AuthPolicy CRD kuadrant.io/v1 not found");
    }
    const gateway = world.get(K.Gateway, GATEWAY.namespace, GATEWAY.name);
    if (!isTrue(gateway, "Programmed")) {
        const state = gateway ? "is not Programmed" : "not found";
        return no("GatewayNotReady", `Gateway ${GATEWAY.namespace}/${GATEWAY.name} ${state}`);
    }
    for (const object of stack(dsc)) {
        await world.ensure(object);
    }
    const api = world.get(K.Deployment, APPLICATIONS, "maas-api");
    return isTrue(api, "Available")
        ? { status: "True", reason: "Ready", message: "" }
        : no("DeploymentsNotReady", "deployments are not ready: maas-api");
}

/** Takes away what {@link reconcileTierScheme} made. */
export async function removeTierScheme(world: World, dsc: KubeObject): Promise<void> {
    for (const { apiVersion, kind, metadata } of stack(dsc)) {
        const object = world.get(`${apiVersion}/${kind}`, metadata.namespace!, metadata.name);
        if (object && !object.metadata.deletionTimestamp) {
            await world.delete(object);
        }
    }
}

function stack(dsc: KubeObject): KubeObject[] {
    const pods = { app: "maas-api" };
    const meta = (name: string, namespace: string = APPLICATIONS): KubeObject["metadata"] => ({
        name,
        namespace,
        labels: { "app.kubernetes.io/name": "maas-api" },
        ownerReferences: [ownerOf(dsc)],
    });
    const target = { group: "gateway.networking.k8s.io" };
    const tokens = {
        kubernetesTokenReview: { audiences: ["https://kubernetes.default.svc", "maas-default-gateway-sa"] },
    };
    return [
        {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { ...meta("tier-to-group-mapping"), labels: { app: "maas-api", component: "tier-mapping" } },
            data: { tiers: TIERS },
        },
        {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: meta("maas-api"),
            spec: {
                replicas: 1,
                selector: { matchLabels: pods },
                template: {
                    metadata: { labels: pods },
                    spec: { containers: [{ name: "maas-api", image: "registry.redhat.io/rhoai/odh-maas-api-rhel9" }] },
                },
            },
        },
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: meta("maas-api"),
            spec: { selector: pods, ports: [{ name: "http", port: 8080, targetPort: 8080, protocol: "TCP" }] },
        },
        {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: meta("maas-api-route"),
            spec: {
                parentRefs: [{ ...target, kind: "Gateway", ...GATEWAY }],
                rules: ["/v1/models", "/maas-api"].map((value) => ({
                    matches: [{ path: { type: "PathPrefix", value } }],
                    backendRefs: [{ group: "", kind: "Service", name: "maas-api", port: 8080, weight: 1 }],
                })),
            },
        },
        {
            apiVersion: "kuadrant.io/v1",
            kind: "AuthPolicy",
            metadata: meta("maas-api-auth-policy"),
            spec: {
                targetRef: { ...target, kind: "HTTPRoute", name: "maas-api-route" },
                rules: { authentication: { "openshift-identities": tokens } },
            },
        },
        {
            apiVersion: "kuadrant.io/v1",
            kind: "AuthPolicy",
            metadata: meta("gateway-auth-policy", GATEWAY.namespace),
            spec: {
                targetRef: { ...target, kind: "Gateway", name: GATEWAY.name },
                rules: {
                    authentication: { "service-accounts": tokens },
                    metadata: {
                        "matched-tier": {
                            http: {
                                url: "http://maas-api.redhat-ods-applications.svc.cluster.local:8080/v1/tiers/lookup",
                                method: "POST",
                            },
                        },
                    },
                },
            },
        },
    ];
}
