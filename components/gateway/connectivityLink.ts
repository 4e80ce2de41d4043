import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { Namespace, ServicePatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Kuadrant } from "../../kinds/kuadrant.io";
import { LimitadorPatch } from "../../kinds/limitador.kuadrant.io";
import { AuthorinoPatch } from "../../kinds/operator.authorino.kuadrant.io";
import type { ConnectivityLinkSettings } from "../../stacks/schema";
import { expectedSecret } from "../expectedSecret";
import { gate } from "../gate";
import { foundDependencies } from "./foundDependencies";
import type { InstalledOperator } from "../layer";

const NAMESPACE = "kuadrant-system";
const CERTIFICATE = "authorino-server-cert";
const SERVICE_CA = "/etc/ssl/certs/openshift-service-ca/service-ca-bundle.crt";

/** What Connectivity Link needs. */
export interface ConnectivityLinkArgs {
    readonly operator: InstalledOperator;
    readonly settings: Pick<ConnectivityLinkSettings, "authorino" | "limitador">;
}

/**
 * Authentication and limits: Kuadrant with Authorino and Limitador, and TLS between gateway, Authorino and the MaaS
 * API. Ready when policies are enforced and Authorino speaks TLS; without TLS the creation of API keys answers 500.
 * Source: docs/sources/connectivity-link.md#kuadrant, #authorino-tls, #limitador.
 */
export class ConnectivityLink extends pulumi.ComponentResource {
    constructor(name: string, { operator, settings }: ConnectivityLinkArgs, opts: pulumi.ComponentResourceOptions) {
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
        foundDependencies(`${name}-dependencies-found`, { name: "kuadrant", namespace: NAMESPACE }, operator.namespaceName, {
            parent: this,
            dependsOn: [operator, namespace],
        });
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
            {
                kind: "object-exists",
                until: `Secret ${CERTIFICATE} is issued`,
                record: { object: `Secret ${NAMESPACE}/${CERTIFICATE}` },
                check: async (kube) => {
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
                spec: {
                    ...(settings.authorino.replicas !== undefined && { replicas: settings.authorino.replicas }),
                    ...(settings.authorino.cacheMiB !== undefined && { evaluatorCacheSize: settings.authorino.cacheMiB }),
                    listener: { tls: { enabled: true, certSecretRef: { name: CERTIFICATE } } },
                },
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
        this.limitador(name, settings.limitador, patch, kuadrant);
        this.registerOutputs({});
    }

    /** What counts: patched only where the settings ask for something. */
    private limitador(
        name: string,
        { replicas, telemetry, headers, storage }: ConnectivityLinkSettings["limitador"],
        patch: (...dependsOn: pulumi.Resource[]) => pulumi.CustomResourceOptions,
        kuadrant: pulumi.Resource,
    ): void {
        if (replicas === undefined && telemetry === undefined && headers === undefined && storage === undefined) {
            return;
        }
        const brought =
            storage === undefined
                ? []
                : [
                      expectedSecret(
                          `${name}-limitador-storage`,
                          {
                              namespace: NAMESPACE,
                              secret: storage.secret,
                              keys: ["URL"],
                              what: "connectivityLink.limitador.storage.secret",
                          },
                          { parent: this, dependsOn: [kuadrant] },
                      ),
                  ];
        const configSecretRef = { name: storage?.secret ?? "" };
        new LimitadorPatch(
            `${name}-limitador`,
            {
                metadata: { name: "limitador", namespace: NAMESPACE, annotations: { "pulumi.com/patchForce": "true" } },
                spec: {
                    ...(replicas !== undefined && { replicas }),
                    // One copy may always be away, so that a drain of a node does not stop the counting.
                    ...(replicas !== undefined && replicas > 1 && { pdb: { maxUnavailable: 1 } }),
                    ...(telemetry !== undefined && { telemetry }),
                    ...(headers !== undefined && { rateLimitHeaders: headers ? "DRAFT_VERSION_03" : "NONE" }),
                    ...(storage !== undefined && {
                        storage: storage.cached
                            ? {
                                  "redis-cached": {
                                      configSecretRef,
                                      ...(storage.flushMilliseconds !== undefined && {
                                          options: { "flush-period": storage.flushMilliseconds },
                                      }),
                                  },
                              }
                            : { redis: { configSecretRef } },
                    }),
                },
            },
            patch(kuadrant, ...brought),
        );
    }
}

/**
 * The environment of Kuadrant's operator, which is where it is said what happens while Authorino or Limitador is slow
 * or away. Source: docs/sources/connectivity-link.md#operator-environment.
 */
export function operatorEnvironment({
    failClosed,
    authTimeout,
    limitTimeout,
}: Pick<ConnectivityLinkSettings, "failClosed" | "authTimeout" | "limitTimeout">): Record<string, string> {
    return {
        ...(authTimeout !== undefined && { AUTH_SERVICE_TIMEOUT: authTimeout }),
        ...(failClosed && {
            AUTH_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_CHECK_SERVICE_FAILURE_MODE: "deny",
            RATELIMIT_REPORT_SERVICE_FAILURE_MODE: "deny",
        }),
        ...(limitTimeout !== undefined && {
            RATELIMIT_CHECK_SERVICE_TIMEOUT: limitTimeout,
            RATELIMIT_REPORT_SERVICE_TIMEOUT: limitTimeout,
        }),
    };
}
