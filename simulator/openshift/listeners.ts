import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import type { World } from "../world";

/** A listener of a Gateway. */
export interface Listener {
    readonly name: string;
    readonly port: number;
    readonly protocol: string;
    readonly hostname?: string;
    readonly tls?: { certificateRefs?: { name: string; namespace?: string }[] };
    readonly allowedRoutes?: {
        namespaces?: {
            from?: string;
            selector?: {
                matchLabels?: Record<string, string>;
                matchExpressions?: { key: string; operator: string; values?: string[] }[];
            };
        };
    };
}

/** Whether a listener lets routes of the route's namespace attach. */
export function admits(world: World, gateway: KubeObject, listener: Listener, route: KubeObject): boolean {
    const { from = "Same", selector } = listener.allowedRoutes?.namespaces ?? {};
    if (from === "All") {
        return true;
    }
    if (from === "Same") {
        return route.metadata.namespace === gateway.metadata.namespace;
    }
    const labels = world.get(K.Namespace, "", route.metadata.namespace!)?.metadata.labels ?? {};
    return (
        Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
        (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
            const value = labels[key];
            switch (operator) {
                case "In":
                    return value !== undefined && values.includes(value);
                case "NotIn":
                    return value === undefined || !values.includes(value);
                case "Exists":
                    return value !== undefined;
                default:
                    return value === undefined;
            }
        })
    );
}

export function parents(route: KubeObject): { namespace: string; name: string; sectionName?: string; ref: object }[] {
    const refs =
        (route.spec.parentRefs as { kind?: string; namespace?: string; name: string; sectionName?: string }[] | undefined) ?? [];
    return refs
        .filter((ref) => (ref.kind ?? "Gateway") === "Gateway")
        .map((ref) => ({
            namespace: ref.namespace ?? route.metadata.namespace!,
            name: ref.name,
            ...(ref.sectionName && { sectionName: ref.sectionName }),
            ref,
        }));
}
