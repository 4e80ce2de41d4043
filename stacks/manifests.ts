/** Objects that somebody else has rendered, a Helm chart for instance, in a YAML file beside the stack. */
import { readFileSync } from "node:fs";
import path from "node:path";

/** An object of the API, as far as every object is alike. */
export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string; readonly namespace?: string };
    readonly [field: string]: unknown;
}

/** What stands in a file, and what is wrong with it, in words that follow "the file". */
export interface ManifestFile {
    readonly objects: readonly Manifest[];
    readonly problems: readonly string[];
}

/** Kinds of which an object belongs to no namespace. */
const CLUSTER_WIDE = /^(Namespace|CustomResourceDefinition|PriorityClass|Cluster\w+|\w+WebhookConfiguration)$/;

const read = new Map<string, ManifestFile>();

/**
 * Reads a file, once in a process: one object a document, each named, none twice, none for a hook of Helm to run, and no Secret
 * with something in it.
 *
 * @param file its path, from `folder`
 * @param folder that of Pulumi.yaml. Default: the working directory, as the program has it
 */
export function readManifests(file: string, folder = process.cwd()): ManifestFile {
    const at = path.resolve(folder, file);
    const found = read.get(at) ?? parse(at);
    read.set(at, found);
    return found;
}

function parse(file: string): ManifestFile {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch {
        return { objects: [], problems: ["cannot be read; expected its path from the folder of Pulumi.yaml"] };
    }
    // Loaded here: few stacks have such a file.
    const { parseAllDocuments } = require("yaml") as typeof import("yaml");
    const documents = [parseAllDocuments(text)].flat();
    const errors = documents.flatMap((document) => document.errors.map((error) => `is no YAML: ${error.message.split("\n")[0]}`));
    if (errors.length > 0) {
        return { objects: [], problems: errors };
    }
    const given = documents
        .map((document) => document.toJS() as unknown)
        .filter((value) => value !== null && value !== undefined);
    if (given.length === 0) {
        return { objects: [], problems: ["is empty; expected objects in YAML"] };
    }
    const objects = given.filter(isManifest);
    const problems = given.flatMap((value, i) =>
        isManifest(value)
            ? []
            : [`has no object as its ${i + 1}. document; expected apiVersion, kind and metadata.name, and one object a document`],
    );
    const known = new Set<string>();
    for (const object of objects) {
        const { kind, metadata } = object;
        const id = nameOf(object);
        if (known.has(id)) {
            problems.push(`has ${id} twice`);
        }
        known.add(id);
        if (Object.keys((metadata["annotations"] as object | undefined) ?? {}).some((key) => key.startsWith("helm.sh/hook"))) {
            problems.push(`has ${id}, which Helm alone would run as a hook; expected it to be rendered with --no-hooks`);
        }
        if (kind === "Secret" && [object["data"], object["stringData"]].some((data) => Object.keys(data ?? {}).length > 0)) {
            problems.push(`has ${id} with something in it; expected no secret in a file`);
        }
        if (metadata.namespace === undefined && !CLUSTER_WIDE.test(kind)) {
            problems.push(`has ${id} without a namespace; expected it to be rendered with --namespace`);
        }
    }
    return { objects, problems };
}

function isManifest(value: unknown): value is Manifest {
    const { apiVersion, kind, metadata } = value as Partial<Manifest>;
    return [apiVersion, kind, metadata?.name].every((text: unknown) => typeof text === "string" && text !== "");
}

/** How messages call an object: `Deployment external-secrets/webhook`. */
export function nameOf({ kind, metadata: { name, namespace } }: Manifest): string {
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
