/** Resources as rules see them: what is known of each, and what comes before what. */
import type { PolicyResource } from "@pulumi/policy";

import { typeName } from "../catalogue/typeName";
import { type Known, known } from "./known";

/** A value whose shape nobody has checked: read it with optional chaining only. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Unchecked = any;

/** One resource. */
export interface Subject {
    /** Type token: `kubernetes:core/v1:Secret`. */
    readonly type: string;
    /** The last part of the type: `Secret`. Patches have the kind that they patch. */
    readonly kind: string;
    readonly urn: string;
    /** Name in the program. */
    readonly name: string;
    /** URN of its parent, where the engine told it. */
    readonly parent: string | undefined;
    /** Its properties, as far as they are known. */
    readonly value: Readonly<Record<string, Unchecked>>;
    /** The same with `[unknown]` where a value is unknown. */
    readonly marked: Readonly<Record<string, Unchecked>>;
    /** Whether the value at a path, or around it, is unknown. */
    unknownAt(path: readonly PropertyKey[]): boolean;
    /** Whether the value at a path, around it, or anywhere in it is unknown. */
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

    /** The resource of a URN of this stack. */
    at(urn: string): Subject {
        return this.byUrn.get(urn)!;
    }

    /** Whether `later` cannot be made before `earlier`: through dependencies, its own or an ancestor's. */
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

const stacks = new WeakMap<readonly PolicyResource[], Stack>();

/** The stack of these resources; the rules of one run share it. */
export function stackOf(resources: readonly PolicyResource[]): Stack {
    let stack = stacks.get(resources);
    if (stack === undefined) {
        stack = new Stack(resources);
        stacks.set(resources, stack);
    }
    return stack;
}

const readings = new WeakMap<object, Known>();

/** What is known of some properties; read once for all rules that are given the same object. */
function knownOf(properties: PolicyResource["props"]): Known {
    let reading = readings.get(properties);
    if (reading === undefined) {
        reading = known(properties);
        readings.set(properties, reading);
    }
    return reading;
}

/** Reads one resource; its properties only when somebody looks at them. */
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

/** The kind of a type token: `Gateway` of `kubernetes:gateway.networking.k8s.io/v1:Gateway`; patches have that of what they patch. */
export function kindOf(type: string): string {
    return typeName(type).replace(/Patch$/, "");
}

/** Name and namespace of an object; `certain` unless one of them is not known yet. */
export interface Identity {
    readonly name: string | undefined;
    readonly namespace: string | undefined;
    readonly certain: boolean;
    /** Whether it is the object of that name and namespace, or may be. */
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

/** How a message names an object: `Secret openshift-ingress/certs`. */
export function described(subject: Subject): string {
    const { name = subject.name, namespace } = (subject.value["metadata"] ?? {}) as { name?: string; namespace?: string };
    return `${subject.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
