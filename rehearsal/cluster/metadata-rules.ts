import type { Fault } from "./fault";
import { isMap } from "./json";
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
const ANNOTATIONS_LIMIT = 262144;
/** The violations of the rules that hold for the metadata of every kind. */
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

export function labelFaults(labels: unknown, path: string): Fault[] {
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
