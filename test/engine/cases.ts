/** The cases: each is run with the stand-in, and was recorded with the real engine and provider. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { Case, Step } from "./case";

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

type Around = Omit<Step, "action" | "step">;
const preview = (step: string, around: Around = {}): Step => ({ action: "preview", step, ...around });
const up = (step: string, around: Around = {}): Step => ({ action: "up", step, ...around });
const destroy = (step: string, around: Around = {}): Step => ({ action: "destroy", step, ...around });

export const CASES: readonly Case[] = [
    {
        name: "create",
        steps: [preview("first"), up("first"), preview("first"), up("first"), destroy("first")],
    },
    {
        name: "unknowns",
        steps: [preview("first"), up("first"), preview("second")],
    },
    {
        name: "read",
        steps: [
            preview("first", { given: [given, givenSecret] }),
            up("first"),
            up("first", { given: [configMap("given", { key: "changed" })] }),
            preview("none"),
            up("none"),
        ],
    },
    {
        name: "read-then-destroy",
        program: "read",
        steps: [up("first", { given: [given, givenSecret] }), destroy("first")],
    },
    {
        name: "read-missing",
        steps: [
            preview("first"),
            up("first"),
            preview("first", { given: [configMap("absent", { key: "value" })] }),
            up("first"),
            up("first", { taken: [{ apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "absent" }] }),
        ],
    },
    { name: "read-missing-secret", program: "read-missing", steps: [preview("secret")] },
    {
        name: "read-own",
        steps: [preview("first"), up("first"), preview("first"), up("second")],
    },
    {
        name: "replace",
        steps: [up("first"), preview("second"), up("second"), destroy("second")],
    },
    {
        name: "delete-before-replace",
        steps: [up("first"), preview("second"), up("second")],
    },
    {
        name: "retain",
        steps: [up("first"), up("second"), preview("without"), up("without"), destroy("without")],
    },
    {
        name: "protect",
        steps: [
            up("first"),
            up("second"),
            preview("replaced"),
            up("replaced"),
            preview("without"),
            up("without"),
            destroy("without"),
            up("unprotected"),
            destroy("unprotected"),
        ],
    },
    {
        name: "aliases",
        steps: [up("first"), preview("renamed"), up("renamed"), up("renamed"), destroy("renamed")],
    },
    {
        name: "ignore-changes",
        steps: [up("first"), preview("second"), up("second"), up("second")],
    },
    {
        name: "secrets",
        steps: [preview("first"), up("first"), up("second"), destroy("second")],
    },
    {
        name: "hooks",
        steps: [preview("first"), up("first"), up("first"), up("second"), up("third"), destroy("third", { runProgram: true })],
    },
    {
        name: "components",
        steps: [up("first"), up("first"), preview("second"), up("second"), destroy("second", { runProgram: true })],
    },
    {
        name: "components-fail",
        program: "components",
        steps: [
            up("alone", { failing: ["after create"] }),
            up("alone"),
            up("alone again", { failing: ["before update"] }),
            up("alone again", { failing: ["after update"] }),
            up("alone again"),
        ],
    },
    {
        name: "hooks-fail-before",
        program: "hooks",
        steps: [
            up("first", { failing: ["before create"] }),
            up("first"),
            up("second", { failing: ["before update"] }),
            up("second"),
            destroy("second", { runProgram: true, failing: ["before delete"] }),
            destroy("second", { runProgram: true }),
        ],
    },
    {
        name: "hooks-fail-after",
        program: "hooks",
        steps: [
            up("first", { failing: ["after create"] }),
            up("first"),
            up("second", { failing: ["after update"] }),
            up("second"),
            destroy("second", { runProgram: true, failing: ["after delete"] }),
        ],
    },
    {
        name: "hooks-without-program",
        program: "hooks",
        steps: [up("first"), up("without"), destroy("without")],
    },
    {
        name: "hooks-fail-at-preview",
        program: "hooks",
        steps: [preview("first", { failing: ["at preview too"] })],
    },
    {
        name: "destroy",
        steps: [up("first"), destroy("first")],
    },
    {
        name: "destroy-with-program",
        program: "destroy",
        steps: [up("first"), destroy("first", { runProgram: true })],
    },
    {
        name: "failing",
        steps: [up("create", { given: [given] }), up("first"), preview("update"), up("update"), up("taken"), up("second")],
    },
    {
        name: "failing-beside",
        steps: [up("first"), up("again", { continueOnError: true })],
    },
    {
        name: "throwing",
        steps: [up("first"), preview("throwing"), up("throwing"), up("first")],
    },
    {
        name: "waiting",
        steps: [
            preview("first"),
            up("first", { ready: ["ready"] }),
            up("first", { ready: ["ready", "late"] }),
            up("first"),
            destroy("first"),
        ],
    },
    {
        name: "kinds",
        steps: [preview("first"), up("first"), up("second"), destroy("second")],
    },
    {
        name: "patches",
        steps: [preview("first", { given: [given] }), up("first"), up("second"), up("without"), preview("unnamed")],
    },
    {
        name: "conflict",
        steps: [preview("first", { given: [given] }), up("first")],
    },
    {
        name: "import",
        steps: [preview("first", { given: [given] }), up("first"), up("later"), destroy("later")],
    },
    {
        name: "import-missing",
        program: "import",
        steps: [preview("missing"), up("missing")],
    },
    {
        name: "providers",
        steps: [preview("first"), up("first"), up("second"), preview("third")],
    },
    { name: "duplicate", steps: [up("first")] },
    {
        name: "policy",
        steps: [preview("first", { policies: true }), up("first", { policies: true }), up("first")],
    },
    {
        name: "policy-refuses",
        program: "policy",
        steps: [preview("refused", { policies: true }), up("refused", { policies: true })],
    },
    {
        name: "policy-refuses-stack",
        program: "policy",
        steps: [preview("stack", { policies: true }), up("stack", { policies: true })],
    },
];
