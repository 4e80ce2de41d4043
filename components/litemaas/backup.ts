/** Backups of the databases. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CronJob } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, PersistentVolumeClaimPatch, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { DATABASES, LITEMAAS } from "../../catalogue/litemaas/names";
import type { LitemaasSettings } from "../../stacks/schema";
import { BUNDLE } from "../authorities";
import { DATABASE_CLAIM } from "./databases";
import {
    CONTAINER_SECURITY,
    labelsOf,
    libpqEnvironment,
    type Place,
    POD_SECURITY,
    podLabels,
    secretVariable,
    serviceCaMount,
    serviceCaVolume,
    TRUST,
    variable,
} from "./place";

const FILES = ["backup.sh", "restore.sh", "snapshot.sh", "copy.js"] as const;
const FOLDER = "/backups";
const CLAIM = "litemaas-backups";

export type Backup = NonNullable<LitemaasSettings["backup"]>;

/**
 * A CronJob that dumps both databases, proves each dump by a restore into a server of its own, copies it to a bucket and makes a
 * snapshot of the volume. Source: docs/sources/litemaas.md#backups.
 */
export function backups(place: Place, region: string, ...before: readonly pulumi.Resource[]): void {
    const { name, settings } = place;
    const { namespace, backup } = settings;
    if (backup === undefined) {
        return;
    }
    const parts = objects(place);
    const dump = postgres(place, backup, "dump", "backup.sh");
    const spec = podSpec(backup, {
        ...(copying(backup)
            ? { initContainers: [dump], containers: [node(place, backup, region, "copy", ["put"])] }
            : { containers: [dump] }),
    });
    new CronJob(
        `${name}-backup`,
        {
            metadata: { name: LITEMAAS.backup, namespace, labels: labelsOf(LITEMAAS.backup) },
            spec: {
                schedule: backup.schedule,
                concurrencyPolicy: "Forbid",
                successfulJobsHistoryLimit: 1,
                failedJobsHistoryLimit: 3,
                jobTemplate: {
                    spec: { backoffLimit: 2, template: { metadata: { labels: podLabels(LITEMAAS.backup) }, spec } },
                },
            },
        },
        place.within(...parts, ...before),
    );
}

const made = new WeakMap<Place, pulumi.Resource[]>();

/** Scripts, volume and account, once for both. The volume stays with the namespace. */
export function objects(place: Place): pulumi.Resource[] {
    const known = made.get(place);
    if (known !== undefined) {
        return known;
    }
    const { name, settings } = place;
    const { namespace, removal, database } = settings;
    const backup = settings.backup!;
    const metadata = { name: LITEMAAS.backup, namespace, labels: labelsOf(LITEMAAS.backup) };
    const scripts = new ConfigMap(
        `${name}-backup-scripts`,
        { metadata, data: Object.fromEntries(FILES.map((file) => [file, readFileSync(join(__dirname, file), "utf8")])) },
        place.within(),
    );
    const claim = new PersistentVolumeClaimPatch(
        `${name}-backup-volume`,
        {
            metadata: {
                name: CLAIM,
                namespace,
                labels: labelsOf(LITEMAAS.backup),
                // A volume that was kept is taken over. It is bound when the first dump is made.
                annotations: { "pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true" },
            },
            spec: {
                accessModes: ["ReadWriteOnce"],
                ...(database.storageClass !== undefined && { storageClassName: database.storageClass }),
                resources: { requests: { storage: `${backup.volumeGiB}Gi` } },
            },
        },
        { ...place.within(), ...(removal === "keep" && { retainOnDelete: true }) },
    );
    const account = new ServiceAccount(`${name}-backup-account`, { metadata }, place.within());
    const rights =
        backup.snapshotClass === undefined
            ? []
            : [
                  new RoleBinding(
                      `${name}-backup-binding`,
                      {
                          metadata,
                          roleRef: {
                              apiGroup: "rbac.authorization.k8s.io",
                              kind: "Role",
                              name: new Role(
                                  `${name}-backup-role`,
                                  {
                                      metadata,
                                      rules: [
                                          {
                                              apiGroups: ["snapshot.storage.k8s.io"],
                                              resources: ["volumesnapshots"],
                                              verbs: ["create", "get", "list", "delete"],
                                          },
                                      ],
                                  },
                                  place.within(),
                              ).metadata.name,
                          },
                          subjects: [{ kind: "ServiceAccount", name: LITEMAAS.backup, namespace }],
                      },
                      place.within(),
                  ),
              ];
    const all = [scripts, claim, account, ...rights];
    made.set(place, all);
    return all;
}

