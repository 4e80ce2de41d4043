/** The form of the files that `maas plan --json` and `maas rehearse --json` write, stated once as zod schemas. */
import { z } from "zod";

import type { Plan, Rehearsal } from "../result";

const urn = z.string().startsWith("urn:pulumi:").describe("Pulumi URN");
const record = z.record(z.string(), z.unknown());
const seconds = z.number().nonnegative();

const options = z
    .strictObject({
        custom: z.boolean().describe("false for components, which exist in the state only"),
        provider: z.string().exactOptional(),
        protect: z.boolean().exactOptional(),
        deleteBeforeReplace: z.boolean().exactOptional(),
        retainOnDelete: z.boolean().exactOptional(),
        deletedWith: z.string().exactOptional(),
        ignoreChanges: z.array(z.string()).exactOptional(),
        replaceOnChanges: z.array(z.string()).exactOptional(),
        additionalSecretOutputs: z.array(z.string()).exactOptional(),
        aliases: z.array(z.string()).exactOptional(),
        customTimeouts: z
            .strictObject({
                create: z.string().exactOptional(),
                update: z.string().exactOptional(),
                delete: z.string().exactOptional(),
            })
            .exactOptional(),
        hooks: z.record(z.string(), z.array(z.string())).describe("names of the hooks by event").exactOptional(),
        reads: z.string().describe("id of an object that exists already and is read, not created").exactOptional(),
        import: z.string().describe("id of an object that is adopted").exactOptional(),
    })
    .describe("the resource options that were not left at their defaults");

const resource = z
    .strictObject({
        urn,
        type: z.string().describe("type token, such as kubernetes:core/v1:Namespace"),
        name: z.string(),
        parent: urn.describe("URN of the parent; absent for the stack itself").exactOptional(),
        inputs: record.describe("inputs as sent; secrets are [secret], what is unknown before the deployment is [unknown]"),
        dependencies: z
            .array(urn)
            .describe("URNs that must be ready before this one, named explicitly or through inputs; sorted"),
        options,
    })
    .describe("a resource that the program registers");

const level = z.enum(["advisory", "mandatory", "remediate", "disabled"]);
const about = {
    rule: z.string(),
    urn: urn.describe("absent when the finding is about the whole stack").exactOptional(),
    message: z.string(),
    setting: z.string().describe("path in the stack file, from maas:settings on, of the setting that caused it").exactOptional(),
};

const finding = z
    .strictObject({ ...about, level: level.describe("remediate: the pack has corrected the resource") })
    .describe("what a rule of the policy pack says of a resource");

const waived = z
    .strictObject({
        ...about,
        waiver: z.strictObject({
            owner: z.string(),
            until: z.string().describe("the last day on which it holds: 2026-12-31"),
            reason: z.string(),
        }),
    })
    .describe("a finding that somebody answers for");

const rule = z
    .strictObject({
        name: z.string(),
        title: z.string().describe("what holds when the rule does"),
        why: z.string().describe("what happens otherwise"),
        remedy: z.string().describe("what to change"),
        severity: z.enum(["low", "medium", "high", "critical"]),
        level: level.describe("how strictly it was taken"),
    })
    .describe("a rule that was checked");

const diagnostic = z
    .strictObject({
        severity: z.enum(["debug", "info", "warning", "error"]),
        message: z.string(),
        urn: z.string().exactOptional(),
    })
    .describe("what the program or the engine logged");

const planShape = {
    stack: z.string(),
    resources: z.array(resource),
    outputs: record.describe("stack outputs; secrets are [secret]"),
    policy: z.array(finding),
    waived: z.array(waived).describe("absent when there are none").exactOptional(),
    rules: z
        .array(rule)
        .describe("as the pack lists them; absent without a pack, and where the engine does not tell them")
        .exactOptional(),
    diagnostics: z.array(diagnostic),
};

/** The file of `maas plan --json`; the same form as {@link Plan}. */
export const planSchema = z.strictObject(planShape).describe("What `pulumi up` would do to this stack, found without a cluster");

/** The file of `maas rehearse --json`; the same form as {@link Rehearsal}. */
export const rehearsalSchema = z
    .strictObject({
        ...planShape,
        cluster: z.enum(["memory", "api-server"]),
        engine: z.enum(["stand-in", "pulumi"]),
        operations: z
            .array(z.strictObject({ urn, operation: z.string().describe("create, update, replace, delete, same or read") }))
            .describe("what was done"),
        timeline: z
            .array(
                z.strictObject({
                    urn,
                    start: seconds.describe("seconds of the rehearsed bring-up"),
                    end: seconds.describe("seconds of the rehearsed bring-up"),
                    readyWhen: z
                        .string()
                        .describe(
                            "what ended the wait; `accepted` when the object has no gate, `never: it failed` when it failed",
                        ),
                }),
            )
            .describe("in the order of start, then URN"),
        criticalPath: z.array(urn).describe("from a root to the last resource that became ready: each waited for the one before"),
        totalSeconds: seconds,
        rejected: z
            .array(z.strictObject({ urn: z.string(), object: z.string(), reason: z.string(), message: z.string() }))
            .describe("objects that the cluster refused"),
        succeeded: z.boolean().describe("true when every resource of the plan became ready"),
        ranProgram: z
            .boolean()
            .optional()
            .describe("of a destroy: whether the program ran for its delete hooks, as pulumi destroy --run-program has it"),
    })
    .describe("A rehearsed bring-up of this stack: no cloud and no cluster were touched");

type Immutable<T> = T extends (...args: never[]) => unknown
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Immutable<T[K]> }
      : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Equal<A, B> = Same<Immutable<A>, Immutable<B>>;

// These do not compile when the schemas and the types of result.ts differ in any field, type or optionality.
const planIsExact: Equal<z.output<typeof planSchema>, Plan> = true;
const rehearsalIsExact: Equal<z.output<typeof rehearsalSchema>, Rehearsal> = true;

/** The JSON Schema files that are generated from here: path from the project's root -> content. */
export function generatedFiles(): Record<string, string> {
    return {
        "docs/schemas/plan.schema.json": jsonSchema(planSchema, "Plan", planIsExact),
        "docs/schemas/rehearsal.schema.json": jsonSchema(rehearsalSchema, "Rehearsal", rehearsalIsExact),
    };
}

function jsonSchema(schema: z.ZodType, title: string, _exact: true): string {
    const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12" });
    return `${JSON.stringify({ $schema, title, ...rest }, null, 4)}\n`;
}
