import * as pulumi from "@pulumi/pulumi";

import type { KindPath, Kube } from "../kube";

/** The time, in ms, that a phase may be out of date before it is healed, the time that a cure may take, and the number of tries. */
const STALE = 30_000;
const CURED = 60_000;
const TIMES = 3;

const MODEL_REFS = { apiVersion: "maas.opendatahub.io/v1alpha1", plural: "maasmodelrefs" } as const;
/** Its annotation is the only field that this manager ever owns. */
const FIELD_MANAGER = "maas-platform-heals-statuses";

/** An object whose phase follows from policies that were generated for models. */
export interface Phased {
    readonly at: KindPath;
    readonly kind: string;
    readonly name: string;
    /** The MaaSModelRefs that it names. */
    readonly models: readonly { readonly namespace: string; readonly name: string }[];
}

/**
 * Lets objects tell the truth that are Degraded although all that was made of them is in force. maas-controller looks at one of the
 * objects behind a generated policy when that changes, and the others keep what they saw before. A change of a MaaSModelRef makes it
 * look at all that name the model, so an annotation is put on it, with a field manager of its own.
 *
 * A phase that stays as it is stops nobody: the deployment goes on with a warning.
 *
 * Source: docs/sources/maas.md#authorization-policies.
 */
export async function healStatuses(kube: Pick<Kube, "now" | "until" | "apply">, objects: readonly Phased[]): Promise<void> {
    let stale = await stillStale(kube, objects, STALE);
    for (let time = 0; time < TIMES && stale.length > 0; time++) {
        const models = new Map(
            stale.flatMap((object) => object.models.map((model) => [`${model.namespace}/${model.name}`, model])),
        );
        for (const { namespace, name } of models.values()) {
            const annotations = { "maas-platform.io/looked-at-again": String(await kube.now()) };
            await kube.apply({ ...MODEL_REFS, namespace }, "MaaSModelRef", name, { annotations }, FIELD_MANAGER);
        }
        stale = await stillStale(kube, stale, CURED);
    }
    for (const { kind, at, name } of stale) {
        await pulumi.log.warn(
            `${kind} ${at.namespace}/${name} is not Active, although all policies that were made of it are accepted and enforced: its controller did not look again`,
        );
    }
}

/** Those that are not Active within some time. */
async function stillStale(kube: Pick<Kube, "now" | "until">, objects: readonly Phased[], within: number): Promise<Phased[]> {
    const deadline = (await kube.now()) + within;
    const stale: Phased[] = [];
    for (const object of objects) {
        const active = await kube.until(
            object.at,
            object.name,
            (found) => (found === undefined || found.status?.["phase"] === "Active" ? true : undefined),
            deadline,
        );
        if (active === undefined) {
            stale.push(object);
        }
    }
    return stale;
}
