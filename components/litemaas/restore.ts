/** The restore of a backup of the databases. */
import { Job } from "@pulumi/kubernetes/batch/v1";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { LITEMAAS } from "../../catalogue/litemaas/names";
import { type Backup, node, objects, podSpec, postgres, scriptsMount } from "./backup";
import { labelsOf, type Place, podLabels, serviceCaMount, serviceCaVolume, variable } from "./place";
import { snapshotName, snapshotReady } from "./snapshot";

/** The mount path of a volume that was made of a snapshot. */
const SNAPSHOT = "/snapshot";

/**
 * A Job that brings a backup back, before proxies and portal are brought up to date. It runs once for each backup that is named.
 *
 * @returns depend on it to have the data back; empty where no backup is named
 */
export function restored(place: Place, region: string, ...before: readonly pulumi.Resource[]): pulumi.Resource[] {
    const { name, settings } = place;
    const { namespace, backup } = settings;
    const stamp = backup?.restore;
    if (backup === undefined || stamp === undefined) {
        return [];
    }
    if (backup.restoreFrom === "snapshot") {
        return [restoredFromSnapshot(place, backup, stamp, [...objects(place), ...before])];
    }
    const restore = postgres(place, backup, "restore", "restore.sh", [variable("STAMP", stamp)]);
    const spec = podSpec(backup, {
        initContainers: backup.s3 === undefined ? [] : [node(place, backup, region, "fetch", ["get", stamp])],
        containers: [restore],
    });
    return [
        new Job(
            `${name}-restore`,
            {
                metadata: { name: `litemaas-restore-${stamp}`, namespace, labels: labelsOf(LITEMAAS.backup) },
                spec: {
                    backoffLimit: 2,
                    template: { metadata: { labels: podLabels(LITEMAAS.backup) }, spec },
                },
            },
            { ...place.within(...objects(place), ...before), customTimeouts: { create: "60m" } },
        ),
    ];
}

/**
 * The same from a snapshot: a second volume is made of it, a server of its own recovers there and is dumped, and the dumps are
 * restored. The volume goes with the setting.
 */
function restoredFromSnapshot(place: Place, backup: Backup, stamp: string, before: readonly pulumi.Resource[]): pulumi.Resource {
    const { name, settings } = place;
    const { namespace, database } = settings;
    const claim = `litemaas-restore-${stamp}`;
    const ready = snapshotReady(place, stamp);
    const volume = new PersistentVolumeClaim(
        `${name}-restore-volume`,
        {
            // It is bound when the Job runs.
            metadata: {
                name: claim,
                namespace,
                labels: labelsOf(LITEMAAS.backup),
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: {
                accessModes: ["ReadWriteOnce"],
                ...(database.storageClass !== undefined && { storageClassName: database.storageClass }),
                dataSource: { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: snapshotName(stamp) },
                // Room for the dumps as well.
                resources: { requests: { storage: `${database.volumeGiB + backup.volumeGiB}Gi` } },
            },
        },
        place.within(ready),
    );
    const mount: inputs.core.v1.VolumeMount = { name: "snapshot", mountPath: SNAPSHOT };
    const container = (step: string, script: string): inputs.core.v1.Container => ({
        ...postgres(place, backup, step, script, [variable("STAMP", stamp), variable("SNAPSHOT", SNAPSHOT)], `${SNAPSHOT}/dumps`),
        volumeMounts: [scriptsMount, mount, serviceCaMount],
    });
    const spec: inputs.core.v1.PodSpec = {
        ...podSpec(backup, {
            initContainers: [container("dump", "snapshot.sh")],
            containers: [container("restore", "restore.sh")],
        }),
        automountServiceAccountToken: false,
        volumes: [
            { name: "scripts", configMap: { name: LITEMAAS.backup } },
            { name: "snapshot", persistentVolumeClaim: { claimName: claim } },
            serviceCaVolume,
        ],
    };
    return new Job(
        `${name}-restore`,
        {
            metadata: { name: `litemaas-restore-snapshot-${stamp}`, namespace, labels: labelsOf(LITEMAAS.backup) },
            spec: { backoffLimit: 2, template: { metadata: { labels: podLabels(LITEMAAS.backup) }, spec } },
        },
        { ...place.within(volume, ...before), customTimeouts: { create: "60m" } },
    );
}
