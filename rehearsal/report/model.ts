import { typeName } from "../../catalogue/typeName";
import type { Plan, PlannedResource } from "../result";
import { isLayer, layerColour } from "./palette";
import { placeFinder, STACK } from "./places";

/** A resource with what the report needs to know about its surroundings. */
export interface Item {
    /** Position among the items of the model. */
    readonly index: number;
    readonly resource: PlannedResource;
    /** Last part of the type token: `Namespace`, `ServicePatch`. */
    readonly kind: string;
    /** The object's own name, where its inputs say it, else the Pulumi name. */
    readonly label: string;
    readonly namespace: string | undefined;
    /** The layer of the platform that it belongs to. */
    readonly group: Group;
    /** The innermost component around it; itself when it has none inside its layer. */
    readonly unit: Unit;
    /** Items that must be ready before this one; components are replaced by what is in them. Ascending. */
    readonly needs: readonly number[];
    /** The same without those that another one already implies. */
    readonly needsDirectly: readonly number[];
}

/** A layer of the platform, with everything in it. */
export interface Group {
    readonly index: number;
    readonly name: string;
    /** Number of its colour, the same in every report. */
    readonly colour: number;
    readonly items: readonly Item[];
}

/** A component that holds resources itself. */
export interface Unit {
    readonly index: number;
    readonly urn: string;
    readonly name: string;
    readonly kind: string;
    readonly group: Group;
    readonly items: readonly Item[];
}

/** A node of the resource tree, components and providers included. */
export interface TreeNode {
    readonly resource: PlannedResource;
    readonly kind: string;
    readonly label: string;
    readonly children: readonly TreeNode[];
    /** The number of resources in it, components left out. */
    readonly size: number;
}

/** A plan as the report looks at it. */
export interface Model {
    readonly groups: readonly Group[];
    readonly units: readonly Unit[];
    /** Everything that exists outside the state: no components, no providers, no stack. In the order of the plan. */
    readonly items: readonly Item[];
    readonly tree: readonly TreeNode[];
    item(urn: string): Item | undefined;
    /** The title of a URN, also of one that is no item: `Namespace maas`. */
    title(urn: string): string;
}

type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** Whether a resource is the stack itself, a provider or a component: something that has no object outside the state. */
export function isInternal(resource: PlannedResource): boolean {
    return !resource.options.custom || resource.type.startsWith("pulumi:");
}

/** Builds the view of a plan; tolerates unknown parents and dependencies, and cycles, which are left out of `needs`. */
export function modelOf(plan: Plan): Model {
    const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const childrenOf = new Map<string | undefined, PlannedResource[]>();
    for (const resource of plan.resources) {
        const parent = resource.parent !== undefined && byUrn.has(resource.parent) ? resource.parent : undefined;
        childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), resource]);
    }
    const placeOf = placeFinder(byUrn, childrenOf);

    const groups = new Map<string, Open<Group>>();
    const units = new Map<string, Open<Unit>>();
    const items: Open<Item>[] = [];
    for (const resource of plan.resources) {
        if (isInternal(resource)) {
            continue;
        }
        const { layer, component } = placeOf(resource);
        const group = obtain(groups, layer, (index) => ({ index, name: layer, colour: 0, items: [] }));
        const unit = obtain(units, component?.urn ?? resource.urn, (index) => ({
            index,
            urn: component?.urn ?? resource.urn,
            name: component?.name ?? objectName(resource),
            kind: typeName(component?.type ?? resource.type),
            group,
            items: [],
        }));
        const item: Open<Item> = {
            index: items.length,
            resource,
            kind: typeName(resource.type),
            label: objectName(resource),
            namespace: text(metadata(resource)?.["namespace"]),
            group,
            unit,
            needs: [],
            needsDirectly: [],
        };
        items.push(item);
        group.items.push(item);
        unit.items.push(item);
    }

    const itemOf = new Map(items.map((item) => [item.resource.urn, item]));
    const inside = new Map<string, readonly number[]>();
    const contents = (urn: string): readonly number[] => {
        const own = itemOf.get(urn);
        let found = inside.get(urn);
        if (found === undefined) {
            inside.set(urn, []);
            found = own ? [own.index] : (childrenOf.get(urn) ?? []).flatMap((child) => contents(child.urn));
            inside.set(urn, found);
        }
        return found;
    };
    // A resource is registered after its parent, and its provider before it: it also waits for what these wait for.
    const inherited = (resource: PlannedResource | undefined, depth = 0): readonly string[] =>
        resource === undefined || depth > 100
            ? []
            : [
                  ...resource.dependencies,
                  ...(byUrn.get(resource.options.provider ?? "")?.dependencies ?? []),
                  ...inherited(resource.parent === undefined ? undefined : byUrn.get(resource.parent), depth + 1),
              ];
    for (const item of items) {
        const needs = new Set(
            inherited(item.resource)
                .filter((urn) => byUrn.get(urn)?.type !== STACK)
                .flatMap(contents),
        );
        needs.delete(item.index);
        item.needs = [...needs].sort((x, y) => x - y);
    }
    reduce(items);
    const ordered = inOrderOfDepth([...groups.values()]);

    const title = (urn: string): string => {
        const item = itemOf.get(urn);
        if (item) {
            return `${item.kind} ${item.label}`;
        }
        const resource = byUrn.get(urn);
        return resource ? `${typeName(resource.type)} ${resource.name}` : urn.slice(urn.lastIndexOf("::") + 2);
    };
    return {
        groups: ordered,
        units: [...units.values()],
        items,
        tree: treeOf(childrenOf, undefined),
        item: (urn) => itemOf.get(urn),
        title,
    };
}

