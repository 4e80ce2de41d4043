import { parseSettings } from "../../stacks/settings";
import { problemsOf, shipped } from "../settings";

const base = shipped("code-assistant");
const { users } = base.identity;

const problems = (identity: object, change: object = {}): string[] =>
    problemsOf({ ...base, ...change, identity: { users, ...identity } });

const vault = (more: object = {}) => ({ store: "vault", vault: { address: "https://vault.example.com:8200", ...more } });
const keycloak = (more: object = {}) => ({
    name: "keycloak",
    issuer: "https://sso.example.com/realms/maas",
    clientId: "openshift",
    clientSecret: { secret: "keycloak-client" },
    ...more,
});
const directory = (more: object = {}) => ({
    name: "corp",
    url: "ldaps://ldap.example.com/ou=people,dc=example,dc=com?uid",
    ...more,
});
const install = { seal: { kmsKeyId: "alias/vault", region: "us-east-2" } };
const KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
const MARK = "Xq7-planted-9Zt";

describe("identities", () => {
    it.each<[string, object]>([
        ["none", {}],
        ["an existing Vault", vault()],
        ["HCP Vault", vault({ address: "https://maas.vault.0a1b.aws.hashicorp.cloud:8200", namespace: "admin" })],
        ["a Vault in the cluster", vault({ inCluster: {} })],
        ["a Vault that this stack runs", { store: "vault", vault: { install } }],
        ["a Vault that cannot reach the API server", vault({ jwt: { publicKeys: [KEY] } })],
        ["a Vault that knows the issuer", vault({ jwt: { discoveryUrl: "https://oidc.example.com/cluster" } })],
        ["a login of a CI job", vault({ login: { method: "jwt", role: "maas" } })],
        ["Secrets of the cluster", { store: "kubernetes" }],
        ["Keycloak, its secret brought", { openid: [keycloak()] }],
        [
            "Keycloak, its secret in Vault",
            { ...vault(), openid: [keycloak({ clientSecret: { vault: { path: "sso/client" } } })] },
        ],
        [
            "Keycloak, whose claims make the Groups",
            { groups: "existing", openid: [keycloak({ claims: { groups: ["groups"] } })] },
        ],
        ["a directory", { ldap: [directory({ bindDN: "cn=reader", bindSecret: "ldap-bind" })] }],
        ["the account of the installer as a user", { store: "kubernetes", users: [user("kube:admin", true), user("alice")] }],
        ["what was parsed before", parseSettings("test", base).identity],
    ])("are accepted: %s", (_what, identity) => expect(problems(identity)).toEqual([]));

    it.each<[object, RegExp]>([
        [{ store: "vault" }, /^identity\.vault: is missing; store vault needs vault\.address or vault\.install/],
        [{ store: "vault", vault: {} }, /^identity\.vault: has neither of address and install; expected exactly one/],
        [vault({ install }), /^identity\.vault: has both of address and install; expected exactly one/],
        [
            { store: "vault", vault: { install, inCluster: {} } },
            /^identity\.vault\.inCluster: has no effect with install, which describes the Vault of this stack/,
        ],
        [
            { store: "vault", vault: { install: { ...install, replicas: 2 } } },
            /^identity\.vault\.install\.replicas: expected 1, 3 or 5/,
        ],
        [{ store: "vault", vault: { install: {} } }, /^identity\.vault\.install\.seal: /],
        [
            { store: "vault", vault: { install: { ...install, image: "hashicorp/vault" } } },
            /^identity\.vault\.install\.image: expected an image with a tag or digest/,
        ],
        [vault({ jwt: {} }), /^identity\.vault\.jwt: expected exactly one of discoveryUrl and publicKeys/],
        [vault({ jwt: { publicKeys: ["x"] } }), /^identity\.vault\.jwt\.publicKeys\[0\]: expected a public key in PEM/],
        [
            vault({ jwt: { publicKeys: [KEY] }, kubernetes: { host: "https://api.example.com:6443" } }),
            /^identity\.vault\.kubernetes\.host: has no effect with vault\.jwt/,
        ],
        [
            vault({ jwt: { publicKeys: [KEY] }, inCluster: {} }),
            /^identity\.vault\.jwt: has no effect with inCluster.*; expected one of inCluster and jwt/,
        ],
        [{ vault: vault().vault }, /^identity\.vault: has no effect with store none.*; leave vault out, or set store: vault$/],
        [
            { ...vault(), store: "kubernetes" },
            /^identity\.vault: has no effect with store kubernetes, which keeps passwords in the cluster: leave vault out$/,
        ],
        [vault({ address: "http://vault:8200" }), /^identity\.vault\.address: expected an https address/],
        [
            vault({ token: "x" }),
            /^identity\.vault\.token: unknown key; the settings hold no secrets: `pulumi up` logs in to Vault with VAULT_TOKEN/,
        ],
        [
            vault({ address: "https://a.hashicorp.cloud:8200" }),
            /^identity\.vault\.namespace: .*no root namespace; expected admin/,
        ],
        [vault({ login: { method: "jwt" } }), /^identity\.vault\.login\.role: is missing; login\.method jwt needs it/],
        [vault({ login: { role: "r" } }), /^identity\.vault\.login\.role: has no effect with login\.method token/],
        [
            vault({ mount: "kv", prefix: "kv" }),
            /^identity\.vault\.mount: "kv" is also vault\.prefix, and External Secrets would remove it from paths/,
        ],
        [{ store: "kubernetes", users: [user("a b")] }, /^identity\.users\[0\]\.name: "a b" cannot be the name/],
        [{ store: "kubernetes", users: [user("a\nroot")] }, /^identity\.users\[0\]\.name: "a\\nroot" cannot/],
        [{ store: "kubernetes", users: [user("kube:admin")] }, /^identity\.users\[0\]\.name: .*or existing: true/],
        [{ store: "kubernetes", users: [] }, /^identity\.users: there are no users who get a password/],
        [{ users: [{ ...user("alice"), rotate: 2 }] }, /^identity\.users\[0\]\.rotate: has no effect with store none/],
        [
            { openid: [keycloak(), keycloak()] },
            /^identity\.openid\[1\]\.name: "keycloak" is already at identity\.openid\[0\]\.name/,
        ],
        [
            { store: "kubernetes", ldap: [directory({ name: "maas" })] },
            /^identity\.ldap\[0\]\.name: "maas" is already at identity\.provider\.name/,
        ],
        [{ openid: [keycloak({ clientSecret: {} })] }, /clientSecret: expected exactly one of secret and vault/],
        [
            { openid: [keycloak({ clientSecret: { vault: { path: "p" } } })] },
            /identity\.openid\[0\]\.clientSecret\.vault: needs Vault, which this stack does not use/,
        ],
        [
            { openid: [keycloak({ claims: { groups: ["g"] } })] },
            /^identity\.groups: with "made", Groups have only the users of the settings/,
        ],
        [{ openid: [keycloak({ issuer: "http://sso" })] }, /^identity\.openid\[0\]\.issuer: expected an https address/],
        [{ ldap: [directory({ bindDN: "cn=x" })] }, /^identity\.ldap\[0\]\.bindSecret: bindDN and bindSecret go together/],
        [{ ldap: [directory({ insecure: true })] }, /^identity\.ldap\[0\]\.insecure: expected true with ldap:\/\//],
        [{ stroe: "vault" }, /^identity\.stroe: unknown key; .*did you mean "store"/],
    ])("are refused: %j", (identity, message) => expect(problems(identity)).toEqual([expect.stringMatching(message)]));

    it.each(["ann", "Ann Smith", "ann@acme.com", "ann\u{1F600}", "kube:admin", "system:serviceaccount:ci:bot", "b64:YW46bg=="])(
        "admit what OpenShift admits as the name of a user: %j",
        (name) => expect(problems({ users: [user(name, true)] })).toEqual([]),
    );

    it.each(["an:n", ".", "..", "~", "acme/ann", "a%b", "system:admin"])(
        "refuse what OpenShift refuses in a Group: %j",
        (name) => {
            const refused = expect.stringMatching(
                /^identity\.(users|admins\.users)\[0\](\.name)?: .* cannot be the name of a user: /,
            );
            expect(problems({ users: [user(name)] })).toEqual([refused]);
            expect(problems({ users: [user(name, true)], groups: "shared" })).toEqual([refused]);
            expect(problems({ users: [user(name)], store: "kubernetes" })).toEqual([refused]);
            expect(problems({ admins: { users: [name] } })).toEqual([refused]);
            // No Group lists it, and a provider of the cluster may have such names.
            expect(problems({ users: [user(name)], groups: "existing" })).toEqual([]);
        },
    );

    it.each<[string, object, RegExp[]]>([
        ["a colon", { group: "acme:ml-team" }, [/^tiers\[0\]\.group: "acme:ml-team" cannot be the name of a Group: .*no colon/]],
        ["dots", { group: ".." }, [/^tiers\[0\]\.group: "\.\." cannot be the name of a Group/]],
        ["a virtual Group", { group: "system:authenticated" }, []],
    ])("judge the Group of a tier with %s", (_what, change, expected) => {
        const tiers = base.tiers.map((tier: object, i: number) => (i === 0 ? { ...tier, ...change } : tier));
        expect(problems({}, { tiers })).toEqual(expected.map((message) => expect.stringMatching(message)));
        expect(problems({ groups: "existing" }, { tiers })).toEqual([]);
    });

    it("need the API's address when it does not follow from the apps domain", () => {
        const cluster = { ...base.cluster, domain: "wildcard.example.com", acceptFailing: ["apps-domain"] };
        expect(problems(vault(), { cluster })).toEqual([expect.stringMatching(/^identity\.vault\.kubernetes\.host: is missing/)]);
        expect(problems(vault({ kubernetes: { host: "https://api.example.com:6443" } }), { cluster })).toEqual([]);
    });

    it.each<[object]>([
        [{ openid: [keycloak({ clientSecret: MARK })] }],
        [{ openid: [keycloak({ clientSecret: { secret: `${MARK}_` } })] }],
        [{ ldap: [directory({ bindDN: "cn=x", bindSecret: `${MARK}!` })] }],
        [vault({ token: MARK })],
        [vault({ address: `https://maas:${MARK}@vault.example.com` })],
        [{ users: [{ ...user("alice"), password: MARK }] }],
    ])("never repeat a secret that stands where none belongs: %j", (identity) => {
        const found = problems(identity);
        expect(found).not.toEqual([]);
        expect(found.join("\n")).not.toContain(MARK);
    });
});

function user(name: string, existing?: boolean): object {
    return { name, tier: "free", ...(existing !== undefined && { existing }) };
}
