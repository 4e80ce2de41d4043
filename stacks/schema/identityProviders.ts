/** `identity.provider`, `identity.openid` and `identity.ldap`: identity providers. */
import { z } from "zod";

import { dnsLabel, httpsUrl } from "../../kinds/common";
import { vaultPath } from "./vault";

const identityProviderName = dnsLabel.describe(
    "Name on the login page. Renaming one locks its users out until their User and Identity objects are deleted.",
);

export const providerSchema = z
    .strictObject({
        name: dnsLabel
            .default("maas")
            .describe(
                "Name on the login page. Renaming it locks its users out until their User and Identity objects are deleted. Default maas.",
            ),
        mappingMethod: z
            .enum(["claim", "add", "lookup"])
            .default("claim")
            .describe(
                "What happens to a user whose name another provider has already claimed: `claim` refuses the user, `add` maps both to one user, `lookup` creates no users. Default claim.",
            ),
    })
    .prefault({})
    .describe("The identity provider of the users whose passwords are kept in `store`.");

const clientSecret = z
    .strictObject({
        secret: dnsLabel.optional().describe("Secret in openshift-config with key clientSecret. Default: none."),
        vault: z
            .strictObject({
                path: vaultPath.describe("Path of the secret, below the mount."),
                property: z.string().min(1).default("clientSecret").describe("Field of the secret. Default clientSecret."),
            })
            .optional()
            .describe("An existing secret in Vault, instead of `secret`. Default: none."),
    })
    .refine(({ secret, vault: from }) => (secret === undefined) !== (from === undefined), {
        error: "expected exactly one of secret and vault",
    });

const claim = z.array(z.string().min(1)).min(1);
const authority = dnsLabel.optional().describe("ConfigMap in openshift-config with key ca.crt. Default: public authorities.");
const mappingMethod = z
    .enum(["claim", "add", "lookup"])
    .default("claim")
    .describe("Mapping method, as in `provider`. Default claim.");

/** Keycloak or another OpenID provider. */
export const openIdSchema = z.strictObject({
    name: identityProviderName,
    mappingMethod,
    issuer: httpsUrl.describe(
        "Issuer, as in its tokens. The cluster must reach its discovery document; otherwise no identity provider changes.",
    ),
    clientId: z.string().min(1).describe("Client that is registered for the cluster."),
    clientSecret: clientSecret.describe("Location of the client secret, which the settings never contain."),
    ca: authority,
    claims: z
        .strictObject({
            preferredUsername: claim.default(["preferred_username"]).describe("Name of the user. Default [preferred_username]."),
            name: claim.default(["name"]).describe("Display name. Default [name]."),
            email: claim.default(["email"]).describe("Email address. Default [email]."),
            groups: claim
                .optional()
                .describe("Groups of the user, which OpenShift creates and fills at each login. Default: none."),
        })
        .prefault({})
        .describe("Claims of the token."),
    extraScopes: z.array(z.string().min(1)).default([]).describe("Scopes to request in addition to openid. Default: none."),
});

/** An LDAP directory for logins; groups come from `oc adm groups sync`. */
export const ldapSchema = z
    .strictObject({
        name: identityProviderName,
        mappingMethod,
        url: z
            .string()
            .regex(
                /^ldaps?:\/\/[^\s/]+\/\S+\?\S+$/,
                "expected an address such as ldaps://ldap.example.com/ou=people,dc=example,dc=com?uid",
            )
            .describe("URL with host, base, attribute of the user name and filter."),
        insecure: z.boolean().default(false).describe("Do not use TLS; only with ldap://. Default false."),
        bindDN: z.string().min(1).optional().describe("DN that searches the directory. Default: anonymous search."),
        bindSecret: dnsLabel.optional().describe("Secret in openshift-config with key bindPassword. Default: none."),
        ca: authority,
        attributes: z
            .strictObject({
                id: claim.default(["dn"]).describe("Attribute that identifies a user. Default [dn]."),
                preferredUsername: claim.default(["uid"]).describe("Name of the user. Default [uid]."),
                name: claim.default(["cn"]).describe("Display name. Default [cn]."),
                email: claim.default(["mail"]).describe("Email address. Default [mail]."),
            })
            .prefault({})
            .describe("Attributes of a user."),
    })
    .refine(({ bindDN, bindSecret }) => (bindDN === undefined) === (bindSecret === undefined), {
        path: ["bindSecret"],
        error: "bindDN and bindSecret go together",
    })
    .refine(({ url, insecure }) => insecure === url.startsWith("ldap://"), {
        path: ["insecure"],
        error: "expected true with ldap://, false with ldaps://",
    });