function obtain<T>(map: Map<string, T>, key: string, make: (index: number) => T): T {
    const found = map.get(key) ?? make(map.size);
    map.set(key, found);
    return found;
}

/** Takes out dependencies that close a cycle, then finds those that no other one implies. */
function reduce(items: Open<Item>[]): void {
    const order: number[] = [];
    const state = new Uint8Array(items.length);
    const visit = (index: number): void => {
        state[index] = 1;
        const item = items[index]!;
        item.needs = item.needs.filter((need) => {
            if (state[need] === 0) {
                visit(need);
            }
            return state[need] === 2;
        });
        state[index] = 2;
        order.push(index);
    };
    for (const item of items) {
        if (state[item.index] === 0) {
            visit(item.index);
        }
    }
    const reaches = items.map(() => new Set<number>());
    for (const index of order) {
        const item = items[index]!;
        const implied = new Set(item.needs.flatMap((need) => [...reaches[need]!]));
        item.needsDirectly = item.needs.filter((need) => !implied.has(need));
        reaches[index] = new Set([...implied, ...item.needs]);
    }
}

/** Layers in the order in which they come up: by how many steps their resources are from the beginning, on average. */
function inOrderOfDepth(groups: Open<Group>[]): Group[] {
    const depths = new Map<Item, number>();
    const items = groups.flatMap((group) => group.items).sort((a, b) => a.index - b.index);
    const depth = (item: Item): number => {
        let found = depths.get(item);
        if (found === undefined) {
            found = item.needsDirectly.reduce((most, need) => Math.max(most, depth(items[need]!) + 1), 0);
            depths.set(item, found);
        }
        return found;
    };
    const mean = new Map(
        groups.map((group) => [group, group.items.reduce((sum, item) => sum + depth(item), 0) / group.items.length]),
    );
    groups.sort((a, b) => mean.get(a)! - mean.get(b)! || (a.name < b.name ? -1 : 1));
    let others = 0;
    groups.forEach((group, i) => {
        group.index = i;
        group.colour = layerColour(group.name, others);
        others += isLayer(group.name) ? 0 : 1;
    });
    return groups;
}

function treeOf(childrenOf: ReadonlyMap<string | undefined, readonly PlannedResource[]>, urn: string | undefined): TreeNode[] {
    return (childrenOf.get(urn) ?? []).map((resource) => {
        const children = treeOf(childrenOf, resource.urn);
        return {
            resource,
            kind: typeName(resource.type),
            label: isInternal(resource) ? resource.name : objectName(resource),
            children,
            size: children.reduce((sum, child) => sum + child.size, isInternal(resource) ? 0 : 1),
        };
    });
}

function metadata(resource: PlannedResource): Record<string, unknown> | undefined {
    const value = resource.inputs["metadata"];
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function objectName(resource: PlannedResource): string {
    return text(metadata(resource)?.["name"]) ?? resource.name;
}

function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" && value !== "[unknown]" && value !== "[secret]" ? value : undefined;
}
