/** The controllers of External Secrets: of Red Hat's operator, of the community's chart, or somebody else's. */
import { type ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { EXTERNAL_SECRETS } from "../../catalogue/identity";
import { EXPECTED_EXTERNAL_SECRETS, OPERATOR_INSTALLED } from "../../catalogue/records";
import { ExternalSecretsConfig, ExternalSecretsConfigPatch } from "../../kinds/operator.openshift.io";
import { readManifests } from "../../stacks/manifests";
import type { IdentitySettings } from "../../stacks/schema";
import { expectedRecord } from "../expected";
import { gate } from "../gate";
import { isTrue, type KindPath, type Kube, type KubeObject } from "../kube";
import { Manifests } from "../manifests";
import type { VaultAccess } from "./vaultAccess";
import { deadlineOf, untilObject } from "../untilObject";

const RUN_MINUTES = 10;

/** The egress rule with which the controllers reach Vault. */
export function egressTo(server: string, { inCluster }: VaultAccess) {
    const port = Number(new URL(server).port || "443");
    return {
        ...(inCluster !== undefined && {
            to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": inCluster.namespace } } }],
        }),
        ports: [{ protocol: "TCP" as const, port }],
    };
}

/** The controllers of Red Hat's operator. @returns depend on it to have them running */
export function operatorControllers(
    name: string,
    namespace: string,
    egress: ReturnType<typeof egressTo>,
    existing: boolean,
    parent: pulumi.Resource,
): ConfigMap {
    const args = {
        metadata: { name: "cluster" },
        spec: {
            controllerConfig: {
                networkPolicies: [{ name: "vault", componentName: "ExternalSecretsCoreController" as const, egress: [egress] }],
            },
        },
    };
    const config = existing
        ? // Entries cannot be removed again: the API server refuses.
          new ExternalSecretsConfigPatch(`${name}-config`, args, { parent, retainOnDelete: true })
        : new ExternalSecretsConfig(`${name}-config`, args, { parent });
    return gate(
        `${name}-runs`,
        {
            kind: "external-secrets-run",
            until: "External Secrets runs, its webhooks included",
            record: { namespace },
            check: (kube) => running(kube, namespace, "check ExternalSecretsConfig cluster"),
        },
        { parent, dependsOn: config },
    );
}

/**
 * The controllers of the community's chart: from rendered manifests, or installed by somebody else.
 *
 * @returns depend on it to have them running
 */
export function communityControllers(
    name: string,
    { namespace, manifests }: IdentitySettings["externalSecrets"],
    parent: pulumi.Resource,
): ConfigMap {
    return gate(
        `${name}-runs`,
        {
            kind: OPERATOR_INSTALLED,
            until: "External Secrets of the community runs",
            record: { package: "openshift-external-secrets-operator", existing: namespace },
            check: (kube) =>
                running(
                    kube,
                    namespace,
                    manifests === undefined
                        ? "install its chart, set identity.externalSecrets.manifests, or remove identity.externalSecrets.operator"
                        : `check the pods of namespace ${namespace}`,
                ),
        },
        {
            parent,
            dependsOn: [
                ...(manifests === undefined
                    ? [expectedRecord(name, EXPECTED_EXTERNAL_SECRETS, { namespace }, { parent })]
                    : chart(name, namespace, manifests, parent)),
            ],
        },
    );
}

function chart(name: string, namespace: string, file: string, parent: pulumi.Resource): readonly pulumi.Resource[] {
    const { objects } = readManifests(file);
    const hasNamespace = objects.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
    const created = hasNamespace ? [] : [new Namespace(`${name}-namespace`, { metadata: { name: namespace } }, { parent })];
    return new Manifests(`${name}-chart`, { objects, after: created }, { parent }).running;
}

/**
 * Waits until the controllers are available and the API server trusts their webhooks. Until then the API server refuses their
 * objects with an x509 error; readiness of the operator's own object says only that it was applied.
 */
async function running(kube: Kube, namespace: string, remedy: string): Promise<void> {
    const within = { deadline: await deadlineOf(kube, RUN_MINUTES) };
    for (const { problem, kind, names, reached } of requirements(namespace)) {
        for (const name of names) {
            const otherwise = `${problem(name)} within ${RUN_MINUTES} minutes: ${remedy}`;
            await untilObject(kube, { kind, name, within, reached, otherwise });
        }
    }
}

/** A requirement on objects of one kind, which must hold before ExternalSecrets can be created. */
interface Requirement {
    readonly kind: KindPath;
    readonly names: readonly string[];
    readonly reached: (object: KubeObject | undefined) => boolean;
    readonly problem: (name: string) => string;
}

function requirements(namespace: string): Requirement[] {
    return [
        {
            kind: { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" },
            names: ["clustersecretstores.external-secrets.io"],
            reached: (crd) => {
                const versions = (crd?.spec?.["versions"] ?? []) as { name: string; served: boolean }[];
                return versions.some((version) => version.name === EXTERNAL_SECRETS.served && version.served);
            },
            problem: (name) => `External Secrets does not serve ${EXTERNAL_SECRETS.served} of ${name}`,
        },
        {
            kind: { apiVersion: "apps/v1", plural: "deployments", namespace },
            names: EXTERNAL_SECRETS.controllers,
            reached: (deployment) => isTrue(deployment, "Available"),
            problem: (name) => `Deployment ${namespace}/${name} is not available`,
        },
        {
            kind: { apiVersion: "admissionregistration.k8s.io/v1", plural: "validatingwebhookconfigurations" },
            names: ["externalsecret-validate", "secretstore-validate"],
            reached: (configuration) => {
                const webhooks = (configuration?.["webhooks"] ?? []) as { clientConfig?: { caBundle?: string } }[];
                // Without the configuration, or without webhooks in it, nothing is refused.
                return webhooks.every(({ clientConfig }) => (clientConfig?.caBundle ?? "") !== "");
            },
            problem: (name) => `ValidatingWebhookConfiguration ${name} has no caBundle`,
        },
    ];
}
