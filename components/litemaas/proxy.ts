/** The LiteLLM proxies. */
import { createHash } from "node:crypto";

import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, Service } from "@pulumi/kubernetes/core/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { DATABASES, GATEWAY_KEY, LITEMAAS, PORTS, SALT_KEY } from "../../catalogue/litemaas/names";
import { BUNDLE } from "../authorities";
import { yamlText } from "../yamlText";
import {
    CONTAINER_SECURITY,
    databaseUrl,
    labelsOf,
    libpqEnvironment,
    type Place,
    POD_SECURITY,
    podLabels,
    secretVariable,
    serviceCaMount,
    serviceCaVolume,
    SMALL,
    spread,
    TRUST,
    variable,
    waitForDatabase,
} from "./place";
import { proxyConfig } from "./proxyConfig";
import { route } from "./routes";

const CONFIG = "/etc/litellm";
const TLS = "/etc/litellm-tls";
const CERTIFICATE = `${LITEMAAS.proxy}-tls`;
const CONFIG_MAP = `${LITEMAAS.proxy}-config`;

/** The resources that the proxies wait for. */
export interface ProxyBehind {
    readonly secrets: pulumi.Resource;
    readonly database: pulumi.Resource;
    readonly redis: pulumi.Resource;
    /** Authorities of the service CA, and of endpoints. */
    readonly trust: readonly pulumi.Resource[];
    readonly policies: readonly pulumi.Resource[];
    /** Models that answer for others. */
    readonly fallbacks: readonly Readonly<Record<string, readonly string[]>>[];
}

/**
 * Any number of proxies behind one Service and one Route, with TLS up to the pods. A Job brings the schema of the database up to
 * date before a new version starts: proxies that start at once would do so at once.
 * Source: docs/sources/litemaas.md#proxy.
 *
 * @returns the Deployment, which is ready when all proxies answer
 */
export function proxies(place: Place, behind: ProxyBehind): pulumi.Resource {
    const { name, settings, hosts } = place;
    const { namespace, proxy, gatewayKey } = settings;
    const text = yamlText(proxyConfig(settings, behind.fallbacks));
    const config = new ConfigMap(
        `${name}-proxy-config`,
        { metadata: { name: CONFIG_MAP, namespace, labels: labelsOf(LITEMAAS.proxy) }, data: { "config.yaml": text } },
        place.within(),
    );
    const service = new Service(
        `${name}-proxy-service`,
        {
            metadata: {
                name: LITEMAAS.proxy,
                namespace,
                labels: labelsOf(LITEMAAS.proxy),
                annotations: {
                    "service.beta.openshift.io/serving-cert-secret-name": CERTIFICATE,
                    // It has no endpoint before the pods run, and they wait for their certificate.
                    "pulumi.com/skipAwait": "true",
                },
            },
            spec: {
                selector: podLabels(LITEMAAS.proxy),
                ports: [{ name: "https", port: PORTS.proxy, targetPort: PORTS.proxy }],
            },
        },
        place.within(),
    );
    const { secrets, database, redis, trust, policies } = behind;
    const before = [secrets, database, redis, config, ...trust, ...policies];
    const migrated = new Job(
        `${name}-proxy-migration`,
        {
            metadata: {
                name: `${LITEMAAS.proxy}-migration-${hashOf(proxy.image)}`,
                namespace,
                labels: labelsOf(LITEMAAS.proxy),
            },
            spec: {
                backoffLimit: 4,
                template: {
                    metadata: { labels: podLabels(`${LITEMAAS.proxy}-migration`) },
                    spec: {
                        restartPolicy: "Never",
                        automountServiceAccountToken: false,
                        securityContext: POD_SECURITY,
                        initContainers: [
                            waitForDatabase(place),
                            {
                                name: "migration",
                                image: proxy.image,
                                args: ["--config", `${CONFIG}/config.yaml`, "--skip_server_startup"],
                                env: environment(place, "false"),
                                resources: { ...proxy.resources },
                                securityContext: CONTAINER_SECURITY,
                                volumeMounts: [configMount, serviceCaMount],
                            },
                        ],
                        containers: [grants(place)],
                        volumes: [configVolume, serviceCaVolume],
                    },
                },
            },
        },
        { ...place.within(...before), customTimeouts: { create: "20m" } },
    );
    const deployment = new Deployment(
        `${name}-proxy`,
        {
            metadata: { name: LITEMAAS.proxy, namespace, labels: labelsOf(LITEMAAS.proxy) },
            spec: {
                replicas: proxy.replicas,
                strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
                selector: { matchLabels: podLabels(LITEMAAS.proxy) },
                template: {
                    metadata: {
                        labels: podLabels(LITEMAAS.proxy),
                        annotations: {
                            "maas-platform.io/config": hashOf(text),
                            // The key of another tier is another one.
                            ...(gatewayKey !== undefined && { "maas-platform.io/gateway-tier": gatewayKey.tier }),
                        },
                    },
                    spec: podSpec(place),
                },
            },
        },
        { ...place.within(service, migrated, ...before), customTimeouts: { create: "20m", update: "20m" } },
    );
    if (proxy.replicas > 1) {
        new PodDisruptionBudget(
            `${name}-proxy-budget`,
            {
                metadata: { name: LITEMAAS.proxy, namespace, labels: labelsOf(LITEMAAS.proxy) },
                spec: { maxUnavailable: 1, selector: { matchLabels: podLabels(LITEMAAS.proxy) } },
            },
            place.within(),
        );
    }
    route(
        place,
        { host: hosts.api, service: LITEMAAS.proxy, port: "https", tls: true, timeoutSeconds: proxy.timeoutSeconds },
        service,
    );
    return deployment;
}

