/** Snapshots of the databases' volume. */
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { Kube } from "../kube";
import type { Place } from "./place";

const MINUTES = 10;

/** Name of the snapshot that belongs to a backup: see copy.js. */
export const snapshotName = (stamp: string): string => `litemaas-${stamp}`;

/** A gate until a volume can be made of the snapshot of a backup. Source: docs/sources/litemaas.md#backups. */
export function snapshotReady({ name, settings: { namespace }, within }: Place, stamp: string): pulumi.Resource {
    const snapshot = snapshotName(stamp);
    return gate(
        `${name}-restore-snapshot`,
        {
            kind: "snapshot-ready",
            until: `VolumeSnapshot ${namespace}/${snapshot} is ready`,
            record: { object: `VolumeSnapshot ${namespace}/${snapshot}` },
            check: (kube) => isReady(kube, namespace, snapshot),
        },
        within(),
    );
}

/** @throws Error when there is no such snapshot, with those that there are, or when it does not become ready */
export async function isReady(kube: Kube, namespace: string, snapshot: string): Promise<void> {
    const kind = { apiVersion: "snapshot.storage.k8s.io/v1", plural: "volumesnapshots", namespace };
    if ((await kube.get(kind, snapshot)) === undefined) {
        const others = (await kube.list(kind)).map(({ metadata }) => metadata.name).sort();
        throw new Error(
            `litemaas.backup.restore: VolumeSnapshot ${namespace}/${snapshot} does not exist; ` +
                (others.length === 0 ? "there is none" : `expected the time of one of ${others.join(", ")}`),
        );
    }
    let reason = "";
    const ready = await kube.until(
        kind,
        snapshot,
        (object) => {
            const { readyToUse, error } = (object?.status ?? {}) as { readyToUse?: boolean; error?: { message?: string } };
            reason = error?.message ?? "";
            return readyToUse === true ? true : undefined;
        },
        (await kube.now()) + MINUTES * 60_000,
    );
    if (ready === undefined) {
        throw new Error(
            `VolumeSnapshot ${namespace}/${snapshot} is not ready to use after ${MINUTES} minutes${reason === "" ? "" : `: ${reason}`}; ` +
                `see oc describe volumesnapshot ${snapshot} -n ${namespace}`,
        );
    }
}
