/** The backend of the portal. */
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { DATABASES, LITEMAAS, PORTS } from "../../catalogue/litemaas/names";
import { BUNDLE } from "../authorities";
import type { Login } from "./login";
import {
    CONTAINER_SECURITY,
    databaseUrl,
    labelsOf,
    type Place,
    POD_SECURITY,
    podLabels,
    secretVariable,
    serviceCaMount,
    serviceCaVolume,
    SMALL,
    TRUST,
    variable,
    waitForDatabase,
} from "./place";
import { closed, httpService, probe, TIMEOUT_SECONDS } from "./portalParts";
import { route } from "./routes";

const AUTHORITIES = "/authorities";
const BUNDLE_FILE = "/trust/ca-bundle.crt";

/** The resources that the backend waits for. */
export interface BackendBehind {
    readonly login: Login;
    readonly secrets: pulumi.Resource;
    readonly trust: readonly pulumi.Resource[];
    readonly proxies: pulumi.Resource;
    readonly policies: readonly pulumi.Resource[];
}

/**
 * The backend. It has one replica: it keeps the state of logins in memory. Source: docs/sources/litemaas.md#portal.
 *
 * @returns the Deployment, which is ready when the API answers
 */
export function backend(place: Place, { login, secrets, trust, proxies, policies }: BackendBehind): pulumi.Resource {
    const { name, settings, hosts } = place;
    const { namespace, portal: wanted } = settings;
    const service = httpService(place, LITEMAAS.backend, PORTS.backend);
    const deployment = new Deployment(
        `${name}-backend`,
        {
            metadata: { name: LITEMAAS.backend, namespace, labels: labelsOf(LITEMAAS.backend) },
            spec: {
                replicas: 1,
                // Two at once would not know each other's logins.
                strategy: { type: "Recreate" },
                selector: { matchLabels: podLabels(LITEMAAS.backend) },
                template: {
                    metadata: { labels: podLabels(LITEMAAS.backend) },
                    spec: {
                        serviceAccountName: login.account,
                        automountServiceAccountToken: false,
                        securityContext: POD_SECURITY,
                        initContainers: [waitForDatabase(place), migrations(place), bundle(place)],
                        containers: [
                            {
                                name: "backend",
                                image: wanted.backendImage,
                                env: [...environment(place), ...login.env],
                                ports: [{ name: "http", containerPort: PORTS.backend }],
                                startupProbe: {
                                    ...probe("/api/v1/health/live", PORTS.backend),
                                    periodSeconds: 5,
                                    failureThreshold: 30,
                                },
                                readinessProbe: { ...probe("/api/v1/health/ready", PORTS.backend), periodSeconds: 5 },
                                livenessProbe: { ...probe("/api/v1/health/live", PORTS.backend), periodSeconds: 10 },
                                resources: wanted.backend.resources,
                                securityContext: CONTAINER_SECURITY,
                                volumeMounts: [serviceCaMount, { name: "trust", mountPath: "/trust", readOnly: true }],
                            },
                        ],
                        volumes: [
                            serviceCaVolume,
                            { name: "trust", emptyDir: {} },
                            {
                                name: "authorities",
                                projected: {
                                    sources: [{ configMap: { name: TRUST } }, { configMap: { name: "kube-root-ca.crt" } }],
                                },
                            },
                        ],
                    },
                },
            },
        },
        place.within(service, secrets, proxies, ...trust, ...policies, ...login.before),
    );
    route(
        place,
        {
            host: hosts.admin,
            service: LITEMAAS.backend,
            port: "http",
            tls: false,
            path: "/api",
            timeoutSeconds: TIMEOUT_SECONDS,
            ...closed(wanted),
        },
        service,
    );
    return deployment;
}

