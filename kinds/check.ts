import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import type { KindDefinition } from "./definition";
import { expectationOf } from "./issueWords";
import { lazy } from "../catalogue/lazy";

const pulumiSdk = lazy(() => require("@pulumi/pulumi") as typeof import("@pulumi/pulumi"));

// A plan checks most schemas once or twice: to compile each of them first, as zod does, takes longer than that.
z.config({ jitless: true });

/** One way in which an object breaks the schema of its kind. */
export interface Problem {
    /** JSON path inside the object: `spec.limits.free.rates[0].window`. */
    readonly path: string;
    /** The problem, and the expected value. */
    readonly message: string;
}

/** `["spec", "rates", 0]` as `spec.rates[0]`. */
export function jsonPathOf(path: readonly PropertyKey[]): string {
    return path.map((p, i) => (typeof p === "number" ? `[${p}]` : i === 0 ? String(p) : `.${String(p)}`)).join("");
}

/**
 * Compares an object with the schema of its kind.
 *
 * @param object the whole object; apiVersion, kind, metadata and status are left to the API server
 * @param unknownPath tells whether the value at a path is not known yet (a preview): nothing is said of those
 * @returns all problems, in the order of the schema; empty when there are none
 */
export function problemsOf(
    definition: KindDefinition,
    object: Readonly<Record<string, unknown>>,
    unknownPath: (path: readonly PropertyKey[]) => boolean = () => false,
): Problem[] {
    const { apiVersion: _, kind: __, metadata, status: ___, ...body } = object;
    const problems = issues(definition.body, body)
        .filter((issue) => !unknownPath(issue.path))
        .map(({ path, message }) => ({ path: jsonPathOf(path), message }));
    const name = (metadata as { name?: unknown } | undefined)?.name;
    if (definition.names && typeof name === "string" && !definition.names.includes(name)) {
        problems.push({
            path: "metadata.name",
            message: `${JSON.stringify(name)} is not served: the product expects ${definition.names.join(" or ")}`,
        });
    }
    return problems;
}

function issues(schema: z.ZodObject, body: unknown): { path: PropertyKey[]; message: string }[] {
    const result = schema.safeParse(body);
    if (result.success) {
        return [];
    }
    return result.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
            ? issue.keys.map((key) => ({ path: [...issue.path, key], message: "no such field" }))
            : [{ path: [...issue.path], message: expectationOf(issue) }],
    );
}

/** Refuses a body that breaks the schema of its kind, with all problems and their JSON paths. */
export class SpecError extends Error {
    constructor(definition: KindDefinition, name: string, problems: readonly Problem[]) {
        super(
            `${definition.kind} ${name} (${definition.apiVersion}) breaks its schema and was not sent:\n` +
                problems.map((p) => `  ${p.path}: ${p.message}`).join("\n"),
        );
        this.name = "SpecError";
    }
}

/** A body that is to be sent, and what must have resolved before. */
export interface Checked {
    readonly body: Record<string, unknown>;
    /** Rejects with a {@link SpecError}; undefined when the body was judged already. */
    readonly judged?: pulumi.Output<void>;
}

/**
 * Judges a body against the schema of its kind.
 *
 * A body without outputs is judged at once, so that the error carries the stack of the constructor. In a deployment each
 * top-level field resolves only after the whole was found to follow the schema. In a preview the body stays as it is, so that
 * one value that is unknown hides no other from the diff and from policies, and what is known of it is judged.
 */
export function checked(definition: KindDefinition, name: string, body: Readonly<Record<string, unknown>>): Checked {
    const sdk = pulumiSdk();
    const judge = (resolved: Record<string, unknown>, unknownPath?: (path: readonly PropertyKey[]) => boolean): void => {
        const problems = problemsOf(definition, resolved, unknownPath);
        if (problems.length > 0) {
            throw new SpecError(definition, name, problems);
        }
    };
    const containsOutput = (value: unknown): boolean =>
        sdk.Output.isInstance(value) ||
        value instanceof Promise ||
        (typeof value === "object" && value !== null && Object.values(value).some(containsOutput));
    if (!containsOutput(body)) {
        judge(body as Record<string, unknown>);
        return { body: { ...body } };
    }
    if (sdk.runtime.isDryRun()) {
        const judged = sdk.runtime.serializeProperties(`${definition.kind} ${name}`, body).then((serialized) => {
            const { value, isUnknown } = known(serialized, sdk);
            judge(value, isUnknown);
        });
        // An output, whose failure the SDK reports even where nobody reads it.
        return { body: { ...body }, judged: sdk.output(judged) };
    }
    const whole = sdk.output(body).apply((resolved) => {
        judge(resolved as Record<string, unknown>);
        return resolved as Record<string, unknown>;
    });
    return { body: Object.fromEntries(Object.keys(body).map((key) => [key, whole.apply((w) => w[key])])) };
}

/** The known values of serialized properties, and the paths and parts that are unknown. */
function known(
    serialized: Readonly<Record<string, unknown>>,
    { runtime }: typeof import("@pulumi/pulumi"),
): { value: Record<string, unknown>; isUnknown: (path: readonly PropertyKey[]) => boolean } {
    const unknown: string[] = [];
    const copy = (value: unknown, path: readonly PropertyKey[]): unknown => {
        if (value === runtime.unknownValue) {
            unknown.push(jsonPathOf(path));
            return undefined;
        }
        if (Array.isArray(value)) {
            return value.map((item, i) => copy(item, [...path, i]));
        }
        if (typeof value !== "object" || value === null) {
            return value;
        }
        const fields = value as Record<string, unknown>;
        return fields[runtime.specialSigKey] === runtime.specialSecretSig
            ? copy(fields["value"], path)
            : Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, copy(item, [...path, key])]));
    };
    return {
        value: copy(serialized, []) as Record<string, unknown>,
        // A rule over several fields stands at the path above them: it cannot hold where one of them is missing.
        isUnknown: (path) => {
            const at = jsonPathOf(path);
            return unknown.some((u) => u === at || within(u, at) || within(at, u));
        },
    };
}

/** Whether a path leads into what another names. */
function within(path: string, outer: string): boolean {
    return outer === "" || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
