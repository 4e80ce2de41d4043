/** PostgreSQL with the databases of the proxies and of the portal, and Redis. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { createHash } from "node:crypto";

import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Service } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { DATABASES, LITEMAAS, PORTS, SECRETS } from "../../catalogue/litemaas/names";
import { EXPORTERS } from "../../catalogue/observability/databaseMetrics";
import { postgresServer } from "../postgres";
import { postgresMetrics, servedConnection } from "../postgresMetrics";
import { peersOf } from "./network";
import {
    CONTAINER_SECURITY,
    databaseHost,
    labelsOf,
    type Place,
    POD_SECURITY,
    podLabels,
    secretVariable,
    variable,
} from "./place";

/** The script that makes databases and users. */
export const DATABASES_SCRIPT = readFileSync(join(__dirname, "databases.sh"), "utf8");

/** The claim of the databases' volume. */
export const DATABASE_CLAIM = `data-${LITEMAAS.database}-0`;

/**
 * PostgreSQL 16 with two databases, each with a user that sees no other. Source: docs/sources/litemaas.md#databases.
 *
 * @param protect whether Pulumi refuses to delete it
 * @returns depend on it to connect
 */
export function databases(place: Place, secrets: pulumi.Resource, protect: boolean): pulumi.Resource {
    const { name, settings } = place;
    const { namespace, database } = settings;
    const scripts = new ConfigMap(
        `${name}-database-scripts`,
        {
            metadata: { name: `${LITEMAAS.database}-start`, namespace, labels: labelsOf(LITEMAAS.database) },
            data: { "databases.sh": DATABASES_SCRIPT },
        },
        place.within(),
    );
    const { proxy, portal } = DATABASES;
    const server = postgresServer(
        `${name}-database`,
        {
            namespace,
            server: LITEMAAS.database,
            image: database.image,
            volumeGiB: database.volumeGiB,
            volumeSetting: "litemaas.database.volumeGiB",
            storageClass: database.storageClass,
            // Another script runs at the next start.
            annotations: { "maas-platform.io/scripts": hashOf(DATABASES_SCRIPT) },
            user: { name: proxy.user, database: proxy.name, password: { secret: SECRETS, key: proxy.password } },
            env: [
                secretVariable(proxy.password),
                secretVariable(portal.password),
                variable("POSTGRESQL_MAX_CONNECTIONS", database.maxConnections),
            ],
            startScripts: scripts.metadata.name,
            resources: database.resources,
            policy: LITEMAAS.database,
            clients: peersOf(
                LITEMAAS.proxy,
                `${LITEMAAS.proxy}-migration`,
                LITEMAAS.backend,
                LITEMAAS.settings,
                LITEMAAS.backup,
                LITEMAAS.mcp,
            ),
            protect,
        },
        place.within(scripts, secrets),
    );
    return server.running;
}

/** The metrics of the databases. @param exporter image */
export function databaseMetrics(
    { name, settings: { namespace }, within }: Place,
    exporter: string,
    running: pulumi.Resource,
): void {
    const { proxy } = DATABASES;
    postgresMetrics(
        `${name}-database-metrics`,
        {
            exporter: EXPORTERS.litemaas,
            namespace,
            image: exporter,
            ...servedConnection(databaseHost(namespace), {
                user: proxy.user,
                database: proxy.name,
                password: { secret: SECRETS, key: proxy.password },
            }),
            server: { namespace, podLabels: podLabels(LITEMAAS.database) },
        },
        within(running),
    );
}

const TLS = "/tls";

/**
 * Redis with a password and TLS alone. It holds counters and the state of routing, which may be lost: it has no volume.
 * Source: docs/sources/litemaas.md#redis.
 */
export function redis(place: Place, secrets: pulumi.Resource): pulumi.Resource {
    const { name, settings } = place;
    const { namespace } = settings;
    const certificate = `${LITEMAAS.redis}-tls`;
    const service = new Service(
        `${name}-redis-service`,
        {
            metadata: {
                name: LITEMAAS.redis,
                namespace,
                labels: labelsOf(LITEMAAS.redis),
                annotations: {
                    "service.beta.openshift.io/serving-cert-secret-name": certificate,
                    // It has no endpoint before the pod runs, and the pod waits for its certificate.
                    "pulumi.com/skipAwait": "true",
                },
            },
            spec: {
                selector: podLabels(LITEMAAS.redis),
                ports: [{ name: "redis", port: PORTS.redis, targetPort: PORTS.redis }],
            },
        },
        place.within(),
    );
    const client = `redis-cli --tls --cacert ${TLS}/tls.crt -h localhost --insecure`;
    return new Deployment(
        `${name}-redis`,
        {
            metadata: { name: LITEMAAS.redis, namespace, labels: labelsOf(LITEMAAS.redis) },
            spec: {
                replicas: 1,
                strategy: { type: "Recreate" },
                selector: { matchLabels: podLabels(LITEMAAS.redis) },
                template: {
                    metadata: { labels: podLabels(LITEMAAS.redis) },
                    spec: {
                        automountServiceAccountToken: false,
                        securityContext: POD_SECURITY,
                        containers: [
                            {
                                name: "redis",
                                image: settings.redis.image,
                                // The image's own start sets the password and passes these to the server.
                                args: ["run-redis", ...redisArguments(settings.redis.memoryMiB)],
                                env: [secretVariable("REDIS_PASSWORD")],
                                ports: [{ name: "redis", containerPort: PORTS.redis }],
                                readinessProbe: {
                                    exec: {
                                        command: [
                                            "bash",
                                            "-c",
                                            `[[ $(REDISCLI_AUTH="$REDIS_PASSWORD" ${client} ping) == PONG ]]`,
                                        ],
                                    },
                                    initialDelaySeconds: 5,
                                    timeoutSeconds: 5,
                                },
                                livenessProbe: { tcpSocket: { port: PORTS.redis }, initialDelaySeconds: 30 },
                                resources: settings.redis.resources,
                                securityContext: CONTAINER_SECURITY,
                                volumeMounts: [{ name: "tls", mountPath: TLS, readOnly: true }],
                            },
                        ],
                        volumes: [{ name: "tls", secret: { secretName: certificate } }],
                    },
                },
            },
        },
        place.within(service, secrets),
    );
}

/** Arguments of redis-server. */
export function redisArguments(memoryMiB: number): string[] {
    return Object.entries({
        port: "0",
        "tls-port": String(PORTS.redis),
        "tls-cert-file": `${TLS}/tls.crt`,
        "tls-key-file": `${TLS}/tls.key`,
        "tls-auth-clients": "no",
        save: "",
        maxmemory: `${memoryMiB}mb`,
        "maxmemory-policy": "allkeys-lru",
    }).flatMap(([key, value]) => [`--${key}`, value]);
}

function hashOf(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
