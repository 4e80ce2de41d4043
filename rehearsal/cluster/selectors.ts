import type { KubeObject } from "./cluster";

/** Tells whether an object is meant by a selector. */
export type Selected = (object: KubeObject) => boolean;

const everything: Selected = () => true;

/**
 * Reads a label selector as it stands in URLs: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 *
 * @throws Error when it cannot be read
 */
export function labelSelector(text: string | undefined): Selected {
    if (!text) {
        return everything;
    }
    const requirements = text.split(/,(?![^(]*\))/).map((part) => requirement(part.trim()));
    return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

function requirement(text: string): (labels: Record<string, string>) => boolean {
    const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
    if (set) {
        const [, key = "", operator, list = ""] = set;
        const values = list.split(",").map((value) => value.trim());
        return (labels) => values.includes(labels[key] ?? "\u0000") === (operator === "in");
    }
    const equality = /^([^=!\s]+)\s*(==?|!=)\s*(\S*)$/.exec(text);
    if (equality) {
        const [, key = "", operator, value] = equality;
        return (labels) => (labels[key] === value) === (operator !== "!=");
    }
    const exists = /^(!?)\s*([^=!\s(),]+)$/.exec(text);
    if (exists) {
        const [, not, key = ""] = exists;
        return (labels) => key in labels === (not === "");
    }
    throw new Error(`unable to parse requirement: ${text}`);
}

/**
 * Reads a field selector: `metadata.name=a`, `metadata.namespace!=b`, and any other path to a scalar.
 *
 * @throws Error when it cannot be read
 */
export function fieldSelector(text: string | undefined): Selected {
    if (!text) {
        return everything;
    }
    const requirements = text.split(",").map((part) => {
        const match = /^([^=!]+?)(==?|!=)(.*)$/.exec(part.trim());
        if (!match) {
            throw new Error(`invalid field selector: ${part}`);
        }
        const [, path = "", operator, value] = match;
        return (object: KubeObject): boolean => {
            const found = path
                .split(".")
                .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
            return ((found === undefined ? "" : String(found)) === value) === (operator !== "!=");
        };
    });
    return (object) => requirements.every((holds) => holds(object));
}
