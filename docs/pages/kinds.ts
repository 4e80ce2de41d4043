import { z } from "zod";

import { type KindDefinition, registeredKinds, registeredPatches } from "../../kinds";
import crdSources from "../../simulator/crds/sources.json";
import { linked } from "./citations";
import { heading, table } from "./table";

/** Every kind of custom resource, with its fields, as a page. */
export function kindsPage(): string {
    const sorted = (kinds: ReadonlyMap<string, KindDefinition>): KindDefinition[] =>
        [...kinds.values()].sort((a, b) => (`${a.apiVersion}/${a.kind}` < `${b.apiVersion}/${b.kind}` ? -1 : 1));
    const sections = [
        ...sorted(registeredKinds()).map((k) => section(k, k.kind)),
        ...sorted(registeredPatches()).map((k) => section(k, `${k.kind} (patch)`)),
    ];
    return `${heading("Kinds", "kinds/")}
Every custom resource that the program creates or patches: its fields, when it is ready, and which operator serves it.
A field that is not listed here does not compile, and the program refuses it before it sends the object.

${sections.join("\n\n")}
`;
}

function section(kind: KindDefinition, title: string): string {
    const ready =
        typeof kind.ready === "function"
            ? "depends on the object"
            : (kind.ready ?? []).map((gate) => `\`${gate}\``).join(" and ") || "as soon as it is accepted";
    const facts = [
        `\`${kind.apiVersion}\`, ${kind.scope === "Cluster" ? "cluster-scoped" : "namespaced"}`,
        `served by ${kind.operator === undefined ? "OpenShift" : `operator \`${kind.operator}\``}`,
        `ready: ${ready}${kind.readyWithinMinutes === undefined ? "" : ` (within ${kind.readyWithinMinutes} minutes)`}`,
        ...(kind.names ? [`named ${kind.names.map((n) => `\`${n}\``).join(" or ")}`] : []),
        `source: ${linked(kind.source)}`,
        ...crdOf(kind).map((crd) => `schema: ${linked(crd)}`),
    ];
    const rows: string[][] = [];
    fields(z.toJSONSchema(kind.body, { io: "input" }) as JsonSchema, "", rows);
    return `## ${title}\n\n${facts.map((f) => `- ${f}`).join("\n")}\n\n${table(["Field", "Type", "Required"], rows)}`;
}

/** The CustomResourceDefinition of a kind upstream; none where an aggregated API serves it. */
function crdOf({ apiVersion, plural }: KindDefinition): string[] {
    const name = `${plural}.${apiVersion.split("/")[0]!}`;
    return [...crdSources["3.4"], ...crdSources["3.5"]]
        .flatMap(({ repository, commit, crds }) =>
            crds.filter((crd) => crd.name === name).map((crd) => `${repository}@${commit}:${crd.path}`),
        )
        .slice(0, 1);
}

interface JsonSchema {
    readonly type?: string;
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly pattern?: string;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly properties?: Record<string, JsonSchema>;
    readonly required?: readonly string[];
    readonly items?: JsonSchema;
    readonly additionalProperties?: JsonSchema | boolean;
    readonly anyOf?: readonly JsonSchema[];
    readonly oneOf?: readonly JsonSchema[];
}

function fields(schema: JsonSchema, path: string, rows: string[][]): void {
    for (const alternative of schema.anyOf ?? schema.oneOf ?? []) {
        fields(alternative, path, rows);
    }
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
        const at = path === "" ? name : `${path}.${name}`;
        const row = [`\`${at}\``, typeOf(child), schema.required?.includes(name) === true ? "yes" : ""];
        if (!rows.some((r) => r[0] === row[0] && r[1] === row[1])) {
            rows.push(row);
        }
        fields(child, at, rows);
    }
    if (schema.items) {
        fields(schema.items, `${path}[]`, rows);
    }
    if (typeof schema.additionalProperties === "object") {
        fields(schema.additionalProperties, `${path}.*`, rows);
    }
}

/** A JSON schema's type in words. */
export function typeOf(schema: JsonSchema): string {
    if (schema.const !== undefined) {
        return `\`${JSON.stringify(schema.const)}\``;
    }
    if (schema.enum) {
        return schema.enum.map((v) => `\`${JSON.stringify(v)}\``).join(", ");
    }
    const alternatives = schema.anyOf ?? schema.oneOf;
    if (alternatives) {
        return [...new Set(alternatives.map(typeOf))].join(" or ");
    }
    if (schema.type === "array") {
        return `list of ${schema.items ? typeOf(schema.items) : "anything"}`;
    }
    if (schema.type === "object" && typeof schema.additionalProperties === "object") {
        return `map of ${typeOf(schema.additionalProperties)}`;
    }
    const bounds = [
        ...(schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER ? [`at least ${schema.minimum}`] : []),
        ...(schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER ? [`at most ${schema.maximum}`] : []),
    ];
    return `${schema.type ?? "anything"}${bounds.length > 0 ? ` (${bounds.join(", ")})` : ""}`;
}
