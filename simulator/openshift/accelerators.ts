import { K } from "../kind-names";
import { demand, type PodSpec, tolerated } from "./pod-spec";
import type { World } from "../world";

/** Hands out accelerators of nodes to pods that ask for them, and takes them back. */
export class Accelerators {
    private readonly held = new Map<string, { node: string; resource: string; count: number }[]>();

    constructor(private readonly world: World) {}

    /** @param uid whose pods they are @returns why the pods cannot be scheduled; undefined once each has its node */
    schedule(uid: string, spec: PodSpec, replicas: number): string | undefined {
        const [resource, count] = demand(spec) ?? [];
        const mine = (this.held.get(uid) ?? [])
            .filter(({ node }) => this.world.get(K.Node, "", node) !== undefined)
            .slice(0, replicas);
        this.held.set(uid, mine);
        if (resource === undefined || count === undefined) {
            return undefined;
        }
        const nodes = this.world.all(K.Node).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
        const used = new Map<string, number>();
        for (const { node, resource: taken, count: n } of [...this.held.values()].flat()) {
            used.set(`${node}|${taken}`, (used.get(`${node}|${taken}`) ?? 0) + n);
        }
        while (mine.length < replicas) {
            const insufficient: string[] = [];
            const node = nodes.find((candidate) => {
                const name = candidate.metadata.name;
                const taint = (
                    (candidate.spec?.taints as { key: string; value?: string; effect: string }[] | undefined) ?? []
                ).find((t) => t.effect !== "PreferNoSchedule" && !tolerated(spec, t));
                const selected = Object.entries(spec.nodeSelector ?? {}).every(
                    ([key, value]) => candidate.metadata.labels?.[key] === value,
                );
                const free = Number(candidate.status?.allocatable?.[resource] ?? 0) - (used.get(`${name}|${resource}`) ?? 0);
                const reason = !selected
                    ? "node(s) didn't match Pod's node affinity/selector"
                    : taint
                      ? `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`
                      : free < count
                        ? `Insufficient ${resource}`
                        : undefined;
                if (reason) {
                    insufficient.push(reason);
                }
                return reason === undefined;
            });
            if (!node) {
                const counts = new Map<string, number>();
                insufficient.forEach((reason) => counts.set(reason, (counts.get(reason) ?? 0) + 1));
                return `0/${nodes.length} nodes are available: ${[...counts].map(([reason, n]) => `${n} ${reason}`).join(", ")}.`;
            }
            mine.push({ node: node.metadata.name, resource, count });
            used.set(`${node.metadata.name}|${resource}`, (used.get(`${node.metadata.name}|${resource}`) ?? 0) + count);
        }
        return undefined;
    }

    /** The nodes of the first of these that has any. */
    nodes(...uids: readonly string[]): string[] {
        return (uids.map((uid) => this.held.get(uid)).find((held) => held !== undefined && held.length > 0) ?? []).map(
            ({ node }) => node,
        );
    }

    free(uid: string): void {
        this.held.delete(uid);
    }
}
