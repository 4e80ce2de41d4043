/** The operands that are data, and how a row speaks of the object that it is applied to. */
import type { KubeObject } from "../rehearsal/cluster/cluster";
import { isMap } from "../rehearsal/cluster/json";
import data from "./data/operands.json";
import type { DurationName } from "./durations";
import type { ConditionSpec } from "./world";

type StatusData = Readonly<Record<string, unknown>> & {
    readonly conditions?: Readonly<Record<string, readonly [ConditionSpec["status"], string, string]>>;
};

/** An object that must exist before an operand becomes ready. A name that the object does not state asks for nothing. */
export interface Requirement {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name: string;
    /** The condition that must be True. */
    readonly condition?: string;
    /** An operator that must run instead of an object. */
    readonly operator?: string;
}

/** A row of simulator/data/operands.json. */
export interface Operand {
    readonly kind: string;
    readonly operator?: string;
    readonly stage?: string;
    readonly seconds: DurationName;
    readonly auto?: readonly { readonly name: string; readonly spec: object }[];
    readonly requires?: readonly Requirement[];
    readonly namespaces?: readonly string[];
    readonly deployments?: readonly { readonly namespace: string; readonly names: readonly string[] }[];
    readonly finalizer?: string;
    readonly tlsSecret?: string;
    /** Writes the Secret of an ExternalSecret, of a CredentialsRequest, or of a database. */
    readonly externalSecret?: boolean;
    readonly credentials?: boolean;
    readonly database?: boolean;
    /** Routes that the operand makes in its namespace; each has its name as host in the cluster's domain. */
    readonly routes?: readonly string[];
    /** A store that is a Vault: the network policy of the controllers must let them reach it. */
    readonly vault?: boolean;
    readonly unmet?: StatusData;
    readonly ready: StatusData;
}

/** The rows of simulator/data/operands.json. */
export const operands = data.operands as unknown as readonly Operand[];

/** Replaces `${path}` by what the object states there; undefined when it states nothing. */
export function resolved(text: string, object: KubeObject): string | undefined {
    let missing = false;
    const result = text.replace(/\$\{([^}]+)\}/g, (_, path: string) => {
        const start: unknown = path === "name" || path === "namespace" ? object.metadata : object;
        const value = path
            .split(".")
            .reduce<unknown>(
                (at, key) => (isMap(at) || Array.isArray(at) ? (at as Record<string, unknown>)[key] : undefined),
                start,
            );
        missing ||= value === undefined;
        return String(value ?? "");
    });
    return missing ? undefined : result;
}

/** The status that a row gives to an object. */
export function statusOf({ conditions, ...rest }: StatusData, object: KubeObject): Record<string, unknown> {
    const fields = Object.entries(rest).map(([name, value]) => [
        name,
        typeof value === "string" ? (resolved(value, object) ?? value) : value,
    ]);
    return {
        ...Object.fromEntries(fields),
        ...(conditions && {
            conditions: Object.entries(conditions).map(([type, [status, reason, message]]) => ({
                type,
                status,
                reason,
                message: resolved(message, object) ?? message,
            })),
        }),
    };
}
