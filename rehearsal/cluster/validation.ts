import schemas from "../data/builtin-schemas.json";
import { ApiError, type KubeObject } from "./cluster";
import type { Fault } from "./fault";
import { isMap } from "./json";
import { schemaFaults } from "./openapi";
import type { ServedKind } from "./served-kinds";

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN_RULE =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const LABEL_RULE =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
/** Kinds whose names are labels, not subdomains; and those whose names are any path segment. */
const LABEL_NAMED = new Set(["Namespace", "Service"]);
const FREELY_NAMED = new Set([
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "Group",
    "User",
    "Identity",
    "OAuthClient",
    "SecurityContextConstraints",
]);
const ANNOTATIONS_LIMIT = 262_144;

/** How the metadata breaks the rules that hold for every kind. */
export function metadataFaults(kind: ServedKind, metadata: unknown): Fault[] {
    if (!isMap(metadata)) {
        return [{ kind: "required", path: "metadata.name", detail: "name or generateName is required" }];
    }
    const faults: Fault[] = [];
    const name = metadata.name;
    if (typeof name !== "string" || name === "") {
        faults.push({ kind: "required", path: "metadata.name", detail: "name or generateName is required" });
    } else if (FREELY_NAMED.has(kind.kind)) {
        if (name === "." || name === ".." || name.includes("/") || name.includes("%")) {
            faults.push({
                kind: "invalid",
                path: "metadata.name",
                value: name,
                detail: "may not be '.' or '..', nor contain '/' or '%'",
            });
        }
    } else if (LABEL_NAMED.has(kind.kind) ? !LABEL.test(name) : !SUBDOMAIN.test(name)) {
        faults.push({
            kind: "invalid",
            path: "metadata.name",
            value: name,
            detail: LABEL_NAMED.has(kind.kind) ? LABEL_RULE : SUBDOMAIN_RULE,
        });
    } else if (name.length > (LABEL_NAMED.has(kind.kind) ? 63 : 253)) {
        faults.push({
            kind: "invalid",
            path: "metadata.name",
            value: name,
            detail: `must be no more than ${LABEL_NAMED.has(kind.kind) ? 63 : 253} characters`,
        });
    }
    faults.push(...labelFaults(metadata.labels, "metadata.labels"));
    const annotations = metadata.annotations;
    if (annotations !== undefined && annotations !== null) {
        if (!isMap(annotations)) {
            faults.push({
                kind: "invalid",
                path: "metadata.annotations",
                value: annotations,
                detail: "must be a map of strings",
            });
        } else {
            let size = 0;
            for (const [key, value] of Object.entries(annotations)) {
                faults.push(...qualifiedNameFaults(key.toLowerCase(), "metadata.annotations", key));
                if (typeof value !== "string") {
                    faults.push({
                        kind: "invalid",
                        path: `metadata.annotations.${key}`,
                        value,
                        detail: `must be of type string: "${typeof value}"`,
                    });
                } else {
                    size += key.length + value.length;
                }
            }
            if (size > ANNOTATIONS_LIMIT) {
                faults.push({
                    kind: "tooLong",
                    path: "metadata.annotations",
                    detail: `may not be more than ${ANNOTATIONS_LIMIT} bytes`,
                });
            }
        }
    }
    for (const finalizer of Array.isArray(metadata.finalizers) ? metadata.finalizers : []) {
        faults.push(...qualifiedNameFaults(String(finalizer), "metadata.finalizers", String(finalizer)));
    }
    return faults;
}

function labelFaults(labels: unknown, path: string): Fault[] {
    if (labels === undefined || labels === null) {
        return [];
    }
    if (!isMap(labels)) {
        return [{ kind: "invalid", path, value: labels, detail: "must be a map of strings" }];
    }
    return Object.entries(labels).flatMap(([key, value]) => {
        const faults = qualifiedNameFaults(key, path, key);
        if (typeof value !== "string") {
            faults.push({ kind: "invalid", path: `${path}.${key}`, value, detail: `must be of type string: "${typeof value}"` });
        } else if (value.length > 63) {
            faults.push({ kind: "invalid", path, value, detail: "must be no more than 63 characters" });
        } else if (!LABEL_VALUE.test(value)) {
            faults.push({
                kind: "invalid",
                path,
                value,
                detail: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
            });
        }
        return faults;
    });
}

function qualifiedNameFaults(key: string, path: string, value: string): Fault[] {
    const parts = key.split("/");
    const name = parts.at(-1) ?? "";
    const prefix = parts.length === 2 ? parts[0]! : undefined;
    if (parts.length > 2 || (prefix !== undefined && (prefix.length > 253 || !SUBDOMAIN.test(prefix)))) {
        return [{ kind: "invalid", path, value, detail: `prefix part ${SUBDOMAIN_RULE}` }];
    }
    if (name.length > 63) {
        return [{ kind: "invalid", path, value, detail: "name part must be no more than 63 characters" }];
    }
    if (!LABEL_NAME.test(name)) {
        return [
            {
                kind: "invalid",
                path,
                value,
                detail: "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
            },
        ];
    }
    return [];
}

