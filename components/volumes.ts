/** Volumes of StatefulSets, whose claims outlive a change of their template. */
import * as pulumi from "@pulumi/pulumi";

import { quantityOf } from "../catalogue/models/quantity";
import { gate } from "./gate";
import { conditionsOf, type Kube, type KubeObject } from "./kube";
import { remainingProblem } from "./remainingProblem";

/** Volumes grow while their pods run; EBS changes a volume once in six hours. Source: docs/sources/aws.md#volumes. */
const GROW_MINUTES = 30;

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/** Arguments of {@link volumesSized}. Names must be known in a plan: the gate asks the cluster for the claims by them. */
export interface VolumesSizedArgs {
    readonly namespace: string;
    /** Names of the claims: <template>-<StatefulSet>-<ordinal>. */
    readonly claims: readonly string[];
    /** Wanted size in GiB. */
    readonly sizeGiB: pulumi.Input<number>;
    /** The setting that names the size, for messages. */
    readonly setting: string;
}

/**
 * Gives the claims of a StatefulSet the size that is asked for. The template of claims is immutable, and a new StatefulSet
 * would find the old claims: so the StatefulSet stays, with what it was made from (`ignoreChanges`), and the claims themselves
 * are enlarged, while the pods run. Source: docs/sources/aws.md#volumes.
 */
export function volumesSized(name: string, args: VolumesSizedArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { namespace, claims, sizeGiB, setting } = args;
    return gate(
        name,
        {
            kind: "volumes-sized",
            until: `the volumes of ${namespace} have the size of ${setting}`,
            record: { namespace, claims: claims.join(" "), storage: pulumi.interpolate`${sizeGiB}Gi` },
            check: (kube, { newInputs }) => {
                const { storage } = (newInputs as { data: { storage: string } }).data;
                return grow(kube, { namespace, claims, storage, setting });
            },
        },
        opts,
    );
}

interface Wanted extends Pick<VolumesSizedArgs, "namespace" | "claims" | "setting"> {
    /** As a quantity: 40Gi. */
    readonly storage: string;
}

/** @throws Error when a volume would have to shrink, may not grow, or has not grown in time */
export async function grow(kube: Kube, { namespace, claims, storage, setting }: Wanted): Promise<void> {
    const kind = { apiVersion: "v1", plural: "persistentvolumeclaims", namespace };
    const deadline = (await kube.now()) + GROW_MINUTES * 60_000;
    const wanted = quantityOf(storage);
    const growing: string[] = [];
    const problems: string[] = [];
    for (const claim of claims) {
        // A StatefulSet with more copies than before has claims that are still to come.
        const object = await kube.until(kind, claim, (found) => found, deadline);
        const has = requestOf(object);
        if (has === undefined) {
            continue;
        }
        if (quantityOf(has) === wanted) {
            // An earlier run may have given up before the volume had grown; one that is not bound has no capacity yet.
            if (quantityOf(capacityOf(object) ?? storage) < wanted) {
                growing.push(claim);
            }
            continue;
        }
        if (quantityOf(has) > wanted) {
            problems.push(`volume ${claim} has ${has}, and no volume shrinks: set ${setting} to ${gib(has)} or more`);
        } else if (!(await mayGrow(kube, classOf(object)))) {
            problems.push(
                `volume ${claim} has ${has} and cannot grow to ${storage}: StorageClass ${classOf(object) ?? "(the default)"} has no allowVolumeExpansion; ` +
                    `allow it if its driver can (oc patch storageclass ${classOf(object) ?? "<name>"} -p '{"allowVolumeExpansion":true}'), or set ${setting} to ${gib(has)}`,
            );
        } else {
            growing.push(claim);
        }
    }
    if (problems.length > 0) {
        throw new Error(`namespace ${namespace}: ${problems.join("; ")}`);
    }
    for (const claim of growing) {
        await kube.patch(kind, claim, { spec: { resources: { requests: { storage } } } });
    }
    for (const claim of growing) {
        const problem = await remainingProblem(kube, { ...kind, name: claim }, { deadline }, (object) =>
            quantityOf(capacityOf(object) ?? "0") >= wanted ? undefined : reportOf(object),
        );
        if (problem !== undefined) {
            throw new Error(
                `volume ${claim} in namespace ${namespace} has not grown to ${storage} within ${GROW_MINUTES} minutes${problem}: ` +
                    `look at its events (oc describe pvc ${claim} -n ${namespace}); EBS changes a volume once in six hours`,
            );
        }
    }
}

/** Whether a class lets its volumes grow. @param name of the class. Default: the class that is the cluster's default */
async function mayGrow(kube: Kube, name: string | undefined): Promise<boolean> {
    const classes = await kube.list({ apiVersion: "storage.k8s.io/v1", plural: "storageclasses" });
    const found = classes.find(({ metadata }) =>
        name === undefined
            ? (metadata as { annotations?: Record<string, string> }).annotations?.[DEFAULT_CLASS] === "true"
            : metadata.name === name,
    );
    return (found as { allowVolumeExpansion?: boolean } | undefined)?.allowVolumeExpansion === true;
}

function requestOf(claim: KubeObject | undefined): string | undefined {
    return (claim?.spec as { resources?: { requests?: { storage?: string } } } | undefined)?.resources?.requests?.storage;
}

function capacityOf(claim: KubeObject | undefined): string | undefined {
    return (claim?.status as { capacity?: { storage?: string } } | undefined)?.capacity?.storage;
}

function classOf(claim: KubeObject | undefined): string | undefined {
    return (claim?.spec as { storageClassName?: string } | undefined)?.storageClassName;
}

function reportOf(claim: KubeObject | undefined): string {
    const conditions = conditionsOf(claim);
    return conditions.length === 0
        ? ""
        : ` (${conditions.map(({ type, message }) => `${type} ${message ?? ""}`.trim()).join("; ")})`;
}

function gib(quantity: string): number {
    return Math.ceil(quantityOf(quantity) / 2 ** 30);
}
