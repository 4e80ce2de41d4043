/** Resources as rules read them: their known properties and their dependencies. */
import type { PolicyResource } from "@pulumi/policy";

import { typeName } from "../catalogue/typeName";
import { type Known, known } from "./known";

/** A value of unchecked shape: read it only with optional chaining. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Unchecked = any;

/** One resource. */
export interface Subject {
    /** Type token: `kubernetes:core/v1:Secret`. */
    readonly type: string;
    /** The last part of the type: `Secret`. A patch has the kind of the object that it patches. */
    readonly kind: string;
    readonly urn: string;
    /** Name of the resource in the program. */
    readonly name: string;
    /** URN of its parent, if the engine sent it. */
    readonly parent: string | undefined;
    /** Its known properties. */
    readonly value: Readonly<Record<string, Unchecked>>;
    /** The same with `[unknown]` for unknown values. */
    readonly marked: Readonly<Record<string, Unchecked>>;
    /** Whether the value at a path, or a value that contains it, is unknown. */
    unknownAt(path: readonly PropertyKey[]): boolean;
    /** Whether the value at a path, a value that contains it, or a value inside it is unknown. */
    unknownIn(path: readonly PropertyKey[]): boolean;
}

/** All resources of a stack. */
export class Stack {
    private readonly subjects: readonly Subject[];
    private readonly byKind = new Map<string, Subject[]>();
    private readonly byUrn: ReadonlyMap<string, Subject>;
    private readonly resources = new Map<string, PolicyResource>();
    private readonly before = new Map<string, ReadonlySet<string>>();

    constructor(resources: readonly PolicyResource[]) {
        this.subjects = resources.map((resource) => subjectOf(resource));
        this.byUrn = new Map(this.subjects.map((subject) => [subject.urn, subject]));
        for (const subject of this.subjects) {
            const alike = this.byKind.get(subject.kind);
            if (alike === undefined) {
                this.byKind.set(subject.kind, [subject]);
            } else {
                alike.push(subject);
            }
        }
        resources.forEach((resource) => this.resources.set(resource.urn, resource));
    }

    get all(): readonly Subject[] {
        return this.subjects;
    }

    /** Objects of a kind, whatever their API group. */
    of(kind: string): readonly Subject[] {
        return this.byKind.get(kind) ?? [];
    }

    /** The resource of this stack with a URN. */
    at(urn: string): Subject {
        return this.byUrn.get(urn)!;
    }

    /** Whether `later` depends on `earlier`, directly or not, through its own dependencies or those of an ancestor. */
    waitsFor(later: Subject, earlier: Subject): boolean {
        return this.allBefore(later.urn).has(earlier.urn);
    }

    private allBefore(urn: string): ReadonlySet<string> {
        const known = this.before.get(urn);
        if (known !== undefined) {
            return known;
        }
        const all = new Set<string>();
        const queue = [this.resources.get(urn)];
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
            for (const earlier of [...next.dependencies, ...(next.parent ? [next.parent] : [])]) {
                if (!all.has(earlier.urn)) {
                    all.add(earlier.urn);
                    queue.push(earlier);
                }
            }
        }
        this.before.set(urn, all);
        return all;
    }
}

/** The last stack, by the properties of its first resource: they go when a pack has ended. */
const stacks = new WeakMap<object, { readonly resources: readonly PolicyResource[]; readonly stack: Stack }>();

/**
 * The stack of these resources. All rules of a run share it, with its closures of dependencies: the SDK makes each rule a list
 * of its own, but properties that it has decoded once are the same object in each (shareDecoding.ts).
 */
export function stackOf(resources: readonly PolicyResource[]): Stack {
    const [first] = resources;
    const known = first && stacks.get(first.props);
    if (known?.resources.length === resources.length && known.resources.every((one, i) => isSame(one, resources[i]!))) {
        return known.stack;
    }
    const stack = new Stack(resources);
    if (first !== undefined) {
        stacks.set(first.props, { resources, stack });
    }
    return stack;
}

/** Whether two resources have the same decoded properties, name the same parent and wait for the same resources. */
function isSame(a: PolicyResource, b: PolicyResource): boolean {
    return (
        a.props === b.props &&
        a.urn === b.urn &&
        a.parent?.urn === b.parent?.urn &&
        a.dependencies.length === b.dependencies.length &&
        a.dependencies.every(({ urn }, i) => urn === b.dependencies[i]!.urn)
    );
}

const readings = new WeakMap<object, Known>();

/** The known part of properties; computed once for all rules that get the same object. */
function knownOf(properties: PolicyResource["props"]): Known {
    let reading = readings.get(properties);
    if (reading === undefined) {
        reading = known(properties);
        readings.set(properties, reading);
    }
    return reading;
}

/** Reads one resource; its properties are decoded only when a rule reads them. */
export function subjectOf(
    resource: Pick<PolicyResource, "type" | "urn" | "name" | "props"> & Partial<Pick<PolicyResource, "opts">>,
): Subject {
    const properties = (): Known => knownOf(resource.props);
    return {
        type: resource.type,
        kind: kindOf(resource.type),
        urn: resource.urn,
        name: resource.name,
        parent: resource.opts?.parent,
        get value() {
            return properties().value;
        },
        get marked() {
            return properties().marked;
        },
        unknownAt: (path) => properties().unknownAt(path),
        unknownIn: (path) => properties().unknownIn(path),
    };
}

/** The kind in a type token, without the suffix of patches: `Gateway` of `kubernetes:gateway.networking.k8s.io/v1:Gateway`. */
export function kindOf(type: string): string {
    return typeName(type).replace(/Patch$/, "");
}

/** Name and namespace of an object; `certain` if both are known. */
export interface Identity {
    readonly name: string | undefined;
    readonly namespace: string | undefined;
    readonly certain: boolean;
    /** Whether the object has that name and namespace, or may have them because they are not known yet. */
    mayBe(name: string | undefined, namespace: string | undefined): boolean;
}

/** Name and namespace of an object. */
export function identityOf(subject: Subject): Identity {
    const { name, namespace } = (subject.value["metadata"] ?? {}) as { name?: string; namespace?: string };
    const [anyName, anyNamespace] = ["name", "namespace"].map((key) => subject.unknownAt(["metadata", key]));
    return {
        name,
        namespace,
        certain: anyName === false && anyNamespace === false,
        mayBe: (n, ns) => (anyName === true || n === name) && (anyNamespace === true || ns === namespace),
    };
}

/** The name of an object in a message: `Secret openshift-ingress/certs`. */
export function described(subject: Subject): string {
    const { name = subject.name, namespace } = (subject.value["metadata"] ?? {}) as { name?: string; namespace?: string };
    return `${subject.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
