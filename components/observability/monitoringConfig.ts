/**
 * The configuration of OpenShift's monitoring: a YAML text in a ConfigMap that the whole cluster shares. A patch of the
 * ConfigMap would replace the text; this changes the values that are ours and leaves the rest as it is, comments included.
 */
import { type Document, isMap, parseDocument } from "yaml";

/** Values by path: `prometheus.retention`. */
export type Values = Readonly<Record<string, string | number | boolean>>;

/** The text says something else already, and it is not ours to change. */
export class ConfigConflict extends Error {
    constructor(message: string) {
        super(message);
        this.name = "ConfigConflict";
    }
}

/**
 * @param text of `config.yaml`; undefined or empty when there is none
 * @param wanted what must stand there
 * @param earlier what we wrote there before: it may be changed, and goes when it is no longer wanted
 * @returns the same text when nothing is to be changed
 * @throws ConfigConflict with each value of somebody else that would be lost, or when the text is no YAML map
 */
export function mergedConfig(text: string | undefined, wanted: Values, earlier: Values = {}): string {
    const document = parseDocument(text ?? "");
    if (document.errors.length > 0 || !(document.contents === null || isMap(document.contents))) {
        throw new ConfigConflict(
            `config.yaml cannot be read (${document.errors[0]?.message ?? "expected a map"}); mend it first, nothing was changed`,
        );
    }
    const lost = Object.entries(wanted).flatMap(([path, value]) => {
        const current = at(document, path);
        return current === undefined || current === value || current === earlier[path]
            ? []
            : [`${path}: ${JSON.stringify(current)} (wanted ${JSON.stringify(value)})`];
    });
    if (lost.length > 0) {
        throw new ConfigConflict(`config.yaml says otherwise already, and nothing was changed: ${lost.join(", ")}`);
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
