/** Revokes API keys through the MaaS API. Source: docs/sources/maas.md#keys. */
import * as http from "node:http";
import * as https from "node:https";

/** Where and as whom. */
export interface KeysArgs {
    /** https://maas.<domain> */
    readonly url: string;
    /** Token of an administrator of the platform; it is sent to `url` alone, and shown nowhere. */
    readonly token: string;
    /** Whose keys. */
    readonly users: readonly string[];
}

/** The MaaS API refused, or could not be reached. */
export class KeysError extends Error {
    override readonly name = "KeysError";
}

/**
 * Revokes all keys of these users.
 *
 * @returns how many there were
 * @throws KeysError with what the API said and what to do; some may be revoked by then
 */
export async function revokeKeys({ url, token, users }: KeysArgs): Promise<number> {
    let revoked = 0;
    for (const username of users) {
        const { code, body } = await post(`${url}/maas-api/v1/api-keys/bulk-revoke`, token, { username });
        if (code !== 200) {
            const why =
                code === 401
                    ? "the token is no longer valid: log in again (oc login)"
                    : code === 403
                      ? "only administrators of OpenShift AI can revoke keys of others: log in as one (Auth, spec.adminGroups)"
                      : body.slice(0, 200);
            throw new KeysError(`the keys of ${username} were not revoked: ${url} answered ${code}: ${why}`);
        }
        revoked += Number((JSON.parse(body) as { revokedCount?: number }).revokedCount ?? 0);
    }
    return revoked;
}

function post(url: string, token: string, body: object): Promise<{ code: number; body: string }> {
    const { request } = url.startsWith("https:") ? https : http;
    return new Promise((resolve, reject) => {
        const sent = request(
            url,
            {
                method: "POST",
                headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
                timeout: 30_000,
            },
            (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("end", () =>
                    resolve({ code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
                );
            },
        );
        sent.on("timeout", () => sent.destroy(new Error("no answer within 30 s")));
        sent.on("error", (error) =>
            reject(
                new KeysError(
                    `${url} cannot be reached: ${error.message}. Revoke the keys later, and run this with --keep-keys; ` +
                        "for a private authority set NODE_EXTRA_CA_CERTS",
                ),
            ),
        );
        sent.end(JSON.stringify(body));
    });
}
