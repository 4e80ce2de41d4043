/** The configuration of OpenShift itself: singletons that the installer made. They are patched, never created. */
import { z } from "zod";

import { dnsLabel, hostname, httpsUrl, unique } from "./common";
import { definePatch } from "./kind";

/** Certificates that the API server shows to clients that ask for it by one of the names. The list is replaced as one. */
export const APIServerPatch = definePatch({
    apiVersion: "config.openshift.io/v1",
    kind: "APIServer",
    plural: "apiservers",
    scope: "Cluster",
    body: z.strictObject({
        spec: z.strictObject({
            servingCerts: z.strictObject({
                namedCertificates: z
                    .array(
                        z.strictObject({
                            // The installer's own name of the load balancer inside must keep its certificate: the nodes use it.
                            names: z
                                .array(
                                    hostname.refine((name) => !name.startsWith("api-int."), "api-int must keep its certificate"),
                                )
                                .min(1),
                            servingCertificate: z.strictObject({ name: dnsLabel }),
                        }),
                    )
                    .min(1)
                    .max(32),
            }),
        }),
    }),
    names: ["cluster"],
    source: "docs/sources/openshift.md#api-server-certificate",
});

/** The bundle of further authorities that the whole cluster trusts: a ConfigMap in openshift-config. */
export const ProxyPatch = definePatch({
    apiVersion: "config.openshift.io/v1",
    kind: "Proxy",
    plural: "proxies",
    scope: "Cluster",
    body: z.strictObject({ spec: z.strictObject({ trustedCA: z.strictObject({ name: dnsLabel }) }) }),
    names: ["cluster"],
    source: "docs/sources/openshift.md#cluster-trust",
});

const reference = z.strictObject({ name: dnsLabel });
const attributeNames = z.array(z.string().min(1));
const providerBase = {
    // It prefixes every Identity and is part of a URL.
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/, "expected a name without /, % and :"),
    mappingMethod: z.enum(["claim", "lookup", "add"]),
};

/** One way to log in. The CRD knows neither the types nor which of them needs which block: a wrong one degrades all. */
export const identityProvider = z.discriminatedUnion("type", [
    z.strictObject({
        ...providerBase,
        type: z.literal("HTPasswd"),
        /** Secret in openshift-config with key htpasswd. */
        htpasswd: z.strictObject({ fileData: reference }),
    }),
    z.strictObject({
        ...providerBase,
        type: z.literal("OpenID"),
        openID: z.strictObject({
            issuer: httpsUrl,
            clientID: z.string().min(1),
            /** Secret in openshift-config with key clientSecret. */
            clientSecret: reference,
            /** ConfigMap in openshift-config with key ca.crt. */
            ca: reference.optional(),
            claims: z.strictObject({
                preferredUsername: attributeNames.min(1),
                name: attributeNames.optional(),
                email: attributeNames.optional(),
                groups: attributeNames.optional(),
            }),
            extraScopes: z.array(z.string().min(1)).optional(),
        }),
    }),
    z.strictObject({
        ...providerBase,
        type: z.literal("LDAP"),
        ldap: z.strictObject({
            url: z.string().regex(/^ldaps?:\/\/\S+$/, "expected an ldap or ldaps address"),
            insecure: z.boolean(),
            bindDN: z.string().optional(),
            /** Secret in openshift-config with key bindPassword. */
            bindPassword: reference.optional(),
            ca: reference.optional(),
            attributes: z.strictObject({
                id: attributeNames.min(1),
                preferredUsername: attributeNames,
                name: attributeNames,
                email: attributeNames,
            }),
        }),
    }),
]);

/**
 * The ways to log in. The list is replaced as one: whoever patches it takes over what others put there, and a destroy of the
 * patch takes all of it away. This program therefore adds and removes its own entries by name (components/identity/oauth.ts)
 * and uses the patch for nothing but its schema.
 */
export const OAuthPatch = definePatch({
    apiVersion: "config.openshift.io/v1",
    kind: "OAuth",
    plural: "oauths",
    scope: "Cluster",
    body: z.strictObject({
        spec: z.strictObject({
            identityProviders: unique(identityProvider, (provider) => provider.name)
                .min(1)
                .optional(),
        }),
    }),
    names: ["cluster"],
    source: "docs/sources/identity.md#oauth, docs/sources/pulumi.md#patches",
});