type Notation = string | { readonly [field: string]: Notation };
const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "status"]);

/** How an object of a built-in kind breaks the part of its structure that rehearsal/data/builtin-schemas.json states. */
export function builtinFaults(object: KubeObject): Fault[] {
    const schema = (schemas.kinds as Record<string, Notation>)[`${object.apiVersion}/${object.kind}`];
    if (schema === undefined) {
        return [];
    }
    const faults: Fault[] = [];
    structure(schema, Object.fromEntries(Object.entries(object).filter(([field]) => !TOP_FIELDS.has(field))), "", faults);
    return faults;
}

function structure(notation: Notation, value: unknown, path: string, faults: Fault[]): void {
    const refuse = (expected: string): void => {
        faults.push({
            kind: "invalid",
            path,
            value,
            detail: `expected ${expected}, got ${Array.isArray(value) ? "array" : typeof value}`,
        });
    };
    const entries = (check: (value: unknown, at: string) => void): void => {
        if (!isMap(value)) {
            refuse("map");
            return;
        }
        Object.entries(value).forEach(([key, entry]) => check(entry, path === "" ? key : `${path}.${key}`));
    };
    if (typeof notation !== "string") {
        if (!isMap(value)) {
            refuse("object");
            return;
        }
        const fields = new Map(
            Object.entries(notation).map(([field, inner]) => [field.replace(/!$/, ""), { inner, required: field.endsWith("!") }]),
        );
        for (const [field, { required }] of fields) {
            if (
                required &&
                (value[field] === undefined ||
                    value[field] === null ||
                    (Array.isArray(value[field]) && value[field].length === 0))
            ) {
                faults.push({ kind: "required", path: path === "" ? field : `${path}.${field}`, detail: "" });
            }
        }
        for (const [field, entry] of Object.entries(value)) {
            const known = fields.get(field);
            const at = path === "" ? field : `${path}.${field}`;
            if (!known) {
                faults.push({ kind: "unknown", path: at, detail: "" });
            } else if (entry !== undefined && entry !== null) {
                structure(known.inner, entry, at, faults);
            }
        }
        return;
    }
    if (notation.startsWith("@")) {
        structure((schemas.schemas as Record<string, Notation>)[notation.slice(1)]!, value, path, faults);
    } else if (notation.startsWith("[")) {
        if (!Array.isArray(value)) {
            refuse("array");
        } else {
            value.forEach((item, i) => structure(notation.slice(1, -1), item, `${path}[${i}]`, faults));
        }
    } else if (notation.startsWith("{")) {
        entries((entry, at) => structure(notation.slice(1, -1), entry, at, faults));
    } else if (notation === "map") {
        entries((entry, at) => structure("string", entry, at, faults));
    } else if (notation === "quantities") {
        entries((entry, at) => structure("quantity", entry, at, faults));
    } else if (notation === "base64s") {
        entries((entry, at) => structure("base64", entry, at, faults));
    } else if (!scalar(notation, value)) {
        if (notation === "quantity") {
            faults.push({
                kind: "invalid",
                path,
                value,
                detail: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            });
        } else {
            refuse(notation);
        }
    }
}

function scalar(notation: string, value: unknown): boolean {
    switch (notation) {
        case "string":
            return typeof value === "string";
        case "int":
            return Number.isInteger(value);
        case "number":
            return typeof value === "number";
        case "bool":
            return typeof value === "boolean";
        case "intstr":
            return typeof value === "string" || Number.isInteger(value);
        case "quantity":
            return (
                typeof value === "number" ||
                (typeof value === "string" && /^[+-]?[0-9.]+(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|u|n|[eE][-+]?[0-9]+)?$/.test(value))
            );
        case "base64":
            return typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
        default:
            return true;
    }
}

