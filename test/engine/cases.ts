/** The cases: each is run with the stand-in, and was recorded with the real engine and provider. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { Case } from "./case";

function configMap(name: string, data: Record<string, string>, labels?: Record<string, string>): KubeObject {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace: "default", ...(labels !== undefined && { labels }) },
        data,
    };
}

const given = configMap("given", { key: "value" }, { whose: "theirs" });
const givenSecret: KubeObject = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "given-secret", namespace: "default" },
    type: "Opaque",
    data: { key: Buffer.from("hush-hush").toString("base64") },
};

export const CASES: readonly Case[] = [
    {
        name: "create",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "destroy", step: "first" },
        ],
    },
    {
        name: "unknowns",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "preview", step: "second" },
        ],
    },
    {
        name: "read",
        steps: [
            { action: "preview", step: "first", given: [given, givenSecret] },
            { action: "up", step: "first" },
            { action: "up", step: "first", given: [configMap("given", { key: "changed" })] },
            { action: "preview", step: "none" },
            { action: "up", step: "none" },
        ],
    },
    {
        name: "read-then-destroy",
        program: "read",
        steps: [
            { action: "up", step: "first", given: [given, givenSecret] },
            { action: "destroy", step: "first" },
        ],
    },
    {
        name: "read-missing",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "preview", step: "first", given: [configMap("absent", { key: "value" })] },
            { action: "up", step: "first" },
            {
                action: "up",
                step: "first",
                taken: [{ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "absent" }],
            },
        ],
    },
    { name: "read-missing-secret", program: "read-missing", steps: [{ action: "preview", step: "secret" }] },
    {
        name: "read-own",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "preview", step: "first" },
            { action: "up", step: "second" },
        ],
    },
    {
        name: "replace",
        steps: [
            { action: "up", step: "first" },
            { action: "preview", step: "second" },
            { action: "up", step: "second" },
            { action: "destroy", step: "second" },
        ],
    },
    {
        name: "delete-before-replace",
        steps: [
            { action: "up", step: "first" },
            { action: "preview", step: "second" },
            { action: "up", step: "second" },
        ],
    },
    {
        name: "retain",
        steps: [
            { action: "up", step: "first" },
            { action: "up", step: "second" },
            { action: "preview", step: "without" },
            { action: "up", step: "without" },
            { action: "destroy", step: "without" },
        ],
    },
    {
        name: "protect",
        steps: [
            { action: "up", step: "first" },
            { action: "up", step: "second" },
            { action: "preview", step: "replaced" },
            { action: "up", step: "replaced" },
            { action: "preview", step: "without" },
            { action: "up", step: "without" },
            { action: "destroy", step: "without" },
            { action: "up", step: "unprotected" },
            { action: "destroy", step: "unprotected" },
        ],
    },
    {
        name: "aliases",
        steps: [
            { action: "up", step: "first" },
            { action: "preview", step: "renamed" },
            { action: "up", step: "renamed" },
            { action: "up", step: "renamed" },
            { action: "destroy", step: "renamed" },
        ],
    },
    {
        name: "ignore-changes",
        steps: [
            { action: "up", step: "first" },
            { action: "preview", step: "second" },
            { action: "up", step: "second" },
            { action: "up", step: "second" },
        ],
    },
    {
        name: "secrets",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "up", step: "second" },
            { action: "destroy", step: "second" },
        ],
    },
    {
        name: "hooks",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "up", step: "first" },
            { action: "up", step: "second" },
            { action: "up", step: "third" },
            { action: "destroy", step: "third", runProgram: true },
        ],
    },
    {
        name: "hooks-fail-before",
        program: "hooks",
        steps: [
            { action: "up", step: "first", failing: ["before create"] },
            { action: "up", step: "first" },
            { action: "up", step: "second", failing: ["before update"] },
            { action: "up", step: "second" },
            { action: "destroy", step: "second", runProgram: true, failing: ["before delete"] },
            { action: "destroy", step: "second", runProgram: true },
        ],
    },
    {
        name: "hooks-fail-after",
        program: "hooks",
        steps: [
            { action: "up", step: "first", failing: ["after create"] },
            { action: "up", step: "first" },
            { action: "up", step: "second", failing: ["after update"] },
            { action: "up", step: "second" },
            { action: "destroy", step: "second", runProgram: true, failing: ["after delete"] },
        ],
    },
    {
        name: "hooks-without-program",
        program: "hooks",
        steps: [
            { action: "up", step: "first" },
            { action: "up", step: "without" },
            { action: "destroy", step: "without" },
        ],
    },
    {
        name: "hooks-fail-at-preview",
        program: "hooks",
        steps: [{ action: "preview", step: "first", failing: ["at preview too"] }],
    },
    {
        name: "destroy",
        steps: [
            { action: "up", step: "first" },
            { action: "destroy", step: "first" },
        ],
    },
    {
        name: "destroy-with-program",
        program: "destroy",
        steps: [
            { action: "up", step: "first" },
            { action: "destroy", step: "first", runProgram: true },
        ],
    },
    {
        name: "failing",
        steps: [
            { action: "up", step: "create", given: [given] },
            { action: "up", step: "first" },
            { action: "preview", step: "update" },
            { action: "up", step: "update" },
            { action: "up", step: "taken" },
            { action: "up", step: "second" },
        ],
    },
    {
        name: "failing-beside",
        steps: [
            { action: "up", step: "first" },
            { action: "up", step: "again", continueOnError: true },
        ],
    },
    {
        name: "throwing",
        steps: [
            { action: "up", step: "first" },
            { action: "preview", step: "throwing" },
            { action: "up", step: "throwing" },
            { action: "up", step: "first" },
        ],
    },
    {
        name: "waiting",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first", ready: ["ready"] },
            { action: "up", step: "first", ready: ["ready", "late"] },
            { action: "up", step: "first" },
            { action: "destroy", step: "first" },
        ],
    },
    {
        name: "kinds",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "up", step: "second" },
            { action: "destroy", step: "second" },
        ],
    },
    {
        name: "patches",
        steps: [
            { action: "preview", step: "first", given: [given] },
            { action: "up", step: "first" },
            { action: "up", step: "second" },
            { action: "up", step: "without" },
            { action: "preview", step: "unnamed" },
        ],
    },
    {
        name: "conflict",
        steps: [
            { action: "preview", step: "first", given: [given] },
            { action: "up", step: "first" },
        ],
    },
    {
        name: "import",
        steps: [
            { action: "preview", step: "first", given: [given] },
            { action: "up", step: "first" },
            { action: "up", step: "later" },
            { action: "destroy", step: "later" },
        ],
    },
    {
        name: "import-missing",
        program: "import",
        steps: [
            { action: "preview", step: "missing" },
            { action: "up", step: "missing" },
        ],
    },
    {
        name: "providers",
        steps: [
            { action: "preview", step: "first" },
            { action: "up", step: "first" },
            { action: "up", step: "second" },
            { action: "preview", step: "third" },
        ],
    },
    { name: "duplicate", steps: [{ action: "up", step: "first" }] },
    {
        name: "policy",
        steps: [
            { action: "preview", step: "first", policies: true },
            { action: "up", step: "first", policies: true },
            { action: "up", step: "first" },
        ],
    },
    {
        name: "policy-refuses",
        program: "policy",
        steps: [
            { action: "preview", step: "refused", policies: true },
            { action: "up", step: "refused", policies: true },
        ],
    },
    {
        name: "policy-refuses-stack",
        program: "policy",
        steps: [
            { action: "preview", step: "stack", policies: true },
            { action: "up", step: "stack", policies: true },
        ],
    },
];
