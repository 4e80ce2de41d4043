/** Passwords of users, made once and kept in the state of the stack, encrypted. */
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

import type { UserSettings } from "../../stacks/schema";
import { htpasswdFile, slug, usersWithPasswords } from "../../catalogue/identity";

/** Letters and digits only: nothing that a shell, a URL or the file of users would take for something else. 142 bits. */
const LENGTH = 24;

/** What a user logs in with. */
export interface Credential {
    readonly name: string;
    /** The user's name in names of objects. */
    readonly slug: string;
    readonly password: pulumi.Output<string>;
    readonly made: pulumi.Resource;
}

/** The passwords of all users who get one. */
export interface Credentials {
    readonly users: readonly Credential[];
    /** The file of users as the oauth server reads it. Secret: a hash can be guessed at. */
    readonly file: pulumi.Output<string>;
}

/**
 * Makes the passwords. Their hashes are made once, too, and copied as they are ever after: a hash that is salted again at each
 * refresh would restart the oauth server each time. Only a changed `rotate` makes another.
 * Source: docs/sources/identity.md#password-file.
 */
export function passwords(name: string, users: readonly UserSettings[], parent: pulumi.Resource): Credentials {
    const made = usersWithPasswords(users).map((user) => ({
        user,
        // Whatever else changes here makes a new password.
        random: new RandomPassword(
            `${name}-${slug(user.name)}`,
            { length: LENGTH, special: false, keepers: { rotate: String(user.rotate) } },
            { parent },
        ),
    }));
    return {
        users: made.map(({ user, random }) => ({
            name: user.name,
            slug: slug(user.name),
            password: random.result,
            made: random,
        })),
        file: pulumi.secret(
            pulumi
                .all(made.map(({ random }) => random.bcryptHash))
                .apply((hashes) => htpasswdFile(hashes.map((hash, i) => ({ name: made[i]!.user.name, hash })))),
        ),
    };
}
