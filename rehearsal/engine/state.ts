/** State of a stack, which the engine keeps between runs. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";

import type { ResourceOptions } from "../result";
import { Secret, secret, UNKNOWN, type Value, type Values } from "../values";

/** One resource as it was left by the last run. */
export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly custom: boolean;
    readonly parent?: string;
    /** The provider's id of it; absent for components. */
    readonly id?: string;
    /** Inputs as the provider has checked them. */
    readonly inputs: Values;
    readonly outputs: Values;
    /** URNs, explicit and through inputs; sorted. */
    readonly dependencies: readonly string[];
    /** URNs by the input that names them. */
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
    /** Its provider, as `<urn>::<id>`. */
    readonly provider?: string;
    readonly options: ResourceOptions;
    /** Why it did not become ready when it was last created or updated; the next run updates it again. */
    readonly pendingErrors?: readonly string[];
    /** Its object is gone, and the one that takes its place does not exist yet. */
    readonly pendingReplacement?: boolean;
    /** An old version that a replacement has left to be deleted. */
    readonly replaced?: boolean;
}

/** Everything of one stack; resources in the order in which they were first recorded. */
export interface StackState {
    readonly resources: readonly ResourceState[];
}

/** The state of a stack without resources. */
export const EMPTY_STATE: StackState = { resources: [] };

const SALT_BYTES = 16;

/**
 * A state as text, for a file.
 *
 * @param passphrase secrets are encrypted with a key made from it (scrypt, AES-256-GCM)
 */
export function stateToJson(state: StackState, passphrase: string): string {
    const salt = randomBytes(SALT_BYTES);
    const key = scryptSync(passphrase, salt, 32);
    const seal = (value: unknown): unknown => {
        if (value === UNKNOWN) {
            return { $unknown: true };
        }
        if (value instanceof Secret) {
            const iv = randomBytes(12);
            const cipher = createCipheriv("aes-256-gcm", key, iv);
            const text = Buffer.concat([cipher.update(JSON.stringify(seal(value.value)), "utf8"), cipher.final()]);
            return { $secret: Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64") };
        }
        return mapValue(value, seal);
    };
    const resources = state.resources.map((r) => ({ ...r, inputs: seal(r.inputs), outputs: seal(r.outputs) }));
    return JSON.stringify({ version: 1, salt: salt.toString("base64"), resources }, undefined, 2) + "\n";
}

/** Reads what {@link stateToJson} wrote. @throws Error when the text is something else, or the passphrase is wrong */
export function stateFromJson(text: string, passphrase: string): StackState {
    let file: { version?: unknown; salt?: unknown; resources?: unknown };
    try {
        file = JSON.parse(text) as typeof file;
    } catch (e) {
        throw new Error(`the state is not JSON: ${(e as Error).message}`);
    }
    if (file?.version !== 1 || typeof file.salt !== "string" || !Array.isArray(file.resources)) {
        throw new Error("the state was not written by a rehearsal of this version");
    }
    const key = scryptSync(passphrase, Buffer.from(file.salt, "base64"), 32);
    const open = (value: unknown): Value => {
        const mark = (typeof value === "object" && value !== null ? value : {}) as { $unknown?: unknown; $secret?: unknown };
        if (mark.$unknown === true) {
            return UNKNOWN;
        }
        if (typeof mark.$secret === "string") {
            const sealed = Buffer.from(mark.$secret, "base64");
            const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
            decipher.setAuthTag(sealed.subarray(12, 28));
            try {
                const clear = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8");
                return secret(open(JSON.parse(clear)));
            } catch {
                throw new Error("the passphrase does not fit the state");
            }
        }
        return mapValue(value, open) as Value;
    };
    return {
        resources: (file.resources as Sealed[]).map((r) => ({
            ...r,
            inputs: open(r.inputs) as Values,
            outputs: open(r.outputs) as Values,
        })),
    };
}

/** A resource as the file has it, its secrets encrypted. */
type Sealed = Omit<ResourceState, "inputs" | "outputs"> & { readonly inputs: unknown; readonly outputs: unknown };

function mapValue(value: unknown, f: (v: unknown) => unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(f);
    }
    if (typeof value === "object" && value !== null) {
        return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, f(v)]));
    }
    return value;
}
