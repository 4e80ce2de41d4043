/** Identity providers as the oauth server takes them, from the settings. */
import type { IdentitySettings } from "../../stacks/schema";
import { htpasswdSecretName } from "../../catalogue/identity";
import type { IdentityProvider } from "./oauth";

/** The name of the Secret with the client secret of an OpenID provider. */
export function clientSecretName({ name, clientSecret }: IdentitySettings["openid"][number]): string {
    return clientSecret.secret ?? `${name}-client-secret`;
}

/** All providers of a stack: that of its own users, then the others in the order of the settings. */
export function providersOf({ store, provider, openid, ldap }: IdentitySettings): IdentityProvider[] {
    const authority = (ca: string | undefined) => (ca === undefined ? {} : { ca: { name: ca } });
    return [
        ...(store === "none"
            ? []
            : [
                  {
                      name: provider.name,
                      mappingMethod: provider.mappingMethod,
                      type: "HTPasswd" as const,
                      htpasswd: { fileData: { name: htpasswdSecretName(provider.name, store) } },
                  },
              ]),
        ...openid.map((settings) => ({
            name: settings.name,
            mappingMethod: settings.mappingMethod,
            type: "OpenID" as const,
            openID: {
                issuer: settings.issuer,
                clientID: settings.clientId,
                clientSecret: { name: clientSecretName(settings) },
                ...authority(settings.ca),
                claims: {
                    preferredUsername: settings.claims.preferredUsername,
                    name: settings.claims.name,
                    email: settings.claims.email,
                    ...(settings.claims.groups !== undefined && { groups: settings.claims.groups }),
                },
                ...(settings.extraScopes.length > 0 && { extraScopes: settings.extraScopes }),
            },
        })),
        ...ldap.map((settings) => ({
            name: settings.name,
            mappingMethod: settings.mappingMethod,
            type: "LDAP" as const,
            ldap: {
                url: settings.url,
                insecure: settings.insecure,
                ...(settings.bindDN !== undefined && { bindDN: settings.bindDN }),
                ...(settings.bindSecret !== undefined && { bindPassword: { name: settings.bindSecret } }),
                ...authority(settings.ca),
                attributes: settings.attributes,
            },
        })),
    ];
}

/** A Secret or ConfigMap in openshift-config that somebody else creates, and the key that it must have. */
export interface RequiredObject {
    readonly kind: "Secret" | "ConfigMap";
    readonly name: string;
    readonly key: string;
    readonly setting: string;
}

/** The objects that the providers name and this stack does not create. */
export function requiredObjects({ openid, ldap }: IdentitySettings): RequiredObject[] {
    const secret = (name: string, key: string, setting: string): RequiredObject => ({ kind: "Secret", name, key, setting });
    const authority = (ca: string | undefined, setting: string): RequiredObject[] =>
        ca === undefined ? [] : [{ kind: "ConfigMap", name: ca, key: "ca.crt", setting }];
    return [
        ...openid.flatMap(({ clientSecret, ca }, i) => [
            ...(clientSecret.secret === undefined
                ? []
                : [secret(clientSecret.secret, "clientSecret", `identity.openid[${i}].clientSecret.secret`)]),
            ...authority(ca, `identity.openid[${i}].ca`),
        ]),
        ...ldap.flatMap(({ bindSecret, ca }, i) => [
            ...(bindSecret === undefined ? [] : [secret(bindSecret, "bindPassword", `identity.ldap[${i}].bindSecret`)]),
            ...authority(ca, `identity.ldap[${i}].ca`),
        ]),
    ];
}
