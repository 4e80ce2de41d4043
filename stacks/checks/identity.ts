/** Checks of the parts of `identity` against each other and the cluster. */
import { apiHostname } from "../../catalogue/certificates";
import { identitySchema, type IdentitySettings } from "../schema/identity";
import type { VaultSettings } from "../schema/vault";
import type { SettingsProblem } from "../problem";
import { groupNameProblem, userNameProblem } from "./names";

/** Hosts of HCP Vault, which has no root namespace. */
const HCP = /\.hashicorp\.cloud$/;

/** Names that the file of passwords cannot hold, or that are the installer's. */
const UNFIT = /[\s:]|^kubeadmin$/;

type Say = (path: string, message: string) => void;

/** @param given what stands under `maas:settings`, whether or not it follows the schema */
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
            say("vault", "is of no use, since no password is kept (store is none); expected store: vault");
        }
        identity.users.forEach((user, i) => {
            if (user.rotate !== 1) {
                say(`users[${i}].rotate`, "nothing is rotated, since no password is kept (store is none); expected a store");
            }
        });
    } else {
        identity.users.forEach(({ name, existing }, i) => {
            if (!existing && userNameProblem(name) === undefined && UNFIT.test(name)) {
                say(
                    `users[${i}].name`,
                    `${JSON.stringify(name)} cannot be the name of a user with a password here; expected one without spaces and :, or existing: true`,
                );
            }
        });
        if (identity.users.every((user) => user.existing)) {
            say("users", "nobody gets a password; expected users, or store: none");
        }
    }
    if (identity.store === "vault") {
        vaultProblems(identity.vault, settings.cluster?.domain, say);
    } else if (identity.store === "kubernetes" && identity.vault !== undefined) {
        say("vault", "is of no use, since passwords are kept in the cluster (store is kubernetes); expected store: vault");
    }
    providerProblems(identity, say);
    return problems;
}

/**
 * Names that a Group cannot list, whatever keeps the passwords. Where others create the Groups of the tiers, and the users log
 * in by other means, the names stand in no Group, and those of an external provider are right as they are.
 */
function nameProblems({ users, admins, groups, store }: IdentitySettings, say: Say): void {
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
    const group = admins && groupNameProblem(admins.group);
    if (group !== undefined) {
        say("admins.group", `${JSON.stringify(admins!.group)} cannot be the name of a Group: ${group}; expected another`);
    }
}

/** Names of identity providers that stand twice, and what OpenID providers need of the store and of `groups`. */
function providerProblems(identity: IdentitySettings, say: Say): void {
    const providers = [
        ...(identity.store === "none" ? [] : [{ path: "provider", name: identity.provider.name }]),
        ...identity.openid.map(({ name }, i) => ({ path: `openid[${i}]`, name })),
        ...identity.ldap.map(({ name }, i) => ({ path: `ldap[${i}]`, name })),
    ];
    providers.forEach(({ path, name }, i) => {
        const before = providers.slice(0, i).find((other) => other.name === name);
        if (before !== undefined) {
            say(`${path}.name`, `${JSON.stringify(name)} stands at identity.${before.path}.name already; expected another`);
        }
    });
    identity.openid.forEach(({ clientSecret, claims }, i) => {
        if (clientSecret.vault !== undefined && identity.store !== "vault") {
            say(`openid[${i}].clientSecret.vault`, "there is no Vault; expected store: vault, or clientSecret.secret");
        }
        if (claims.groups !== undefined && identity.groups === "made") {
            say(
                "groups",
                `"made" has the members of the settings alone, and openid[${i}].claims.groups changes members at each login; expected shared or existing`,
            );
        }
    });
}

function vaultProblems(vault: IdentitySettings["vault"], domain: unknown, say: Say): void {
    if (vault === undefined) {
        say("vault", "is missing; expected vault.address or vault.install, since store is vault");
        return;
    }
    const { address, install, namespace, mount, prefix, inCluster, kubernetes, jwt } = vault;
    if ((address === undefined) === (install === undefined)) {
        say("vault", `has ${address === undefined ? "neither" : "both"} of address and install; expected exactly one of them`);
    }
    if (install !== undefined) {
        for (const [part, given] of Object.entries({ inCluster, jwt, namespace, ca: vault.ca })) {
            if (given !== undefined) {
                say(`vault.${part}`, "is of no use: install says all of the Vault that this stack runs; expected nothing here");
            }
        }
    }
    if (address !== undefined && HCP.test(new URL(address).hostname) && namespace === undefined) {
        say("vault.namespace", "is missing: HCP Vault has no root namespace; expected admin, or one below it");
    }
    vaultLoginProblems(vault, say);
    if (mount !== undefined && mount === prefix) {
        say(
            "vault.mount",
            `${JSON.stringify(mount)} is vault.prefix, too, and External Secrets would cut that off paths; expected another prefix`,
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
            `is missing; the host name of the API does not follow from the apps domain ${JSON.stringify(domain)}`,
        );
    }
}

/** How the cluster logs in to Vault (`jwt`), and how `pulumi up` does (`login`). */
function vaultLoginProblems({ inCluster, jwt, kubernetes, login }: VaultSettings, say: Say): void {
    if (jwt !== undefined) {
        if (inCluster !== undefined) {
            say("vault.jwt", "is of no use: a Vault in the cluster reaches the API server; expected inCluster or jwt");
        }
        for (const part of ["host", "ca"] as const) {
            if (kubernetes[part] !== undefined) {
                say(`vault.kubernetes.${part}`, "is of no use: with vault.jwt, Vault does not ask the API server");
            }
        }
    }
    if (login.method === "token") {
        for (const part of ["role", "mount"] as const) {
            if (login[part] !== undefined) {
                say(`vault.login.${part}`, "a token has none; expected another login.method, or nothing here");
            }
        }
    } else if (login.role === undefined) {
        say("vault.login.role", `is missing; login.method ${login.method} needs one`);
    }
}
