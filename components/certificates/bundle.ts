/** Bundles of authorities: PEM blocks, one after the other. */

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a bundle, without what stands between them. */
export function certificatesIn(bundle: string): string[] {
    return (bundle.match(BLOCK) ?? []).map((block) => block.replace(/\r/g, ""));
}

/**
 * A bundle with these authorities in it. What was there stays as it is, byte for byte, and in front; comments behind the
 * last certificate would make the cluster refuse the bundle, so nothing is written but certificates.
 */
export function withAuthorities(bundle: string, authorities: readonly string[]): string {
    const known = new Set(certificatesIn(bundle));
    const missing = authorities.filter((authority) => !known.has(authority));
    return missing.length === 0
        ? bundle
        : [bundle.trim() === "" ? "" : bundle.endsWith("\n") ? bundle : `${bundle}\n`, ...missing.map((m) => `${m}\n`)].join("");
}
