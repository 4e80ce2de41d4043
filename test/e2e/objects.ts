/** The objects of a stack, and whether a cluster has them. */
import type { Cluster } from "../../rehearsal/cluster/cluster";
import type { Rehearsal } from "../../rehearsal/result";

/** Objects that the stack creates and the cluster lacks, by URN. */
export async function missing(result: Rehearsal, cluster: Pick<Cluster, "get">): Promise<string[]> {
    const created = objects(result);
    const there = await Promise.all(created.map(({ ref }) => cluster.get(ref)));
    return created.filter((_, i) => there[i] === undefined).map(({ urn }) => urn);
}

/** Objects that a destroyed stack should have removed and the cluster still has, by URN. */
export async function left(result: Rehearsal, cluster: Pick<Cluster, "get">): Promise<string[]> {
    const removed = objects(result).filter(({ retained }) => !retained);
    const there = await Promise.all(removed.map(({ ref }) => cluster.get(ref)));
    return removed.filter((_, i) => there[i] !== undefined).map(({ urn }) => urn);
}

function objects({ resources }: Rehearsal) {
    return resources
        .filter((r) => r.type.startsWith("kubernetes:") && r.options.reads === undefined && !r.type.endsWith("Patch"))
        .map((r) => {
            const { apiVersion, kind, metadata } = r.inputs as {
                apiVersion: string;
                kind: string;
                metadata: { name: string; namespace?: string };
            };
            const { name, namespace } = metadata;
            return {
                urn: r.urn,
                retained: r.options.retainOnDelete === true,
                ref: { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) },
            };
        });
}
