/** Finds and revokes the keys that a change of the stack file leaves behind: `--revoke`. */
import type { Settings } from "../../stacks/schema";
import type { Context, Invocation } from "../command";
import { subscriptionName } from "../keys/audit";
import { revokeEach, type Revoked } from "../keys/revoke";
import { maasAccess } from "../maasApi/address";
import { type ApiKey, MaasApi } from "../maasApi/client";
import type { KeysLeft } from "./revoke";

/** The keys of a stack, on its platform. */
export class LeftKeys {
    private constructor(
        private readonly api: MaasApi,
        /** Active keys that are left behind. */
        readonly keys: readonly ApiKey[],
    ) {}

    /** Reads them. @param settings before the change, which the platform still has @throws RefusalError, HttpError, KubeError */
    static async read(
        invocation: Invocation,
        context: Context,
        settings: Settings,
        left: readonly KeysLeft[],
    ): Promise<LeftKeys> {
        const access = await maasAccess(invocation, context, settings);
        const reader = new MaasApi(access);
        const found = new Map<string, ApiKey>();
        for (const { user, subscription } of left) {
            for (const key of await reader.list({ username: user, status: ["active"] })) {
                if (subscription === undefined || subscriptionName(key) === subscription) {
                    found.set(key.id, key);
                }
            }
        }
        // Revocation that has begun is finished, also when the user interrupts it.
        return new LeftKeys(new MaasApi({ ...access, signal: undefined }), [...found.values()]);
    }

    /** Revokes them, a few at once. */
    revoke({ err, signal }: Context): Promise<Revoked> {
        return revokeEach(this.api, this.keys, signal, (n) => err.status([`${n} of ${this.keys.length} keys`])).finally(() =>
            err.status([]),
        );
    }
}
