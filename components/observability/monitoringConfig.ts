/**
 * The configuration of OpenShift's monitoring: a YAML text in a ConfigMap that the whole cluster shares. A patch of the
 * ConfigMap would replace the text; this changes the values of this program and keeps the rest, comments included.
 */
import { type Document, isMap, isScalar, isSeq, parseDocument } from "yaml";

/** Values by path: `prometheus.retention`. A list is a set: its members are added to those of others. */
export type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Others have set a value differently. */
export class ConfigConflict extends Error {
    constructor(message: string) {
        super(message);
        this.name = "ConfigConflict";
    }
}

/**
 * Merges values into the configuration.
 *
 * @param text of `config.yaml`; undefined or empty when there is none
 * @param wanted the values to set
 * @param earlier the values that an earlier deployment set: they may be changed, and are removed when no longer wanted
 * @returns the same text when nothing changes
 * @throws ConfigConflict with each value of others that would be lost, or when the text is no YAML map
 */
export function mergedConfig(text: string | undefined, wanted: Values, earlier: Values = {}): string {
    const document = parseDocument(text ?? "");
    if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) {
        throw new ConfigConflict(
            `config.yaml cannot be read (${document.errors[0]?.message ?? "expected a map"}); correct it first, nothing was changed`,
        );
    }
    const lost = Object.entries(wanted).flatMap(([path, value]) => {
        const current = at(document, path);
        if (Array.isArray(value)) {
            return current === undefined || isSeq(current)
                ? []
                : [`${path}: ${JSON.stringify(current)} (wanted a list with ${value.join(", ")})`];
        }
        return current === undefined || current === value || current === earlier[path]
            ? []
            : [`${path}: ${JSON.stringify(current)} (wanted ${JSON.stringify(value)})`];
    });
    if (lost.length > 0) {
        throw new ConfigConflict(`config.yaml already has other values, and nothing was changed: ${lost.join(", ")}`);
    }
    let changed = false;
    for (const [path, value] of Object.entries(earlier)) {
        if (Array.isArray(value)) {
            const kept = (wanted[path] ?? []) as readonly string[];
            changed =
                without(
                    document,
                    path,
                    value.filter((member) => !kept.includes(member)),
                ) || changed;
        } else if (wanted[path] === undefined && at(document, path) === value) {
            document.deleteIn(path.split("."));
            changed = true;
        }
    }
    for (const [path, value] of Object.entries(wanted)) {
        if (Array.isArray(value)) {
            changed = withMembers(document, path, value) || changed;
        } else if (at(document, path) !== value) {
            document.setIn(path.split("."), value);
            changed = true;
        }
    }
    return changed ? document.toString() : (text ?? "");
}

/** The members of a list, as text. */
function members(document: Document, path: string): string[] {
    const list = at(document, path);
    return isSeq(list) ? list.items.map((item) => String(isScalar(item) ? item.value : item)) : [];
}

/** Adds what is missing to a list. @returns whether something was */
function withMembers(document: Document, path: string, wanted: readonly string[]): boolean {
    const missing = wanted.filter((member) => !members(document, path).includes(member));
    if (missing.length > 0 && at(document, path) === undefined) {
        document.setIn(path.split("."), missing);
    } else {
        for (const member of missing) {
            document.addIn(path.split("."), member);
        }
    }
    return missing.length > 0;
}

/** Takes members out of a list, and the list with its last one. @returns whether something was */
function without(document: Document, path: string, unwanted: readonly string[]): boolean {
    const present = members(document, path);
    const indices = present.flatMap((member, i) => (unwanted.includes(member) ? [i] : [])).reverse();
    if (indices.length > 0 && indices.length === present.length) {
        document.deleteIn(path.split("."));
    } else {
        for (const index of indices) {
            document.deleteIn([...path.split("."), index]);
        }
    }
    return indices.length > 0;
}

function at(document: Document, path: string): unknown {
    return document.contents === null ? undefined : document.getIn(path.split("."));
}
