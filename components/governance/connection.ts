/** The URL with which the MaaS API connects to its database. */

/** Host, user and TLS mode of a connection. */
export interface Connection {
    readonly user: string;
    readonly password: string;
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly sslMode: "require" | "verify-ca" | "verify-full";
    /** Path of the file with the authorities that sign the server's certificate, in the pod of the MaaS API. */
    readonly rootCertificate?: string | undefined;
}

/**
 * The connection as a URL; characters with a meaning in URLs are escaped.
 * Source: docs/sources/maas.md#database.
 */
export function connectionUrl({ user, password, host, port, database, sslMode, rootCertificate }: Connection): string {
    const escaped = (text: string): string =>
        // Some parsers read these as separators, too.
        encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    const query = [`sslmode=${sslMode}`, ...(rootCertificate === undefined ? [] : [`sslrootcert=${rootCertificate}`])].join("&");
    return `postgresql://${escaped(user)}:${escaped(password)}@${host}:${port}/${escaped(database)}?${query}`;
}
