import { registeredKinds, registeredPatches } from "../../kinds";
import { problemsOf } from "../../kinds/check";
import { resourceRule } from "../rule";

interface Config {
    /** Type tokens that the rule does not check. */
    readonly ignore: readonly string[];
}

/** Custom resources match the schema of their kind and have no unknown fields. */
export const specMatchesSchema = resourceRule<Config>(
    {
        name: "spec-matches-schema",
        title: "Custom resources match the schema of their kind",
        why: "Until its CRD is installed, a preview cannot validate a custom resource, and the API server drops unknown fields silently.",
        remedy: "Correct the field at the path that the message names. The kinds and their fields are listed in docs/kinds.md.",
        severity: "high",
        source: "docs/sources/pulumi.md#custom-resources",
        levels: { sandbox: "mandatory", development: "mandatory", production: "mandatory" },
        config: {
            ignore: {
                type: "array",
                items: { type: "string" },
                default: [],
                description: "Type tokens that the rule does not check.",
            },
        },
    },
    (type) => registeredKinds().has(type) || registeredPatches().has(type),
    (subject, report, { ignore }) => {
        const definition = (registeredKinds().get(subject.type) ?? registeredPatches().get(subject.type))!;
        if (ignore.includes(subject.type)) {
            return;
        }
        for (const { path, message } of problemsOf(definition, subject.value, (p) => subject.unknownAt(p))) {
            report(`${path}: ${message}`);
        }
    },
);
