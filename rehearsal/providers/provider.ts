/** The interface of providers in the stand-in for the engine; one implementation for each package. */
import type { Clock } from "../clock";
import type { Cluster } from "../cluster/cluster";
import { Secret, UNKNOWN, type Value, type Values } from "../values";
import type { Rejection } from "../result";

/** The services that all providers may use. */
export interface ProviderContext {
    /** Absent in a plan. */
    readonly cluster?: Cluster;
    readonly clock: Clock;
    /** True when nothing may be changed: a preview. */
    readonly dryRun: boolean;
    /** Reports what a resource waits for. */
    readonly status: (urn: string, message: string) => void;
    readonly warn: (urn: string, message: string) => void;
    /** Records an object that the cluster refused. */
    readonly reject: (rejection: Rejection) => void;
    /** Aborted when the run is ended from outside; waits give up. */
    readonly signal: AbortSignal;
}

/** The fields of a resource that every request has. */
export interface Subject {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** The inputs of its provider resource; empty for the default provider. */
    readonly config: Values;
    /** Id of the object that this one replaces. */
    readonly replaces?: string | undefined;
    /** Paths whose changes the program ignores: `spec.replicas`. */
    readonly ignoreChanges?: readonly string[];
}

/** The result of a create, update or read. */
export interface Done {
    readonly id: string;
    readonly outputs: Values;
    /** The condition that ended the wait; `accepted` without a wait. */
    readonly readyWhen: string;
    /** The inputs that are in force where an update was refused. Default: the new inputs. */
    readonly inputs?: Values;
    /** Why it exists but did not become ready. */
    readonly pendingErrors?: readonly string[];
}

/** The difference of new inputs from old ones. */
export interface Difference {
    readonly changed: boolean;
    /** Paths whose change needs a new object. */
    readonly replaces: readonly string[];
    /** True when the new object cannot exist beside the old one. */
    readonly deleteBeforeReplace: boolean;
}

/** Seconds that an operation may take; undefined: the provider's default. */
export type Timeout = number | undefined;

export interface Provider {
    /** Completes and checks inputs, as policies see them. @throws Error when they are wrong */
    check(subject: Subject, inputs: Values, old: Values | undefined): Values;
    diff(subject: Subject, id: string, olds: Values, news: Values): Difference;
    create(subject: Subject, inputs: Values, timeout: Timeout): Promise<Done>;
    update(subject: Subject, id: string, olds: Values, news: Values, timeout: Timeout): Promise<Done>;
    /** Resolves when the object has been deleted. */
    delete(subject: Subject, id: string, olds: Values, outputs: Values, timeout: Timeout): Promise<void>;
    /** Resolves to undefined when there is no such object. */
    read(subject: Subject, id: string, inputs: Values): Promise<Done | undefined>;
    invoke(token: string, args: Values, config: Values): Promise<Values>;
}

/** Paths at which two values differ: `.spec.replicas`, `.spec.list[2]`. */
export function changedPaths(a: Value | undefined, b: Value | undefined, path = ""): string[] {
    const left = a instanceof Secret ? a.value : a;
    const right = b instanceof Secret ? b.value : b;
    if (left === right && left !== UNKNOWN) {
        return [];
    }
    if (Array.isArray(left) && Array.isArray(right)) {
        return Array.from({ length: Math.max(left.length, right.length) }, (_, i) =>
            changedPaths(left[i], right[i], `${path}[${i}]`),
        ).flat();
    }
    if (isMap(left) && isMap(right)) {
        const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
        return keys.flatMap((key) => changedPaths(left[key], right[key], `${path}.${key}`));
    }
    return [path];
}

function isMap(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a changed path lies at or below `prefix`. */
export function touches(changed: string, prefix: string): boolean {
    return changed === prefix || changed.startsWith(`${prefix}.`) || changed.startsWith(`${prefix}[`);
}
