/** Watches, at every change of a rehearsed cluster, whether an AuthPolicy holds for each route of a model. */
import type { Cluster, KubeObject } from "../rehearsal/cluster/cluster";

const ROUTE = "gateway.networking.k8s.io/v1/HTTPRoute";
const POLICY = "kuadrant.io/v1/AuthPolicy";

const keyOf = ({ apiVersion, kind, metadata: { namespace = "", name } }: KubeObject): string =>
    `${apiVersion}/${kind} ${namespace}/${name}`;

/** What was seen of the routes of models since the watch began. */
export class ClosedGateways {
    /** Routes that answered without a key, each once; empty when none ever did. */
    readonly open = new Set<string>();
    /** The gateways that had a route of a model. */
    readonly seen = new Set<string>();
    private readonly objects = new Map<string, KubeObject>();
    private readonly stop: () => void;

    constructor(cluster: Cluster) {
        this.stop = cluster.subscribe([ROUTE, POLICY], ({ type, object }) => {
            if (type === "DELETED") {
                this.objects.delete(keyOf(object));
            } else {
                this.objects.set(keyOf(object), object);
            }
            this.look();
        });
    }

    close(): void {
        this.stop();
    }

    private look(): void {
        const of = (kind: string): KubeObject[] =>
            [...this.objects.values()].filter((one) => `${one.apiVersion}/${one.kind}` === kind);
        const policies = of(POLICY).filter(
            ({ metadata, status }) =>
                !metadata.deletionTimestamp &&
                (status?.conditions as { type: string; status: string }[] | undefined)?.some(
                    (one) => one.type === "Accepted" && one.status === "True",
                ),
        );
        // Routes of the MaaS API answer by themselves who may call.
        for (const { metadata, spec } of of(ROUTE).filter((route) => !route.metadata.name.startsWith("maas-api-route"))) {
            for (const parent of spec.parentRefs as { name: string; namespace?: string }[]) {
                this.seen.add(parent.name);
                const holds = policies.some(
                    (policy) =>
                        (policy.spec.targetRef.kind === "Gateway" &&
                            policy.spec.targetRef.name === parent.name &&
                            policy.metadata.namespace === parent.namespace) ||
                        (policy.spec.targetRef.kind === "HTTPRoute" &&
                            policy.spec.targetRef.name === metadata.name &&
                            policy.metadata.namespace === metadata.namespace),
                );
                if (!holds) {
                    this.open.add(`${metadata.name} on ${parent.name}`);
                }
            }
        }
    }
}
