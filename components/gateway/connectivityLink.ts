import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { Namespace, ServicePatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Kuadrant } from "../../kinds/kuadrant.io";
import { AuthorinoPatch } from "../../kinds/operator.authorino.kuadrant.io";
import { gate } from "../gate";
import { Kube } from "../kube";
import type { Operator } from "../operators/operator";

const NAMESPACE = "kuadrant-system";
const CERTIFICATE = "authorino-server-cert";
const SERVICE_CA = "/etc/ssl/certs/openshift-service-ca/service-ca-bundle.crt";

/** What Connectivity Link needs. */
export interface ConnectivityLinkArgs {
    readonly operator: Operator;
    readonly context?: string | undefined;
}

/**
 * Authentication and limits: Kuadrant with Authorino and Limitador, and TLS between gateway, Authorino and the MaaS
 * API. Ready when policies are enforced and Authorino speaks TLS; without TLS the creation of API keys answers 500.
 * Source: facts/maas.md 4.2, 5.
 */
export class ConnectivityLink extends pulumi.ComponentResource {
    constructor(name: string, { operator, context }: ConnectivityLinkArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:gateway:ConnectivityLink", name, {}, opts);
        // The operands have a namespace that policies of OpenShift AI name; an operator of somebody else may be elsewhere.
        const namespace =
            operator.namespaceName === NAMESPACE
                ? operator
                : new Namespace(`${name}-namespace`, { metadata: { name: NAMESPACE } }, { parent: this });
        const kuadrant = new Kuadrant(
            `${name}-kuadrant`,
            { metadata: { name: "kuadrant", namespace: NAMESPACE }, spec: { observability: { enable: true } } },
            { parent: this, dependsOn: [operator, namespace] },
        );
        // All three are Connectivity Link's own objects: patched, and left as they are when the stack goes, since they
        // go with Kuadrant.
        const patch = (...dependsOn: pulumi.Resource[]): pulumi.CustomResourceOptions => ({
            parent: this,
            retainOnDelete: true,
            dependsOn,
        });
        const serving = new ServicePatch(
            `${name}-authorino-certificate`,
            {
                metadata: {
                    name: "authorino-authorino-authorization",
                    namespace: NAMESPACE,
                    annotations: {
                        "service.beta.openshift.io/serving-cert-secret-name": CERTIFICATE,
                        "pulumi.com/skipAwait": "true",
                    },
                },
            },
            patch(kuadrant),
        );
        const issued = gate(
            `${name}-authorino-certificate-issued`,
            "object-exists",
            `Secret ${CERTIFICATE} is issued`,
            { object: `Secret ${NAMESPACE}/${CERTIFICATE}` },
            async () => {
                const kube = await Kube.connect(context);
                const found = await kube.until(
                    { apiVersion: "v1", plural: "secrets", namespace: NAMESPACE },
                    CERTIFICATE,
                    (secret) => (secret === undefined ? undefined : true),
                    (await kube.now()) + 5 * 60_000,
                );
                if (found === undefined) {
                    throw new Error(
                        `Secret ${NAMESPACE}/${CERTIFICATE} did not appear within 5 minutes: the service CA operator issues it for Authorino's Service`,
                    );
                }
            },
            { parent: this, dependsOn: [serving] },
        );
        const tls = new AuthorinoPatch(
            `${name}-authorino-tls`,
            {
                metadata: {
                    name: "authorino",
                    namespace: NAMESPACE,
                    // Kuadrant created the object with TLS explicitly off.
                    annotations: { "pulumi.com/patchForce": "true" },
                },
                spec: { listener: { tls: { enabled: true, certSecretRef: { name: CERTIFICATE } } } },
            },
            patch(issued),
        );
        new DeploymentPatch(
            `${name}-authorino-service-ca`,
            {
                metadata: { name: "authorino", namespace: NAMESPACE },
                spec: {
                    template: {
                        spec: {
                            containers: [
                                {
                                    name: "authorino",
                                    env: [
                                        { name: "SSL_CERT_FILE", value: SERVICE_CA },
                                        { name: "REQUESTS_CA_BUNDLE", value: SERVICE_CA },
                                    ],
                                },
                            ],
                        },
                    },
                },
            },
            patch(tls),
        );
        this.registerOutputs({});
    }
}
