/** A rendered chart, as far as the one of External Secrets matters to a stack. */
import { stringify } from "yaml";

type Loose = any;

/** The objects of the chart, each of which a test may change. */
export function chartOfExternalSecrets(namespace = "external-secrets"): Loose[] {
    const names = ["external-secrets", "external-secrets-webhook", "external-secrets-cert-controller"];
    const labels = { "external-secrets.io/component": "webhook" };
    return [
        ...names.map((name) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } })),
        { apiVersion: "v1", kind: "Secret", metadata: { name: "external-secrets-webhook", namespace, labels } },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "external-secrets-controller" },
            rules: [{ apiGroups: ["external-secrets.io"], resources: ["externalsecrets"], verbs: ["get", "list", "watch"] }],
        },
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "external-secrets-webhook", namespace, labels },
            spec: { selector: { app: "external-secrets-webhook" }, ports: [{ name: "webhook", port: 443, targetPort: 10250 }] },
        },
        ...names.map((name) => deployment(name, namespace)),
        {
            apiVersion: "admissionregistration.k8s.io/v1",
            kind: "ValidatingWebhookConfiguration",
            metadata: { name: "externalsecret-validate", labels },
            webhooks: [
                {
                    name: "validate.externalsecret.external-secrets.io",
                    admissionReviewVersions: ["v1"],
                    sideEffects: "None",
                    clientConfig: { service: { namespace, name: "external-secrets-webhook", path: "/validate" } },
                },
            ],
        },
        ...["ClusterSecretStore", "ExternalSecret"].map(definition),
    ];
}

/** The text of a file with objects. */
export const yamlOf = (objects: readonly object[]): string => objects.map((object) => stringify(object)).join("---\n");

function deployment(name: string, namespace: string): Loose {
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace },
        spec: {
            replicas: 1,
            selector: { matchLabels: { app: name } },
            template: {
                metadata: { labels: { app: name } },
                spec: {
                    serviceAccountName: name,
                    containers: [
                        {
                            name,
                            image: "quay.io/example/external-secrets:v0.20.4",
                            securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false },
                        },
                    ],
                },
            },
        },
    };
}

function definition(kind: string): Loose {
    const plural = `${kind.toLowerCase()}s`;
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.external-secrets.io` },
        spec: {
            group: "external-secrets.io",
            scope: kind.startsWith("Cluster") ? "Cluster" : "Namespaced",
            names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
            versions: [
                { name: "v1", served: true, storage: true, subresources: { status: {} }, schema },
                { name: "v1beta1", served: false, storage: false, schema },
            ],
        },
    };
}
