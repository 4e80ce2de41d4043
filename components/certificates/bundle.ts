/** Bundles of authorities: PEM blocks, one after the other. */

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a bundle, without comments. */
export function certificatesIn(bundle: string): string[] {
    return (bundle.match(BLOCK) ?? []).map((block) => block.replace(/\r/g, ""));
}

/**
 * A bundle with these authorities appended, and its own bytes unchanged. Only certificates are appended: the cluster refuses a
 * bundle with comments behind its last certificate.
 */
export function withAuthorities(bundle: string, authorities: readonly string[]): string {
    const known = new Set(certificatesIn(bundle));
    const missing = authorities.filter((authority) => !known.has(authority));
    return missing.length === 0
        ? bundle
        : [bundle.trim() === "" ? "" : bundle.endsWith("\n") ? bundle : `${bundle}\n`, ...missing.map((m) => `${m}\n`)].join("");
}
