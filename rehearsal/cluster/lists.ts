import { isMap } from "./json";

/** The merge type of a list: as a whole, as a set of scalars, or item by item, with these fields as keys. */
export type ListType = "atomic" | "set" | readonly string[];

/** Lists of the built-in kinds whose items have an identity, by the name of the field. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
    containers: ["name"],
    initContainers: ["name"],
    ephemeralContainers: ["name"],
    volumes: ["name"],
    env: ["name"],
    volumeMounts: ["mountPath"],
    imagePullSecrets: ["name"],
    hostAliases: ["ip"],
    topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
};

/** The part of the schema of a CustomResourceDefinition that describes lists. */
export interface ListSchema {
    readonly properties?: Readonly<Record<string, ListSchema>>;
    readonly additionalProperties?: ListSchema | boolean;
    readonly items?: ListSchema;
    readonly "x-kubernetes-list-type"?: string;
    readonly "x-kubernetes-list-map-keys"?: readonly string[];
    readonly "x-kubernetes-map-type"?: string;
}

/**
 * The merge type of the list at `path`.
 *
 * @param path names of fields from the root of the object; items of lists add nothing to it
 * @param schema the schema of a custom kind; absent for built-in kinds
 */
export function listType(path: readonly string[], custom: boolean, schema?: ListSchema): ListType {
    const field = path.at(-1) ?? "";
    if (path[0] === "metadata" && path.length === 2) {
        return field === "finalizers" ? "set" : field === "ownerReferences" ? ["uid"] : "atomic";
    }
    if (custom) {
        return schemaListType(path, schema) ?? (field === "conditions" && path[0] === "status" ? ["type"] : "atomic");
    }
    if (field === "conditions") {
        return ["type"];
    }
    if (field === "ports") {
        return path.includes("containers") || path.includes("initContainers")
            ? ["containerPort", "protocol"]
            : path[1] === "ports"
              ? ["port", "protocol"]
              : "atomic";
    }
    if (field === "secrets") {
        return path.length === 1 ? ["name"] : "atomic";
    }
    return KEYS[field] ?? "atomic";
}

/** Fields of custom kinds with pod templates of Kubernetes, and how their maps merge. */
const PODS = ["template", "worker", "predictor"];

/** Whether the map at `path` is replaced as a whole instead of merged; the arguments are those of {@link listType}. */
export function isAtomicMap(path: readonly string[], custom: boolean, schema?: ListSchema): boolean {
    return custom && schema !== undefined
        ? schemaAt(path, schema)?.["x-kubernetes-map-type"] === "atomic"
        : path.at(-1) === "nodeSelector" && (!custom || path.some((field) => PODS.includes(field)));
}

function schemaAt(path: readonly string[], root: ListSchema): ListSchema | undefined {
    let schema: ListSchema | undefined = root;
    for (const field of path) {
        while (schema?.items && !schema.properties) {
            schema = schema.items;
        }
        const inner: ListSchema | undefined = schema?.properties?.[field];
        schema = inner ?? (isMap(schema?.additionalProperties) ? (schema.additionalProperties as ListSchema) : undefined);
    }
    return schema;
}

function schemaListType(path: readonly string[], root?: ListSchema): ListType | undefined {
    const schema = root && schemaAt(path, root);
    switch (schema?.["x-kubernetes-list-type"]) {
        case "map":
            return schema["x-kubernetes-list-map-keys"] ?? "atomic";
        case "set":
            return "set";
        case "atomic":
            return "atomic";
        default:
            return undefined;
    }
}

/** The key of an item; `protocol` has the default of the API server. */
export function itemKey(item: unknown, keys: readonly string[]): string {
    const fields = isMap(item) ? item : {};
    return JSON.stringify(Object.fromEntries(keys.map((key) => [key, fields[key] ?? (key === "protocol" ? "TCP" : null)])));
}
