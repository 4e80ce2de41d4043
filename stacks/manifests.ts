/** Reads objects from a YAML file, such as a rendered Helm chart. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { lazy } from "../catalogue/lazy";

const yaml = lazy(() => require("yaml") as typeof import("yaml"));

/** The fields that all API objects have. */
export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string; readonly namespace?: string };
    readonly [field: string]: unknown;
}

/** The objects of a file and its problems, as sentences whose subject is the file. */
export interface ManifestFile {
    readonly objects: readonly Manifest[];
    readonly problems: readonly string[];
}

/** Cluster-scoped kinds. */
const CLUSTER_WIDE = /^(Namespace|CustomResourceDefinition|PriorityClass|Cluster\w+|\w+WebhookConfiguration)$/;

const read = new Map<string, ManifestFile>();

/**
 * Reads a file once per process. Each document must have one object with a name; duplicates, Helm hooks and Secrets with
 * data are problems.
 *
 * @param file its path, from `folder`
 * @param folder the folder of Pulumi.yaml. Default: the working directory, as in the program
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
    const documents = [yaml().parseAllDocuments(text)].flat();
    const errors = documents.flatMap((document) =>
        document.errors.map((error) => `is not valid YAML: ${error.message.split("\n")[0]}`),
    );
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
            : [`has no object in document ${i + 1}; expected one object per document, with apiVersion, kind and metadata.name`],
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
            problems.push(`has ${id}, a hook that only Helm runs; expected a chart rendered with --no-hooks`);
        }
        if (kind === "Secret" && [object["data"], object["stringData"]].some((data) => Object.keys(data ?? {}).length > 0)) {
            problems.push(`has ${id} with data; expected no secrets in a file`);
        }
        if (metadata.namespace === undefined && !CLUSTER_WIDE.test(kind)) {
            problems.push(`has ${id} without a namespace; expected a chart rendered with --namespace`);
        }
    }
    return { objects, problems };
}

function isManifest(value: unknown): value is Manifest {
    const { apiVersion, kind, metadata } = value as Partial<Manifest>;
    return [apiVersion, kind, metadata?.name].every((text: unknown) => typeof text === "string" && text !== "");
}

/** The name of an object in messages: `Deployment external-secrets/webhook`. */
export function nameOf({ kind, metadata: { name, namespace } }: Manifest): string {
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
