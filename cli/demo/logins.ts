/** The logins of a demo: nobody can create a key for somebody else, so a demo needs the login of each of its users. */
import type { Invocation } from "../command";
import { RefusalError, UsageError } from "../exit";

/** Environment variable with the token of a user: `MAAS_TOKEN_BOB`. */
export function tokenVariable(user: string): string {
    return `MAAS_TOKEN_${user.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

/**
 * Reads the token of each user, of the environment or of the kubeconfig that `--kubeconfig user=FILE` names.
 *
 * @throws UsageError for an option that names no file or no user of the demo, RefusalError naming all users without a login
 */
export async function loginsOf(
    invocation: Invocation,
    users: readonly string[],
    env: NodeJS.ProcessEnv,
    read: (file: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
    const files = new Map(
        invocation.texts("kubeconfig").map((text) => {
            const [user = "", file = ""] = text.split(/=(.*)/s);
            if (file === "" || !users.includes(user)) {
                throw new UsageError(`--kubeconfig is ${text}; expected USER=FILE of one of ${users.join(", ")}.`);
            }
            return [user, file] as const;
        }),
    );
    const tokens = new Map<string, string>();
    for (const user of users) {
        const file = files.get(user);
        const token = file === undefined ? env[tokenVariable(user)]?.trim() : await read(file);
        if (token !== undefined && token !== "") {
            tokens.set(user, token);
        }
    }
    const missing = users.filter((user) => !tokens.has(user));
    if (missing.length > 0) {
        throw new RefusalError(
            `No login of ${missing.join(", ")}: nobody can create a key for somebody else. Log in as each (oc login --kubeconfig ${missing[0]}.kubeconfig) and give --kubeconfig ${missing[0]}=FILE, or set ${missing.map(tokenVariable).join(", ")}.`,
        );
    }
    return tokens;
}
