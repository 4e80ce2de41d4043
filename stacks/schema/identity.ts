/** `identity`: users, identity providers, password storage, and cluster administrators. */
import { z } from "zod";

import { ADMINS_GROUP } from "../../catalogue/identity";
import { dnsLabel } from "../../kinds/common";
import { ldapSchema, openIdSchema, providerSchema } from "./identityProviders";
import { vaultSchema } from "./vault";

const groupName = z
    .string()
    .min(1)
    .max(63)
    .regex(/^[^"\\/%:]+$/, 'expected a name without ", \\, /, % and :, such as acme-admins');

export const userSchema = z.strictObject({
    name: z.string().min(1).max(253).describe("Name at login."),
    tier: z.string().min(1).describe("Tier of the user."),
    tiers: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe(
            "Additional tiers of the user. A key is for one of all these tiers: that which its request names, else that of the highest priority. Default: none.",
        ),
    rotate: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .default(1)
        .describe("Raise this number to replace the user's password. Only with a `store`. Default 1."),
    existing: z
        .boolean()
        .default(false)
        .describe("The user logs in by other means: no password is generated, whatever the `store`. Default false."),
});

export const externalSecretsSchema = z
    .strictObject({
        operator: z
            .enum(["red-hat", "community"])
            .default("red-hat")
            .describe(
                "`red-hat`: OLM installs Red Hat's operator. `community`: the community's chart (version 0.17 or later), installed from `manifests`, or an existing installation. A cluster can have only one of them. Default red-hat.",
            ),
        namespace: dnsLabel
            .default("external-secrets")
            .describe("Namespace of its controllers; that of `red-hat` is fixed. Default external-secrets."),
        manifests: z
            .string()
            .min(1)
            .optional()
            .describe(
                "File of the rendered chart, which the stack installs; the path is relative to the folder of Pulumi.yaml. docs/identity.md describes how to render it. Only with `community`. Default: an existing installation.",
            ),
    })
    .prefault({})
    .describe("External Secrets, which copies secrets from Vault to the cluster.");

const admins = z.strictObject({
    group: groupName
        .default(ADMINS_GROUP)
        .describe(
            `OpenShift group that the program creates for them. List another one in the configuration of the policy \`few-cluster-admins\`. Default ${ADMINS_GROUP}.`,
        ),
    users: z.array(z.string().min(1).max(253)).min(1).describe("Names of the users."),
});

const readers = z.strictObject({
    group: groupName
        .default("platform-readers")
        .describe("OpenShift group that the program creates for them. Default platform-readers."),
    users: z.array(z.string().min(1).max(253)).min(1).describe("Names of the users."),
});

export const identitySchema = z
    .strictObject({
        users: z.array(userSchema).default([]).describe("Users and their tiers."),
        usersFile: z
            .string()
            .min(1)
            .optional()
            .describe(
                "File with additional users, one line `name,tier` each; the path is relative to the folder of Pulumi.yaml. For thousands of users: Pulumi accepts settings of at most 128 KiB. Default: none.",
            ),
        groups: z
            .enum(["made", "shared", "existing"])
            .default("made")
            .describe(
                "The Groups of the tiers. `made`: created with exactly these users. `shared`: created with these users; later changes of members are kept. `existing`: not created, because an LDAP sync or the claims of a provider do so. Default made.",
            ),
        store: z
            .enum(["none", "vault", "kubernetes"])
            .default("none")
            .describe(
                "Where the passwords of the users are kept. `none`: users can log in already, no password is generated. `vault`: generated, stored in Vault, and copied to the OAuth server by External Secrets. `kubernetes`: the same in Secrets of the cluster, for trials; refused in production. Default none.",
            ),
        provider: providerSchema,
        vault: vaultSchema.optional(),
        externalSecrets: externalSecretsSchema,
        openid: z
            .array(openIdSchema)
            .default([])
            .describe("OpenID providers (Keycloak, Entra ID, Okta), in addition to existing identity providers. Default: none."),
        ldap: z
            .array(ldapSchema)
            .default([])
            .describe("LDAP directories, in addition to existing identity providers. Default: none."),
        admins: admins.optional().describe("Cluster administrators, as members of a Group. Default: none."),
        readers: readers
            .optional()
            .describe("Users who may read the whole cluster but its Secrets (cluster-reader). Default: none."),
        kubeadmin: z
            .enum(["keep", "remove"])
            .default("keep")
            .describe(
                "`remove` deletes the installer's account permanently, once another cluster-admin has logged in. Keep the installer's kubeconfig. Default keep.",
            ),
    })
    .prefault({})
    .describe("Users.");

export type UserSettings = z.output<typeof userSchema>;
export type IdentitySettings = z.output<typeof identitySchema>;