function environment({ settings, hosts }: Place): inputs.core.v1.EnvVar[] {
    const { namespace, portal: wanted } = settings;
    const { budget, tokensPerMinute, requestsPerMinute } = wanted.defaults;
    return [
        variable("HOST", "0.0.0.0"),
        variable("PORT", PORTS.backend),
        variable("NODE_ENV", "production"),
        variable("LOG_LEVEL", "info"),
        // Before the URLs that contain it.
        secretVariable(DATABASES.portal.password),
        variable("DATABASE_URL", databaseUrl(namespace, "portal", "portal", "libpq")),
        // The list of models: other proxies than the one that is asked may not know a new one yet.
        variable("LITELLM_DATABASE_URL", databaseUrl(namespace, "proxy", "portal", "libpq")),
        secretVariable("JWT_SECRET"),
        secretVariable("ADMIN_API_KEYS", "ADMIN_API_KEY"),
        // It is shown to users.
        variable("LITELLM_API_URL", `https://${hosts.api}`),
        secretVariable("LITELLM_API_KEY", "LITELLM_MASTER_KEY"),
        // The portal encrypts keys of models with it; a key of its own, so that another master key loses none.
        secretVariable("LITELLM_MASTER_KEY", "PORTAL_ENCRYPTION_KEY"),
        variable("CORS_ORIGIN", `https://${hosts.portal}`),
        // A word that nobody knows: an empty list would match every origin.
        ...(wanted.unauthenticatedRoutes === "close" ? [secretVariable("ALLOWED_FRONTEND_ORIGINS", "NO_ORIGIN")] : []),
        variable("RATE_LIMIT_MAX", 1000),
        variable("RATE_LIMIT_TIME_WINDOW", "5m"),
        variable("DEFAULT_USER_MAX_BUDGET", budget),
        variable("DEFAULT_USER_TPM_LIMIT", tokensPerMinute),
        variable("DEFAULT_USER_RPM_LIMIT", requestsPerMinute),
        ...(wanted.admins.length > 0 ? [variable("INITIAL_ADMIN_USERS", wanted.admins.join(","))] : []),
        variable("NODE_EXTRA_CA_CERTS", BUNDLE_FILE),
    ];
}

/** The schema of the portal's database. In an init container a failure stops the start; the backend itself would only log it. */
function migrations({ settings }: Place): inputs.core.v1.Container {
    const { namespace, portal: wanted } = settings;
    const { budget, tokensPerMinute, requestsPerMinute } = wanted.defaults;
    return {
        name: "migrations",
        image: wanted.backendImage,
        command: ["node", "--input-type=module", "--eval", MIGRATE],
        workingDir: "/app/backend",
        env: [
            secretVariable(DATABASES.portal.password),
            variable("DATABASE_URL", databaseUrl(namespace, "portal", "portal", "libpq")),
            variable("NODE_ENV", "production"),
            variable("HOME", "/tmp"),
            // They become defaults of columns.
            variable("DEFAULT_USER_MAX_BUDGET", budget),
            variable("DEFAULT_USER_TPM_LIMIT", tokensPerMinute),
            variable("DEFAULT_USER_RPM_LIMIT", requestsPerMinute),
        ],
        resources: SMALL,
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [serviceCaMount],
    };
}

/** Source: docs/sources/litemaas.md#portal. */
const MIGRATE = `import { createRequire } from "node:module";
const require = createRequire("/app/backend/");
const { Pool } = require("pg");
const { applyMigrations } = await import("/app/backend/dist/lib/database-migrations.js");
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const query = (text, values) => pool.query(text, values);
const queryOne = async (text, values) => (await query(text, values)).rows[0] ?? null;
await applyMigrations({ query, queryOne });
await pool.end();
`;

/** One file of authorities, which is all that Node.js takes: of the router, and of the API server. */
function bundle({ settings }: Place): inputs.core.v1.Container {
    return {
        name: "trust",
        image: settings.database.image,
        command: ["bash", "-c", `cat ${AUTHORITIES}/${BUNDLE} ${AUTHORITIES}/ca.crt > ${BUNDLE_FILE}`],
        resources: SMALL,
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [
            { name: "authorities", mountPath: AUTHORITIES, readOnly: true },
            { name: "trust", mountPath: "/trust" },
        ],
    };
}
