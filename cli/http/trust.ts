/** The authorities whose certificates a command trusts. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as tls from "node:tls";

import { lazy } from "../../catalogue/lazy";
import { UsageError } from "../exit";

/**
 * Those of Node.js, with the file of NODE_EXTRA_CA_CERTS: naming authorities for a connection replaces them.
 * Source: nodejs/node@v20.20.2:doc/api/cli.md, NODE_EXTRA_CA_CERTS.
 */
const usual = lazy((): readonly string[] => {
    const { getCACertificates } = tls as { getCACertificates?: (type: "default") => string[] };
    if (getCACertificates !== undefined) {
        return getCACertificates("default");
    }
    const file = process.env["NODE_EXTRA_CA_CERTS"] ?? "";
    try {
        return [...tls.rootCertificates, ...(file === "" ? [] : [readFileSync(file, "utf8")])];
    } catch {
        return tls.rootCertificates; // Node.js has warned of the file.
    }
});

/** The authorities of a connection, beside those of Node.js. @param more certificates as PEM */
export function authorities(more: string): string[] {
    return [...usual(), more];
}

/** Reads the file that `--ca` names. @throws UsageError for a file without a certificate */
export function readAuthorities(cwd: string, file: string): string {
    const text = readFileSync(path.resolve(cwd, file), "utf8");
    try {
        new X509Certificate(text);
        return text;
    } catch {
        throw new UsageError(`--ca: ${file} has no certificate; expected PEM, which begins with -----BEGIN CERTIFICATE-----.`);
    }
}
