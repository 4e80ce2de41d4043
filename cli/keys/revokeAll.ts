/** Revokes all keys of users, for a cluster that Models-as-a-Service is removed from. */
import { RefusalError } from "../exit";
import type { MaasApi } from "../maasApi/client";

/**
 * Revokes all keys of these users, one user after the other.
 *
 * @returns how many there were
 * @throws RefusalError that names the user whose keys were not revoked, with what the API said; those of the users before are
 */
export async function revokeAll(api: Pick<MaasApi, "revokeAllOf">, users: readonly string[]): Promise<number> {
    let revoked = 0;
    for (const user of users) {
        revoked += await api.revokeAllOf(user).catch((error: unknown) => {
            throw new RefusalError(
                `the keys of ${user} were not revoked: ${(error as Error).message}. To delete everything else now and keep the keys, add --keep-keys`,
            );
        });
    }
    return revoked;
}
