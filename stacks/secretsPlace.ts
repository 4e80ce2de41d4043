/** The place of each secret, for messages to users who are about to write one into a stack file. */

const SECRET =
    /^(?:.*(?:password|passwd|passphrase|secretKey|accessKey|accessKeyId|apiKey|privateKey|bearer)|token|.*[a-z]Token|secret|credentials?|key)$/i;

/** The first that fits the path of an unknown key. */
const places: readonly (readonly [RegExp, string])[] = [
    [/^identity\.vault\b/, "`pulumi up` logs in to Vault with VAULT_TOKEN of the environment, or as vault.login says"],
    [/^identity\.(?:openid|ldap)\b/, "clientSecret and bindSecret name a Secret in openshift-config, or a path in Vault"],
    [/^identity\b/, "passwords of users are generated and kept where identity.store says (vault, or kubernetes for a trial)"],
    [/^database\b/, "the password of the database is generated, or stands in the Secret that database.existing names"],
    [/^externalModels\b/, "the key of a provider stands in the Secret that providers[].secret names"],
    [/^(?:models|predictive)\b/, "tokens for downloads stand in the Secret that tokenSecret or connection names"],
    [
        /^cluster\b/,
        "the cluster is reached by KUBECONFIG, AWS by what the AWS CLI uses (AWS_PROFILE, or keys in the environment)",
    ],
];

/**
 * The message about a key that would hold a secret; undefined for any other.
 *
 * @param path with the key that the settings do not have
 */
export function secretsPlace(path: readonly PropertyKey[]): string | undefined {
    if (!SECRET.test(String(path.at(-1)))) {
        return undefined;
    }
    const written = path.map(String).join(".");
    const place = places.find(([where]) => where.test(written))?.[1] ?? "they stand in Secrets of the cluster or in Vault";
    return `unknown key; the settings hold no secrets: ${place}`;
}
