/**
 * The configuration of OpenShift's monitoring: a YAML text in a ConfigMap that the whole cluster shares. A patch of the
 * ConfigMap would replace the text; this changes the values of this program and keeps the rest, comments included.
 */
import { type Document, isMap, parseDocument } from "yaml";

/** Values by path: `prometheus.retention`. */
export type Values = Readonly<Record<string, string | number | boolean>>;

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
        return current === undefined || current === value || current === earlier[path]
            ? []
            : [`${path}: ${JSON.stringify(current)} (wanted ${JSON.stringify(value)})`];
    });
    if (lost.length > 0) {
        throw new ConfigConflict(`config.yaml already has other values, and nothing was changed: ${lost.join(", ")}`);
    }
    let changed = false;
    for (const [path, value] of Object.entries(earlier)) {
        if (wanted[path] === undefined && at(document, path) === value) {
            document.deleteIn(path.split("."));
            changed = true;
        }
    }
    for (const [path, value] of Object.entries(wanted)) {
        if (at(document, path) !== value) {
            document.setIn(path.split("."), value);
            changed = true;
        }
    }
    return changed ? document.toString() : (text ?? "");
}

function at(document: Document, path: string): unknown {
    return document.contents === null ? undefined : document.getIn(path.split("."));
}
