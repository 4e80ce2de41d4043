import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { APPLICATIONS } from "../openshift-ai";

/**
 * Labels of the MaaS API's Deployment and of its pods. Source:
 * opendatahub-io/models-as-a-service@release-3.4:deployment/base/maas-api/default/kustomization.yaml.
 */
export const API_LABELS = {
    "app.kubernetes.io/part-of": "models-as-a-service",
    "app.kubernetes.io/component": "api",
    "app.kubernetes.io/name": "maas-api",
} as const;

/** The objects of a tenant. Their owner is in another namespace, so the tenant's finalizer deletes them. */
export function tenantStack(gatewayNamespace: string, gateway: string, labels: Record<string, string>): KubeObject[] {
    const pods = { ...API_LABELS };
    const target = { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway };
    const meta = (name: string, namespace: string): KubeObject["metadata"] => ({
        name,
        namespace,
        ...(Object.keys(labels).length > 0 && { labels }),
    });
    const deployment = (name: string, namespace: string, selector: Record<string, string>): KubeObject => ({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: meta(name, namespace),
        spec: {
            replicas: 1,
            selector: { matchLabels: selector },
            template: {
                metadata: { labels: selector },
                spec: { containers: [{ name, image: `registry.redhat.io/rhoai/odh-${name}-rhel9` }] },
            },
        },
    });
    return [
        { apiVersion: "v1", kind: "ServiceAccount", metadata: meta("maas-api", APPLICATIONS) },
        deployment("maas-api", APPLICATIONS, pods),
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: {
                ...meta("maas-api", APPLICATIONS),
                annotations: { "service.beta.openshift.io/serving-cert-secret-name": "maas-api-serving-cert" },
            },
            spec: { selector: pods, ports: [{ name: "https", port: 8443, targetPort: 8443, protocol: "TCP" }] },
        },
        {
            apiVersion: "batch/v1",
            kind: "CronJob",
            metadata: meta("maas-api-key-cleanup", APPLICATIONS),
            spec: {
                schedule: "*/15 * * * *",
                concurrencyPolicy: "Forbid",
                jobTemplate: {
                    spec: {
                        template: {
                            spec: {
                                restartPolicy: "Never",
                                containers: [{ name: "cleanup", image: "registry.redhat.io/rhoai/odh-maas-api-rhel9" }],
                            },
                        },
                    },
                },
            },
        },
        {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: meta("maas-api-route", APPLICATIONS),
            spec: {
                parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway, namespace: gatewayNamespace }],
                rules: ["/v1/models", "/maas-api"].map((value) => ({
                    matches: [{ path: { type: "PathPrefix", value } }],
                    backendRefs: [{ group: "", kind: "Service", name: "maas-api", port: 8443, weight: 1 }],
                })),
            },
        },
        {
            apiVersion: "kuadrant.io/v1",
            kind: "AuthPolicy",
            metadata: { ...meta("maas-api-auth-policy", APPLICATIONS), annotations: { "opendatahub.io/managed": "false" } },
            spec: {
                targetRef: { ...target, kind: "HTTPRoute", name: "maas-api-route" },
                rules: {
                    authentication: {
                        "openshift-identities": { kubernetesTokenReview: { audiences: ["https://kubernetes.default.svc"] } },
                    },
                },
            },
        },
        {
            apiVersion: "networking.istio.io/v1",
            kind: "DestinationRule",
            metadata: meta("maas-api-backend-tls", gatewayNamespace),
            spec: {
                host: `maas-api.${APPLICATIONS}.svc.cluster.local`,
                trafficPolicy: {
                    portLevelSettings: [{ port: { number: 8443 }, tls: { mode: "SIMPLE", insecureSkipVerify: true } }],
                },
            },
        },
        deployment("payload-processing", gatewayNamespace, { app: "payload-processing" }),
    ];
}