const configVolume: inputs.core.v1.Volume = { name: "config", configMap: { name: CONFIG_MAP } };
const configMount: inputs.core.v1.VolumeMount = { name: "config", mountPath: CONFIG, readOnly: true };

/** The one table that the portal reads of the proxies: which models there are. Source: docs/sources/litemaas.md#portal. */
export const GRANTS = `GRANT CONNECT ON DATABASE ${DATABASES.proxy.name} TO ${DATABASES.portal.user};
GRANT USAGE ON SCHEMA public TO ${DATABASES.portal.user};
GRANT SELECT ON TABLE "LiteLLM_ProxyModelTable" TO ${DATABASES.portal.user};
`;

function grants({ settings }: Place): inputs.core.v1.Container {
    return {
        name: "grants",
        image: settings.database.image,
        command: ["psql", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--command", GRANTS],
        env: libpqEnvironment(settings.namespace, "proxy"),
        resources: SMALL,
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [serviceCaMount],
    };
}

function podSpec(place: Place): inputs.core.v1.PodSpec {
    const { proxy, gatewayKey } = place.settings;
    const secrets = [...(gatewayKey === undefined ? [] : [GATEWAY_KEY.name]), ...proxy.secrets];
    const probe = (path: string) => ({ httpGet: { path, port: PORTS.proxy, scheme: "HTTPS" }, timeoutSeconds: 5 });
    return {
        automountServiceAccountToken: false,
        securityContext: POD_SECURITY,
        ...spread(LITEMAAS.proxy),
        // Longer than requests may take, so that an update cuts no answer off.
        terminationGracePeriodSeconds: Math.min(proxy.timeoutSeconds, 600) + 30,
        initContainers: [waitForDatabase(place)],
        containers: [
            {
                name: "litellm",
                image: proxy.image,
                args: [
                    "--port",
                    String(PORTS.proxy),
                    "--config",
                    `${CONFIG}/config.yaml`,
                    "--ssl_certfile_path",
                    `${TLS}/tls.crt`,
                    "--ssl_keyfile_path",
                    `${TLS}/tls.key`,
                ],
                env: [
                    ...environment(place, "true"),
                    // Authorities of endpoints: public ones, and those that the cluster and its gateways have.
                    variable("SSL_CERT_FILE", `/trust/${BUNDLE}`),
                ],
                ...(secrets.length > 0 && { envFrom: secrets.map((name) => ({ secretRef: { name } })) }),
                ports: [{ name: "https", containerPort: PORTS.proxy }],
                startupProbe: { ...probe("/health/liveness"), periodSeconds: 10, failureThreshold: 30 },
                readinessProbe: { ...probe("/health/readiness"), periodSeconds: 10, failureThreshold: 3 },
                // It does not look at the database: an outage there restarts no proxy.
                livenessProbe: { ...probe("/health/liveness"), periodSeconds: 15, failureThreshold: 3 },
                resources: proxy.resources,
                securityContext: CONTAINER_SECURITY,
                volumeMounts: [
                    configMount,
                    serviceCaMount,
                    { name: "trust", mountPath: "/trust", readOnly: true },
                    { name: "tls", mountPath: TLS, readOnly: true },
                    ...proxy.files.map(({ path }, i) => ({ name: `files-${i}`, mountPath: path, readOnly: true })),
                ],
            },
        ],
        volumes: [
            configVolume,
            serviceCaVolume,
            { name: "trust", configMap: { name: TRUST } },
            { name: "tls", secret: { secretName: CERTIFICATE } },
            ...proxy.files.map(({ secret }, i) => ({ name: `files-${i}`, secret: { secretName: secret } })),
        ],
    };
}

/** @param schemaIsCurrent `"true"`: the process leaves the schema of the database as it is */
function environment({ settings }: Place, schemaIsCurrent: "true" | "false"): inputs.core.v1.EnvVar[] {
    const { namespace, proxy } = settings;
    return [
        // Before the URL that contains it.
        secretVariable(DATABASES.proxy.password),
        variable("DATABASE_URL", databaseUrl(namespace, "proxy", "proxy", "prisma")),
        variable("DISABLE_SCHEMA_UPDATE", schemaIsCurrent),
        secretVariable("LITELLM_MASTER_KEY"),
        secretVariable(SALT_KEY),
        variable("UI_USERNAME", "admin"),
        secretVariable("UI_PASSWORD"),
        variable("LITELLM_MODE", "PRODUCTION"),
        variable("STORE_MODEL_IN_DB", "True"),
        // Prices come with the image: nothing is fetched at a start.
        variable("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
        variable("REDIS_HOST", `${LITEMAAS.redis}.${namespace}.svc.cluster.local`),
        variable("REDIS_PORT", PORTS.redis),
        secretVariable("REDIS_PASSWORD"),
        ...(proxy.licenseSecret === undefined
            ? []
            : [
                  {
                      name: "LITELLM_LICENSE",
                      valueFrom: { secretKeyRef: { name: proxy.licenseSecret, key: "LITELLM_LICENSE" } },
                  },
              ]),
    ];
}

function hashOf(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
