/** Passwords of users, generated once and kept in the state of the stack, encrypted. */
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

import type { UserSettings } from "../../stacks/schema";
import { htpasswdFile, slug, usersWithPasswords } from "../../catalogue/identity";

/** Letters and digits need no escapes in a shell, a URL or the htpasswd file. 24 of them have 142 bits. */
const LENGTH = 24;

/** A user with a password. */
export interface Credential {
    readonly name: string;
    /** The user's name in names of objects. */
    readonly slug: string;
    readonly password: pulumi.Output<string>;
}

/** The passwords of all users who get one. */
export interface Credentials {
    readonly users: readonly Credential[];
    /** The htpasswd file. A secret: passwords can be guessed from their hashes. */
    readonly file: pulumi.Output<string>;
}

/**
 * Generates the passwords and their hashes. Hashes are kept as well: a hash with a new salt at each refresh would restart the
 * oauth server each time. A changed `rotate` generates another password.
 * Source: docs/sources/identity.md#password-file.
 */
export function passwords(name: string, users: readonly UserSettings[], parent: pulumi.Resource): Credentials {
    const generated = usersWithPasswords(users).map((user) => ({
        user,
        // A change of any argument generates a new password.
        random: new RandomPassword(
            `${name}-${slug(user.name)}`,
            { length: LENGTH, special: false, keepers: { rotate: String(user.rotate) } },
            { parent },
        ),
    }));
    return {
        users: generated.map(({ user, random }) => ({
            name: user.name,
            slug: slug(user.name),
            password: random.result,
        })),
        file: pulumi.secret(
            pulumi
                .all(generated.map(({ random }) => random.bcryptHash))
                .apply((hashes) => htpasswdFile(hashes.map((hash, i) => ({ name: generated[i]!.user.name, hash })))),
        ),
    };
}
