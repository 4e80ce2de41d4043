import { createHash } from "node:crypto";

const LONGEST = 63;
const HASH = 32;

/**
 * The name that KServe gives to what it makes for a service: its name with a suffix; a long one is cut and hashed.
 * Source: knative/pkg@v0.0.0-20250117084104-c43477f0052b:kmeta/names.go
 */
export function childName(parent: string, suffix: string): string {
    if (parent.length <= LONGEST - suffix.length) {
        return parent + suffix;
    }
    const hash = createHash("md5").update(parent).digest("hex");
    return parent.slice(0, LONGEST - HASH - suffix.length) + hash + suffix;
}
