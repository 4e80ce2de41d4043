import type { PlannedResource } from "../result";

interface PlaceInPlatform {
    readonly layer: string;
    /** Absent when the resource is in no component but that of its layer. */
    readonly component: PlannedResource | undefined;
}

/**
 * Finds the layer and the component of a resource. Components beneath the platform (the one component that holds
 * everything, if there is one) belong to the layer that their type token names: `maas:serving:ModelService` to
 * `serving`. Those whose type names none are layers themselves.
 */
export function placeFinder(
    byUrn: ReadonlyMap<string, PlannedResource>,
    childrenOf: ReadonlyMap<string | undefined, readonly PlannedResource[]>,
): (resource: PlannedResource) => PlaceInPlatform {
    const components = (urn: string | undefined): PlannedResource[] =>
        (childrenOf.get(urn) ?? []).filter((child) => !child.options.custom);
    const holders = new Set<string>();
    let tops = components(undefined);
    while (tops.length === 1 && components(tops[0]!.urn).length > 0) {
        holders.add(tops[0]!.urn);
        tops = components(tops[0]!.urn);
    }
    const layerOf = (top: PlannedResource): string => {
        const [, module] = top.type.split(":");
        return module === undefined || module === "" || module === "index" ? top.name : module;
    };
    const population = new Map<string, number>();
    for (const top of tops) {
        population.set(layerOf(top), (population.get(layerOf(top)) ?? 0) + 1);
    }
    return (resource) => {
        const around: PlannedResource[] = [];
        for (
            let parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent);
            parent !== undefined && around.length < 100;
            parent = parent.parent === undefined ? undefined : byUrn.get(parent.parent)
        ) {
            around.push(parent);
        }
        const inside = around.filter((parent) => !parent.options.custom && !holders.has(parent.urn) && parent.type !== STACK);
        const [innermost, top] = [inside[0], inside[inside.length - 1]];
        if (innermost === undefined || top === undefined) {
            return {
                layer: around.find((parent) => holders.has(parent.urn) && parent.type !== STACK)?.name ?? "stack",
                component: undefined,
            };
        }
        const layer = layerOf(top);
        return { layer, component: innermost === top && population.get(layer) === 1 ? undefined : innermost };
    };
}

export const STACK = "pulumi:pulumi:Stack";
