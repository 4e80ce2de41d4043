/** Functions that all components of this program share. */
import * as pulumi from "@pulumi/pulumi";

/**
 * The arguments of a component as its inputs, so that the state and `pulumi stack export` show what it was made from.
 *
 * Outputs stay as they are: a secret remains a secret. Resources, functions, Maps and class instances are left out, since they
 * connect parts of the program and describe nothing; a Set becomes a list.
 *
 * Give it no secret in plain: what it returns is stored.
 */
export function describedBy(args: object): pulumi.Inputs {
    return described(args) as pulumi.Inputs;
}

function described(value: unknown): unknown {
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
        return value;
    }
    if (typeof value !== "object" || pulumi.Resource.isInstance(value)) {
        return undefined;
    }
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
        return value;
    }
    if (Array.isArray(value) || value instanceof Set) {
        const elements = [...(value as Iterable<unknown>)];
        const kept = elements.map(described).filter((element) => element !== undefined);
        return kept.length === 0 && elements.length > 0 ? undefined : kept;
    }
    // A plain object: nothing stands above its prototype.
    if (Object.getPrototypeOf(Object.getPrototypeOf(value) ?? {}) !== null) {
        return undefined;
    }
    const entries = Object.entries(value);
    const kept = entries.map(([key, field]) => [key, described(field)] as const).filter(([, field]) => field !== undefined);
    return kept.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(kept);
}