const copying = ({ s3, snapshotClass }: Backup): boolean => s3 !== undefined || snapshotClass !== undefined;

/** A container of PostgreSQL's own tools. @param folder of the dumps */
export function postgres(
    { settings }: Place,
    { keep }: Backup,
    name: string,
    script: string,
    env: readonly inputs.core.v1.EnvVar[] = [],
    folder = FOLDER,
): inputs.core.v1.Container {
    const { namespace, database } = settings;
    const connection = libpqEnvironment(namespace, "proxy").filter((one) =>
        ["PGHOST", "PGPORT", "PGSSLMODE", "PGSSLROOTCERT"].includes(one.name as string),
    );
    return {
        name,
        image: database.image,
        command: ["bash", `/scripts/${script}`],
        env: [
            ...connection,
            secretVariable(DATABASES.proxy.password),
            secretVariable(DATABASES.portal.password),
            variable("BACKUPS", folder),
            variable("KEEP", keep),
            ...env,
        ],
        resources: { requests: { cpu: "200m", memory: "256Mi" }, limits: { cpu: "1", memory: "1Gi" } },
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [scriptsMount, backupsMount, serviceCaMount],
    };
}

/** A container that talks to the bucket and to the API server. */
export function node(
    { settings }: Place,
    { keep, s3, snapshotClass }: Backup,
    region: string,
    name: string,
    args: readonly string[],
): inputs.core.v1.Container {
    const key = (variableName: string): inputs.core.v1.EnvVar => ({
        name: variableName,
        valueFrom: { secretKeyRef: { name: s3!.secret, key: variableName } },
    });
    return {
        name,
        image: settings.jobsImage,
        command: ["node", "/scripts/copy.js", ...args],
        env: [
            variable("BACKUPS", FOLDER),
            variable("KEEP", keep),
            ...(s3 === undefined
                ? []
                : [
                      variable("S3_URL", `${s3.endpoint ?? `https://s3.${region}.amazonaws.com`}/${s3.bucket}/${s3.prefix}`),
                      variable("AWS_REGION", region),
                      key("AWS_ACCESS_KEY_ID"),
                      key("AWS_SECRET_ACCESS_KEY"),
                      variable("TRUSTED_CA", `/trust/${BUNDLE}`),
                  ]),
            ...(snapshotClass === undefined
                ? []
                : [
                      variable("SNAPSHOT_CLASS", snapshotClass),
                      variable("SNAPSHOT_CLAIM", DATABASE_CLAIM),
                      variable("NAMESPACE", settings.namespace),
                  ]),
        ],
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [scriptsMount, backupsMount, { name: "trust", mountPath: "/trust", readOnly: true }],
    };
}

export const scriptsMount: inputs.core.v1.VolumeMount = { name: "scripts", mountPath: "/scripts", readOnly: true };
const backupsMount: inputs.core.v1.VolumeMount = { name: "backups", mountPath: FOLDER };

export function podSpec(
    { snapshotClass }: Backup,
    containers: Pick<inputs.core.v1.PodSpec, "containers" | "initContainers">,
): inputs.core.v1.PodSpec {
    return {
        restartPolicy: "Never",
        serviceAccountName: LITEMAAS.backup,
        automountServiceAccountToken: snapshotClass !== undefined,
        securityContext: POD_SECURITY,
        ...containers,
        volumes: [
            { name: "scripts", configMap: { name: LITEMAAS.backup } },
            { name: "backups", persistentVolumeClaim: { claimName: CLAIM } },
            { name: "trust", configMap: { name: TRUST } },
            serviceCaVolume,
        ],
    };
}
