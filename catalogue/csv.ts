/** Names of ClusterServiceVersions: a package part and a version. */

/** `rhcl-operator.v1.3.4` as its package part and its numbers. */
export function nameAndVersion(csv: string): { name: string; version: (string | number)[] } {
    const dot = csv.indexOf(".");
    const version = csv
        .slice(dot + 1)
        .replace(/^v/, "")
        .split(/[.+-]/)
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return { name: csv.slice(0, dot), version };
}

/** Whether CSV `a` is an older version than `b`; a pre-release (`3.4.0-ea.2`) is older than its release. */
export function olderThan(a: string, b: string): boolean {
    const [left, right] = [nameAndVersion(a).version, nameAndVersion(b).version];
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
        const [l, r] = [left[i], right[i]];
        if (l === r) {
            continue;
        }
        if (l === undefined) {
            return typeof r === "number";
        }
        if (r === undefined) {
            return typeof l === "string";
        }
        return typeof l === "number" && typeof r === "number" ? l < r : String(l) < String(r);
    }
    return false;
}
