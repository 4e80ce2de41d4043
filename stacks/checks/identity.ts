/** Checks the parts of `identity` against each other and the cluster. */
import { apiHostname } from "../../catalogue/certificates";
import { identitySchema, type IdentitySettings } from "../schema/identity";
import type { VaultSettings } from "../schema/vault";
import type { SettingsProblem } from "../problem";
import { groupNameProblem, userNameProblem } from "./names";

/** Hosts of HCP Vault, which has no root namespace. */
const HCP = /\.hashicorp\.cloud$/;

/** Names that a htpasswd file cannot contain, or that belong to the installer's account. */
const UNFIT = /[\s:]|^kubeadmin$/;

type Say = (path: string, message: string) => void;

/** @param given the value of `maas:settings`, which may not match the schema */
export function identityProblems(given: unknown): SettingsProblem[] {
    const settings = given as { identity?: unknown; cluster?: { domain?: unknown } };
    const parsed = identitySchema.safeParse(settings.identity ?? {});
    if (!parsed.success) {
        return [];
    }
    const identity = parsed.data;
    const problems: SettingsProblem[] = [];
    const say: Say = (path, message) => void problems.push({ path: `identity.${path}`, message });

    nameProblems(identity, say);
    if (identity.store === "none") {
        if (identity.vault !== undefined) {
            say("vault", "has no effect with store none, because there are no passwords; leave vault out, or set store: vault");
        }
        identity.users.forEach((user, i) => {
            if (user.rotate !== 1) {
                say(
                    `users[${i}].rotate`,
                    "has no effect with store none, because there are no passwords; expected another store",
                );
            }
        });
    } else {
        identity.users.forEach(({ name, existing }, i) => {
            if (!existing && userNameProblem(name) === undefined && UNFIT.test(name)) {
                say(
                    `users[${i}].name`,
                    `${JSON.stringify(name)} cannot be the name of a user with a password; expected a name without spaces and :, or existing: true`,
                );
            }
        });
        if (identity.users.every((user) => user.existing)) {
            say("users", "there are no users who get a password; expected users, or store: none");
        }
    }
    if (identity.store === "vault") {
        vaultProblems(identity.vault, settings.cluster?.domain, say);
    } else if (identity.store === "kubernetes" && identity.vault !== undefined) {
        say("vault", "has no effect with store kubernetes, which keeps passwords in the cluster: leave vault out");
    }
    providerProblems(identity, say);
    return problems;
}

/**
 * Names that a Group cannot list. If others create the Groups of the tiers and the users log in by other means, no Group of this
 * stack lists the names, so all names of an external provider are valid.
 */
function nameProblems({ users, admins, readers, groups, store }: IdentitySettings, say: Say): void {
    const judge = (path: string, name: string): void => {
        const problem = userNameProblem(name);
        if (problem !== undefined) {
            say(path, `${JSON.stringify(name)} cannot be the name of a user: ${problem}; expected another`);
        }
    };
    users.forEach(({ name, existing }, i) => {
        if (groups !== "existing" || (store !== "none" && !existing)) {
            judge(`users[${i}].name`, name);
        }
    });
    admins?.users.forEach((name, i) => judge(`admins.users[${i}]`, name));
    readers?.users.forEach((name, i) => judge(`readers.users[${i}]`, name));
    for (const [field, given] of Object.entries({ admins, readers })) {
        const problem = given && groupNameProblem(given.group);
        if (problem !== undefined) {
            say(`${field}.group`, `${JSON.stringify(given!.group)} cannot be the name of a Group: ${problem}; expected another`);
        }
    }
    if (admins !== undefined && readers?.group === admins.group) {
        say("readers.group", `${JSON.stringify(readers.group)} is the group of admins; expected another`);
    }
}

/** Duplicate names of identity providers, and OpenID providers that need another store or `groups`. */
function providerProblems(identity: IdentitySettings, say: Say): void {
    const providers = [
        ...(identity.store === "none" ? [] : [{ path: "provider", name: identity.provider.name }]),
        ...identity.openid.map(({ name }, i) => ({ path: `openid[${i}]`, name })),
        ...identity.ldap.map(({ name }, i) => ({ path: `ldap[${i}]`, name })),
    ];
    providers.forEach(({ path, name }, i) => {
        const before = providers.slice(0, i).find((other) => other.name === name);
        if (before !== undefined) {
            say(`${path}.name`, `${JSON.stringify(name)} is already at identity.${before.path}.name; expected another`);
        }
    });
    identity.openid.forEach(({ clientSecret, claims }, i) => {
        if (clientSecret.vault !== undefined && identity.store !== "vault") {
            say(
                `openid[${i}].clientSecret.vault`,
                "needs Vault, which this stack does not use; expected store: vault, or clientSecret.secret",
            );
        }
        if (claims.groups !== undefined && identity.groups === "made") {
            say(
                "groups",
                `with "made", Groups have only the users of the settings, but openid[${i}].claims.groups changes their members at each login; expected shared or existing`,
            );
        }
    });
}

function vaultProblems(vault: IdentitySettings["vault"], domain: unknown, say: Say): void {
    if (vault === undefined) {
        say("vault", "is missing; store vault needs vault.address or vault.install");
        return;
    }
    const { address, install, namespace, mount, prefix, inCluster, kubernetes, jwt } = vault;
    if ((address === undefined) === (install === undefined)) {
        say("vault", `has ${address === undefined ? "neither" : "both"} of address and install; expected exactly one of them`);
    }
    if (install !== undefined) {
        for (const [part, given] of Object.entries({ inCluster, jwt, namespace, ca: vault.ca })) {
            if (given !== undefined) {
                say(`vault.${part}`, "has no effect with install, which describes the Vault of this stack; expected no value");
            }
        }
    }
    if (address !== undefined && HCP.test(new URL(address).hostname) && namespace === undefined) {
        say("vault.namespace", "is missing: HCP Vault has no root namespace; expected admin, or a namespace below it");
    }
    vaultLoginProblems(vault, say);
    if (mount !== undefined && mount === prefix) {
        say(
            "vault.mount",
            `${JSON.stringify(mount)} is also vault.prefix, and External Secrets would remove it from paths; expected another prefix`,
        );
    }
    if (
        inCluster === undefined &&
        install === undefined &&
        jwt === undefined &&
        kubernetes.host === undefined &&
        typeof domain === "string" &&
        apiHostname(domain, undefined) === undefined
    ) {
        say(
            "vault.kubernetes.host",
            `is missing; it is required because the apps domain ${JSON.stringify(domain)} does not begin with "apps."`,
        );
    }
}

/** Checks the login of the cluster to Vault (`jwt`), and that of `pulumi up` (`login`). */
function vaultLoginProblems({ inCluster, jwt, kubernetes, login }: VaultSettings, say: Say): void {
    if (jwt !== undefined) {
        if (inCluster !== undefined) {
            say(
                "vault.jwt",
                "has no effect with inCluster, because a Vault in the cluster can reach the API server; expected one of inCluster and jwt",
            );
        }
        for (const part of ["host", "ca"] as const) {
            if (kubernetes[part] !== undefined) {
                say(
                    `vault.kubernetes.${part}`,
                    "has no effect with vault.jwt, because Vault does not call the API server then; expected no value",
                );
            }
        }
    }
    if (login.method === "token") {
        for (const part of ["role", "mount"] as const) {
            if (login[part] !== undefined) {
                say(`vault.login.${part}`, "has no effect with login.method token; expected another method, or no value");
            }
        }
    } else if (login.role === undefined) {
        say("vault.login.role", `is missing; login.method ${login.method} needs it`);
    }
}
