/**
 * Changes Envoy's configuration by an EnvoyFilter, as Istio does for a gateway. Source:
 * istio/istio@1.27.8:pilot/pkg/networking/core/envoyfilter/listener_patch.go, istio/istio@1.27.8:pilot/pkg/networking/util/util.go
 * (MergeAnyWithAny): two configurations of the same type are merged as protobuf merges messages.
 */
type Message = { [field: string]: unknown };

/** The parts of a gateway's configuration that patches change: the HTTP connection manager, and the clusters beside Istio's own. */
export interface Patched {
    readonly manager: Message & { http_filters: Message[] };
    readonly clusters: readonly Message[];
}

interface Patch {
    readonly applyTo: string;
    readonly patch: { readonly operation: string; readonly value: object };
}

/** @throws on an operation that no patch of this program uses */
export function patched(manager: Patched["manager"], patches: readonly Patch[]): Patched {
    // Istio applies network filters before HTTP filters, whatever their order in the EnvoyFilter.
    const of = (applyTo: string, operation: string): Message[] =>
        patches
            .filter((one) => one.applyTo === applyTo && one.patch.operation === operation)
            .map(({ patch }) => structuredClone(patch.value) as Message);
    const [clusters, merges, filters] = [of("CLUSTER", "ADD"), of("NETWORK_FILTER", "MERGE"), of("HTTP_FILTER", "INSERT_FIRST")];
    if (clusters.length + merges.length + filters.length !== patches.length) {
        throw new Error("an operation that is not played here");
    }
    const merged = merges.reduce<Message>((all, { typed_config }) => merge(all, typed_config as Message), manager);
    return {
        manager: { ...merged, http_filters: [...filters.reverse(), ...(merged["http_filters"] as Message[])] },
        clusters,
    };
}

/** Scalars are replaced, messages merged field by field, lists joined; a nested `Any` is replaced as a whole. */
function merge(into: Message, from: Message): Message {
    const all = { ...into };
    for (const [field, value] of Object.entries(from)) {
        const known = all[field];
        all[field] =
            Array.isArray(known) && Array.isArray(value)
                ? [...(known as unknown[]), ...(value as unknown[])]
                : isMessage(known) && isMessage(value) && (field !== "typed_config" || known["@type"] === undefined)
                  ? merge(known, value)
                  : value;
    }
    return all;
}

function isMessage(value: unknown): value is Message {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
