import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { Namespace, ServicePatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { Kuadrant } from "../../kinds/kuadrant.io";
import { LimitadorPatch, type LimitadorStorage } from "../../kinds/limitador.kuadrant.io";
import { AuthorinoPatch } from "../../kinds/operator.authorino.kuadrant.io";
import type { ConnectivityLinkSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { expectedSecret } from "../expectedSecret";
import type { InstalledOperator } from "../layer";
import { objectExists } from "../objectExists";
import { volumesSized } from "../volumes";
import { kuadrantReady } from "./kuadrantReady";

const NAMESPACE = "kuadrant-system";
const CERTIFICATE = "authorino-server-cert";
const SERVICE_CA = "/etc/ssl/certs/openshift-service-ca/service-ca-bundle.crt";

/** Operator and settings of Connectivity Link. */
export interface ConnectivityLinkArgs {
    readonly operator: InstalledOperator;
    /** The settings whose fields are patched: a plan must know them. */
    readonly settings: Pick<ConnectivityLinkSettings, "monitors" | "authorino" | "limitador">;
    /** Host and port that take traces as OTLP over gRPC. A plan must know it. Default: nobody gets traces. */
    readonly traces?: string | undefined;
    /** Whether the filter at the gateways sends spans too: from Connectivity Link 1.4 on. Default: not known, none are asked for. */
    readonly filterSendsSpans?: boolean | undefined;
}

/**
 * Authentication and limits: Kuadrant with Authorino and Limitador, and TLS between gateway, Authorino and the MaaS
 * API. Ready when policies are enforced and Authorino speaks TLS; without TLS the creation of API keys answers 500.
 * Source: docs/sources/connectivity-link.md#kuadrant, #authorino-tls, #limitador.
 */
export class ConnectivityLink extends pulumi.ComponentResource {
    /** Namespace of Kuadrant, Authorino and Limitador. */
    public readonly namespaceName = NAMESPACE;

    constructor(name: string, args: ConnectivityLinkArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:gateway:ConnectivityLink", name, describedBy(args), opts);
        const { operator, settings, traces, filterSendsSpans = false } = args;
        // Said to the operands in any case, where it takes precedence: Kuadrant passes it on from 1.4 on only.
        const endpoint = traces && `rpc://${traces}`;
        // Policies of OpenShift AI name the namespace of the operands; an existing operator may run in another one.
        const namespace =
            operator.namespaceName === NAMESPACE
                ? operator
                : new Namespace(`${name}-namespace`, { metadata: { name: NAMESPACE } }, { parent: this });
        const kuadrant = new Kuadrant(
            `${name}-kuadrant`,
            {
                metadata: { name: "kuadrant", namespace: NAMESPACE },
                spec: { observability: { enable: settings.monitors, ...(filterSendsSpans && spansOfFilter(endpoint)) } },
            },
            { parent: this, dependsOn: [operator, namespace] },
        );
        kuadrantReady(`${name}-dependencies-found`, { name: "kuadrant", namespace: NAMESPACE }, operator.namespaceName, {
            parent: this,
            dependsOn: [operator, namespace],
        });
        this.authorino(name, settings.authorino, endpoint, kuadrant);
        this.limitador(name, settings.limitador, endpoint, kuadrant);
        this.registerOutputs({ namespaceName: this.namespaceName });
    }

    /** Options of a patch of an object that Kuadrant owns: it stays as it is when the stack goes, since it goes with Kuadrant. */
    private patch(...dependsOn: pulumi.Resource[]): pulumi.CustomResourceOptions {
        return { parent: this, retainOnDelete: true, dependsOn };
    }

    /** Authorino with TLS: a certificate of the service CA, which it serves, and whose authority it trusts itself. */
    private authorino(
        name: string,
        settings: ConnectivityLinkSettings["authorino"],
        traces: string | undefined,
        kuadrant: pulumi.Resource,
    ): void {
        const service = new ServicePatch(
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
            this.patch(kuadrant),
        );
        const certificate = objectExists(
            `${name}-authorino-certificate-issued`,
            {
                apiVersion: "v1",
                kind: "Secret",
                plural: "secrets",
                namespace: NAMESPACE,
                name: CERTIFICATE,
                until: `Secret ${CERTIFICATE} is issued`,
                minutes: 5,
                hint: "the service CA operator issues it for Authorino's Service",
            },
            { parent: this, dependsOn: [service] },
        );
        const { replicas, cacheMiB } = settings;
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
                    ...(replicas !== undefined && { replicas }),
                    ...(cacheMiB !== undefined && { evaluatorCacheSize: cacheMiB }),
                    ...(traces !== undefined && { tracing: { endpoint: traces, insecure: true } }),
                    listener: { tls: { enabled: true, certSecretRef: { name: CERTIFICATE } } },
                },
            },
            this.patch(certificate),
        );
        const env = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"].map((variable) => ({ name: variable, value: SERVICE_CA }));
        new DeploymentPatch(
            `${name}-authorino-service-ca`,
            {
                metadata: { name: "authorino", namespace: NAMESPACE },
                spec: { template: { spec: { containers: [{ name: "authorino", env }] } } },
            },
            this.patch(tls),
        );
    }

    /** Limitador, patched only if the settings give a field of it. */
    private limitador(
        name: string,
        settings: ConnectivityLinkSettings["limitador"],
        traces: string | undefined,
        kuadrant: pulumi.Resource,
    ): void {
        if ([...Object.values(settings), traces].every((field) => field === undefined)) {
            return;
        }
        const { replicas, telemetry, headers, storage, disk, requests, limits } = settings;
        const redis =
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
        const limitador = new LimitadorPatch(
            `${name}-limitador`,
            {
                metadata: { name: "limitador", namespace: NAMESPACE, annotations: { "pulumi.com/patchForce": "true" } },
                spec: {
                    ...(replicas !== undefined && { replicas }),
                    // A drain of a node then never stops the last copy, which counts.
                    ...(replicas !== undefined && replicas > 1 && { pdb: { maxUnavailable: 1 } }),
                    ...(telemetry !== undefined && { telemetry }),
                    ...(traces !== undefined && { tracing: { endpoint: traces } }),
                    ...(headers !== undefined && { rateLimitHeaders: headers ? "DRAFT_VERSION_03" : "NONE" }),
                    ...(storage !== undefined && { storage: counterStorage(storage) }),
                    ...(disk !== undefined && { storage: counterDisk(disk) }),
                    ...((requests !== undefined || limits !== undefined) && {
                        resourceRequirements: {
                            requests: { ...LIMITADOR_REQUESTS, ...requests },
                            limits: { ...LIMITADOR_LIMITS, ...limits },
                        },
                    }),
                },
            },
            this.patch(kuadrant, ...redis),
        );
        if (disk !== undefined) {
            // Limitador's operator makes the claim once, and leaves it alone.
            volumesSized(
                `${name}-limitador-volume`,
                {
                    namespace: NAMESPACE,
                    claims: ["limitador-limitador"],
                    sizeGiB: disk.volumeGiB,
                    setting: "connectivityLink.limitador.disk.volumeGiB",
                },
                { parent: this, dependsOn: [limitador] },
            );
        }
    }
}

