/** How the MaaS API is told to reach its database. Pure. */

/** Where a database is, and as whom it is asked. */
export interface Connection {
    readonly user: string;
    readonly password: string;
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly sslMode: "require" | "verify-ca" | "verify-full";
    /** File of the authorities that sign the server's certificate, in the pod of the MaaS API. */
    readonly rootCertificate?: string | undefined;
}

/**
 * The connection as a URL, with all that a URL gives a meaning of its own escaped.
 * Source: docs/sources/maas.md#database.
 */
export function connectionUrl({ user, password, host, port, database, sslMode, rootCertificate }: Connection): string {
    const escaped = (text: string): string =>
        // These too separate parts of a URL for some parsers.
        encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    const query = [`sslmode=${sslMode}`, ...(rootCertificate === undefined ? [] : [`sslrootcert=${rootCertificate}`])].join("&");
    return `postgresql://${escaped(user)}:${escaped(password)}@${host}:${port}/${escaped(database)}?${query}`;
}
