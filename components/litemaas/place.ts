/** Facts that all parts of LiteMaaS share: their place, and the settings of their pods. */
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { DATABASES, LITEMAAS, PORTS, SECRETS } from "../../catalogue/litemaas/names";
import type { LitemaasSettings } from "../../stacks/schema";

/** Names of hosts, which a plan knows. */
export interface Hosts {
    /** The API of the proxies. */
    readonly api: string;
    readonly portal: string;
    /** The API of the portal. */
    readonly admin: string;
    readonly mcp: string;
}

/** A place for a part. */
export interface Place {
    readonly component: pulumi.ComponentResource;
    /** Prefix of names of resources. */
    readonly name: string;
    readonly settings: LitemaasSettings;
    readonly hosts: Hosts;
    /** Options of a resource in the namespace. @param dependsOn what it waits for, beside the namespace */
    readonly within: (...dependsOn: readonly pulumi.Resource[]) => pulumi.CustomResourceOptions;
}

/** Hosts below the apps domain. */
export function hostsOf({ proxy, portal, mcp }: LitemaasSettings, domain: string): Hosts {
    return {
        api: `${proxy.host}.${domain}`,
        portal: `${portal.host}.${domain}`,
        admin: `${portal.adminHost}.${domain}`,
        mcp: `${mcp?.host ?? LITEMAAS.mcp}.${domain}`,
    };
}

/** Labels of the pods of a part. */
export const podLabels = (app: string): Record<string, string> => ({ app });
/** Labels of its objects. */
export const labelsOf = (app: string): Record<string, string> => ({ app, "app.kubernetes.io/part-of": "litemaas" });

/** Host of the databases, for which their certificate is valid. */
export const databaseHost = (namespace: string): string => `${LITEMAAS.database}.${namespace}.svc.cluster.local`;

/** The place in pods of the certificate of the service CA. */
export const SERVICE_CA = { configMap: "litemaas-service-ca", key: "service-ca.crt", folder: "/service-ca" } as const;

/** ConfigMap with the authorities of the router, of gateways and of the rest of the world. */
export const TRUST = "litemaas-trust";

/** An environment variable from the kept Secret. */
export const secretVariable = (name: string, key = name): inputs.core.v1.EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: SECRETS, key } },
});

export const variable = (name: string, value: string | number): inputs.core.v1.EnvVar => ({ name, value: String(value) });

/** Parameters of TLS in a URL: Prisma and libpq, whose words node-postgres takes, name the authority of the server differently. */
const TLS_PARAMETERS = {
    prisma: `sslmode=require&sslaccept=strict&sslcert=${SERVICE_CA.folder}/${SERVICE_CA.key}`,
    libpq: `sslmode=verify-full&sslrootcert=${SERVICE_CA.folder}/${SERVICE_CA.key}`,
} as const;

/**
 * URL of a database; the kubelet puts the password in. Source: docs/sources/litemaas.md#databases.
 *
 * @param as the application whose user connects
 */
export function databaseUrl(
    namespace: string,
    database: keyof typeof DATABASES,
    as: keyof typeof DATABASES,
    client: keyof typeof TLS_PARAMETERS,
): string {
    const { user, password } = DATABASES[as];
    return `postgresql://${user}:$(${password})@${databaseHost(namespace)}:${PORTS.database}/${DATABASES[database].name}?${TLS_PARAMETERS[client]}`;
}

/** Environment of psql, pg_dump and pg_isready for a database. */
export function libpqEnvironment(namespace: string, database: keyof typeof DATABASES): inputs.core.v1.EnvVar[] {
    const { name, user, password } = DATABASES[database];
    return [
        variable("PGHOST", databaseHost(namespace)),
        variable("PGPORT", PORTS.database),
        variable("PGDATABASE", name),
        variable("PGUSER", user),
        variable("PGSSLMODE", "verify-full"),
        variable("PGSSLROOTCERT", `${SERVICE_CA.folder}/${SERVICE_CA.key}`),
        secretVariable("PGPASSWORD", password),
    ];
}

export const POD_SECURITY: inputs.core.v1.PodSecurityContext = {
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};

export const CONTAINER_SECURITY: inputs.core.v1.SecurityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
};

export const SMALL: inputs.core.v1.ResourceRequirements = {
    requests: { cpu: "50m", memory: "64Mi" },
    limits: { cpu: "500m", memory: "256Mi" },
};

export const serviceCaVolume: inputs.core.v1.Volume = { name: "service-ca", configMap: { name: SERVICE_CA.configMap } };
export const serviceCaMount: inputs.core.v1.VolumeMount = {
    name: "service-ca",
    mountPath: SERVICE_CA.folder,
    readOnly: true,
};

/** An init container until the database answers, in the image of the database: nothing else has to be pulled. */
export function waitForDatabase({ settings }: Place): inputs.core.v1.Container {
    const { namespace, database } = settings;
    return {
        name: "wait-for-database",
        image: database.image,
        command: ["bash", "-c", "until pg_isready --timeout 5; do sleep 2; done"],
        env: libpqEnvironment(namespace, "proxy").filter(({ name }) => name === "PGHOST" || name === "PGPORT"),
        resources: SMALL,
        securityContext: CONTAINER_SECURITY,
    };
}

/** Copies on different nodes and in different zones where there are any. */
export function spread(app: string): Pick<inputs.core.v1.PodSpec, "affinity" | "topologySpreadConstraints"> {
    const labelSelector = { matchLabels: podLabels(app) };
    return {
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                    { weight: 100, podAffinityTerm: { labelSelector, topologyKey: "kubernetes.io/hostname" } },
                ],
            },
        },
        topologySpreadConstraints: [
            {
                maxSkew: 1,
                topologyKey: "topology.kubernetes.io/zone",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector,
            },
        ],
    };
}