/**
 * The filter at the gateways sends a span of each request, below that of the gateway. Without a level of `dataPlane` it sends none.
 * Source: docs/sources/observability.md#traces.
 */
function spansOfFilter(endpoint: string | undefined) {
    return endpoint === undefined
        ? {}
        : {
              dataPlane: { defaultLevels: [{ info: "true" as const }], httpHeaderIdentifier: "x-request-id" },
              tracing: { defaultEndpoint: endpoint, insecure: true },
          };
}

/** The default requests of Limitador's operator for a replica. Source: Kuadrant/limitador-operator@v0.16.0:api/v1alpha1/limitador_types.go. */
const LIMITADOR_REQUESTS = { cpu: "250m", memory: "32Mi" };
const LIMITADOR_LIMITS = { cpu: "500m", memory: "64Mi" };

/** Redis as Limitador is told to use it: for each request, or in batches. */
function counterStorage({
    secret,
    cached,
    flushMilliseconds,
    batchSize,
    maxCached,
    responseMilliseconds,
}: NonNullable<ConnectivityLinkSettings["limitador"]["storage"]>): LimitadorStorage {
    const configSecretRef = { name: secret };
    const options = {
        ...(flushMilliseconds !== undefined && { "flush-period": flushMilliseconds }),
        ...(batchSize !== undefined && { "batch-size": batchSize }),
        ...(maxCached !== undefined && { "max-cached": maxCached }),
        ...(responseMilliseconds !== undefined && { "response-timeout": responseMilliseconds }),
    };
    return cached
        ? { "redis-cached": { configSecretRef, ...(Object.keys(options).length > 0 && { options }) } }
        : { redis: { configSecretRef } };
}

/** A volume of its own. */
function counterDisk({
    volumeGiB,
    storageClass,
    optimize,
}: NonNullable<ConnectivityLinkSettings["limitador"]["disk"]>): LimitadorStorage {
    return {
        disk: {
            ...(optimize !== undefined && { optimize }),
            persistentVolumeClaim: {
                resources: { requests: `${volumeGiB}Gi` },
                ...(storageClass !== undefined && { storageClassName: storageClass }),
            },
        },
    };
}

/** The time for which the gateway waits for Authorino and for Limitador. Kuadrant's own 200 and 100 ms fail under load. */
const DEFAULT_TIMEOUT = "2s";

/**
 * The environment of Kuadrant's operator, which sets what the gateway does while Authorino or Limitador is slow or
 * away. Whoever wants requests to pass then asks for it.
 * Source: docs/sources/connectivity-link.md#operator-environment.
 */
export function operatorEnvironment({
    failClosed = true,
    authTimeout = DEFAULT_TIMEOUT,
    limitTimeout = DEFAULT_TIMEOUT,
}: Pick<ConnectivityLinkSettings, "failClosed" | "authTimeout" | "limitTimeout">): Record<string, string> {
    const failure = failClosed ? "deny" : "allow";
    return {
        AUTH_SERVICE_TIMEOUT: authTimeout,
        // Nobody passes without authorization, also where limits fail open.
        AUTH_SERVICE_FAILURE_MODE: "deny",
        // Plain request limits ask a service of their own, beside those that check and report tokens.
        RATELIMIT_SERVICE_FAILURE_MODE: failure,
        RATELIMIT_CHECK_SERVICE_FAILURE_MODE: failure,
        RATELIMIT_REPORT_SERVICE_FAILURE_MODE: failure,
        RATELIMIT_SERVICE_TIMEOUT: limitTimeout,
        RATELIMIT_CHECK_SERVICE_TIMEOUT: limitTimeout,
        RATELIMIT_REPORT_SERVICE_TIMEOUT: limitTimeout,
    };
}
