/** The desired state of a resource, from the request of the program. */
import type { ResourceOptions } from "../result";
import type { Values } from "../values";

export interface Goal {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly custom: boolean;
    readonly parent?: string;
    readonly inputs: Values;
    /** URNs of explicit dependencies and of those through inputs; sorted. */
    readonly dependencies: readonly string[];
    /** URNs by the input that names them. */
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    /** `<urn>::<id>`; absent: the default provider. */
    readonly provider?: string;
    readonly options: ResourceOptions;
    /** In seconds. */
    readonly timeouts: Timeouts;
    /** Former URNs of the resource. */
    readonly aliases: readonly string[];
}

export interface Timeouts {
    readonly create?: number;
    readonly update?: number;
    readonly delete?: number;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** A duration as Go writes it (`1h30m`, `90s`), in seconds. @throws Error when it is none */
export function parseDuration(text: string): number {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
    if (parts.length === 0 || parts.map((p) => p[0]).join("") !== text) {
        throw new Error(`unable to parse customTimeout Value ${text}`);
    }
    return parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
}
