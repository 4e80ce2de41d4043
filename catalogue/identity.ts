/** Names and texts of identities; nothing here is a secret. */
import { createHash } from "node:crypto";

/** A user; `identity.users[]` of the settings has this shape. */
export interface User {
    readonly name: string;
    /** The turn of the password. */
    readonly rotate: number;
    /** Whether the user logs in by other means. */
    readonly existing: boolean;
}

/** The Group of cluster-admins that `identity.admins` makes, unless the setting names another. */
export const ADMINS_GROUP = "platform-admins";

/** The namespace of the oauth server's Secrets and ConfigMaps. */
export const CONFIG_NAMESPACE = "openshift-config";

/** On the Secret with the passwords, and on every copy of it: which users, at which turn of their passwords, it holds. */
export const USERS_ANNOTATION = "maas-platform.io/users";

/** The key under which the oauth server reads the file of users. */
export const HTPASSWD_KEY = "htpasswd";

/**
 * The Secret in openshift-config with the users of an identity provider. Each store has a name of its own, so that a stack can
 * move from one to the other: the new one exists, and the login uses it, before the old one goes.
 */
export function htpasswdSecretName(provider: string, store: "vault" | "kubernetes"): string {
    return `${provider}-${store === "vault" ? HTPASSWD_KEY : "users"}`;
}

/** Users who get a password here, sorted by name: the file must not change when the settings are merely rearranged. */
export function usersWithPasswords<U extends User>(users: readonly U[]): U[] {
    return users.filter((user) => !user.existing).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A digest of the users and their turns, in 12 hex digits. It changes with the content of the file of users, and says nothing
 * about a password.
 */
export function usersRevision(users: readonly User[]): string {
    const turns = usersWithPasswords(users).map(({ name, rotate }) => [name, rotate]);
    return createHash("sha256").update(JSON.stringify(turns)).digest("hex").slice(0, 12);
}

/** A name that objects and paths can have: the user's own where that will do, else one that is made from it. */
export function slug(user: string): string {
    return /^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/.test(user)
        ? user
        : `${user
              .toLowerCase()
              .replace(/[^a-z0-9]+/g, "-")
              .replace(/^-+|-+$/g, "")
              .slice(0, 30)}-${createHash("sha256").update(user).digest("hex").slice(0, 8)}`.replace(/^-/, "u-");
}

/**
 * The file of users, a line each.
 *
 * @throws Error naming the user whose hash the oauth server would not take; it knows `$2a$` and `$2y$` alone of bcrypt
 */
export function htpasswdFile(entries: readonly { readonly name: string; readonly hash: string }[]): string {
    return entries
        .map(({ name, hash }) => {
            if (!/^\$2[ay]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) {
                throw new Error(`the hash of user ${JSON.stringify(name)} is not of a form that OpenShift's login takes`);
            }
            return `${name}:${hash}\n`;
        })
        .join("");
}

/**
 * External Secrets, as Red Hat's operator and the community's chart both install it. Source:
 * docs/sources/identity.md#external-secrets.
 */
export const EXTERNAL_SECRETS = {
    /** Deployments; so the chart names them in a release called external-secrets. */
    controllers: ["external-secrets", "external-secrets-webhook", "external-secrets-cert-controller"],
    /** The version of its kinds that is used here. */
    served: "v1",
} as const;