/** Rules of built-in kinds that span fields, or that compare an object with what it replaces. */
export function ruleFaults(object: KubeObject, before: KubeObject | undefined): Fault[] {
    const faults: Fault[] = [];
    const key = `${object.apiVersion}/${object.kind}`;
    const immutable = (path: string, get: (o: KubeObject) => unknown): void => {
        if (before && JSON.stringify(get(before)) !== JSON.stringify(get(object))) {
            faults.push({ kind: "invalid", path, value: get(object), detail: "field is immutable" });
        }
    };
    if (key === "apps/v1/Deployment" || key === "apps/v1/StatefulSet" || key === "apps/v1/DaemonSet") {
        immutable("spec.selector", (o) => sorted(o.spec?.selector));
        const wanted = object.spec?.selector?.matchLabels as Record<string, string> | undefined;
        const labels = (object.spec?.template?.metadata?.labels ?? {}) as Record<string, string>;
        if (wanted && Object.entries(wanted).some(([name, value]) => labels[name] !== value)) {
            faults.push({
                kind: "invalid",
                path: "spec.template.metadata.labels",
                value: labels,
                detail: "`selector` does not match template `labels`",
            });
        }
        faults.push(...labelFaults(labels, "spec.template.metadata.labels"));
        if (object.kind === "Deployment" && object.spec?.strategy?.type === "Recreate" && object.spec.strategy.rollingUpdate) {
            faults.push({
                kind: "forbidden",
                path: "spec.strategy.rollingUpdate",
                detail: "may not be specified when strategy `type` is 'Recreate'",
            });
        }
    } else if (key === "batch/v1/Job") {
        immutable("spec.template", (o) => sorted(o.spec?.template));
    } else if (key === "v1/PersistentVolumeClaim") {
        immutable("spec.accessModes", (o) => o.spec?.accessModes);
        immutable("spec.storageClassName", (o) => o.spec?.storageClassName);
    } else if (key === "v1/Secret") {
        immutable("type", (o) => o.type);
        if (before?.immutable === true) {
            immutable("data", (o) => sorted(o.data));
        }
        if (
            object.type === "kubernetes.io/tls" &&
            !["tls.crt", "tls.key"].every((field) => (object.data as object | undefined) && field in object.data)
        ) {
            faults.push({ kind: "required", path: "data[tls.crt]", detail: "" });
        }
    } else if (key === "v1/ConfigMap" && before?.immutable === true) {
        immutable("data", (o) => sorted(o.data));
    } else if (key.startsWith("rbac.authorization.k8s.io/v1/") && object.kind.endsWith("Binding")) {
        immutable("roleRef", (o) => sorted(o.roleRef));
    } else if (key === "storage.k8s.io/v1/StorageClass") {
        immutable("parameters", (o) => sorted(o.parameters));
    } else if (key === "v1/Service") {
        const type = object.spec?.type ?? "ClusterIP";
        if (!["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"].includes(type)) {
            faults.push({
                kind: "unsupported",
                path: "spec.type",
                value: type,
                detail: 'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
            });
        }
        if (type !== "ExternalName" && object.spec?.clusterIP !== "None" && (object.spec?.ports ?? []).length === 0) {
            faults.push({ kind: "required", path: "spec.ports", detail: "" });
        }
    }
    return faults;
}

function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    return isMap(value)
        ? Object.fromEntries(
              Object.entries(value)
                  .sort(([a], [b]) => (a < b ? -1 : 1))
                  .map(([k, v]) => [k, sorted(v)]),
          )
        : value;
}

/** Judges a custom object whose definition has no schema worth the name; empty when nothing is wrong or nothing is known. */
export type SchemaCheck = (
    apiVersion: string,
    kind: string,
    object: KubeObject,
) => readonly { readonly path: string; readonly message: string }[];

/** How a custom object breaks the schema of its definition; where that has none worth the name, `check` judges it. */
export function customFaults(kind: ServedKind, object: KubeObject, check: SchemaCheck): Fault[] {
    if (kind.schema) {
        return schemaFaults(kind.schema, object);
    }
    return check(kind.apiVersion, kind.kind, object).map(({ path, message }) =>
        message === "no such field"
            ? { kind: "unknown", path, detail: "" }
            : { kind: "invalid", path, value: at(object, path), detail: message },
    );
}

function at(object: KubeObject, path: string): unknown {
    return path
        .split(/[.[\]]+/)
        .filter((part) => part !== "")
        .reduce<unknown>(
            (value, part) => (Array.isArray(value) ? value[Number(part)] : isMap(value) ? value[part] : undefined),
            object,
        );
}

/**
 * The refusal for these faults, in the words of an API server.
 *
 * @returns undefined when there are no faults
 */
export function refusal(kind: ServedKind, name: string, faults: readonly Fault[]): ApiError | undefined {
    const unknown = faults.filter((fault) => fault.kind === "unknown");
    if (unknown.length > 0) {
        const fields = unknown.map((fault) => `unknown field "${fault.path}"`).join(", ");
        return new ApiError(
            400,
            "BadRequest",
            `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${fields}`,
        );
    }
    if (faults.length === 0) {
        return undefined;
    }
    const shown = faults.map((fault) => `${fault.path}: ${words(fault)}`);
    const qualified = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
    return new ApiError(
        422,
        "Invalid",
        `${qualified} "${name}" is invalid: ${shown.length === 1 ? shown[0] : `[${shown.join(", ")}]`}`,
    );
}

function words({ kind, value, detail }: Fault): string {
    switch (kind) {
        case "required":
            return detail === "" ? "Required value" : `Required value: ${detail}`;
        case "unsupported":
            return `Unsupported value: ${JSON.stringify(value)}: ${detail}`;
        case "tooLong":
            return `Too long: ${detail}`;
        case "forbidden":
            return `Forbidden: ${detail}`;
        default:
            return `Invalid value: ${value === undefined ? "null" : JSON.stringify(value)}: ${detail}`;
    }
}
