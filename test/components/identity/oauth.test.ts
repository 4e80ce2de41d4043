import { withoutProviders, withProviders } from "../../../components/identity/oauth";
import { provenAdmin } from "../../../components/identity/kubeadmin";
import { htpasswdFile, slug, usersRevision } from "../../../catalogue/identity";
import { memberName } from "../../../catalogue/members";
import { membersThatLeft } from "../../../components/governance/tierGroup";

const ours = (name = "maas", secret = "maas-htpasswd") => ({
    name,
    mappingMethod: "claim" as const,
    type: "HTPasswd" as const,
    htpasswd: { fileData: { name: secret } },
});
const theirs = (name: string) => ({ name, type: "GitHub", github: { clientID: "c", clientSecret: { name: "s" } } });

describe("the list of identity providers", () => {
    it("gets ours behind those of others, whatever their type", () => {
        expect(withProviders([theirs("corp")], [ours()])).toEqual([theirs("corp"), ours()]);
        expect(withProviders([], [ours()])).toEqual([ours()]);
    });

    it("keeps every place: the oauth server counts them", () => {
        const before = [theirs("a"), ours(), theirs("b")];
        expect(withProviders(before, [ours("maas", "other")], [ours()])).toEqual([
            theirs("a"),
            ours("maas", "other"),
            theirs("b"),
        ]);
    });

    it("loses what this stack no longer wants, and nothing else", () => {
        expect(withProviders([theirs("a"), ours("old"), theirs("b")], [ours()], [ours("old")])).toEqual([
            theirs("a"),
            theirs("b"),
            ours(),
        ]);
    });

    it("is refused with all that would be lost", () => {
        expect(() => withProviders([theirs("maas"), theirs("sso")], [ours(), ours("sso")])).toThrow(
            /OAuth cluster already has identity providers with the names of this stack's, which others have set and the stack would replace: maas \(GitHub\), sso \(GitHub\)\. Choose other names \(identity\.provider\.name, identity\.openid\[\]\.name, identity\.ldap\[\]\.name\), or remove the existing ones/,
        );
    });

    it("takes up where a run was interrupted after the list was written", () => {
        expect(withProviders([ours()], [ours()])).toEqual([ours()]);
    });

    it("gives ours up again, and keeps what was replaced meanwhile", () => {
        expect(withoutProviders([theirs("a"), ours(), theirs("b")], [ours()])).toEqual([theirs("a"), theirs("b")]);
        expect(withoutProviders([theirs("maas")], [ours()])).toEqual([theirs("maas")]);
    });
});

describe("the file of users", () => {
    const hash = `$2a$10$${"a".repeat(53)}`;

    it("has a line each, and ends with a newline", () => {
        expect(
            htpasswdFile([
                { name: "alice", hash },
                { name: "bob", hash: hash.replace("2a", "2y") },
            ]),
        ).toBe(`alice:${hash}\nbob:$2y$10$${"a".repeat(53)}\n`);
    });

    it.each(["$2b$10$", "$apr1$", "{SHA}"])("refuses a hash of the form %s without showing it", (prefix) => {
        const wrong = `${prefix}${"s".repeat(53)}`;
        expect(() => htpasswdFile([{ name: "alice", hash: wrong }])).toThrow(/the hash of user "alice" is not of a form/);
        expect(() => htpasswdFile([{ name: "alice", hash: wrong }])).not.toThrow(/sss/);
    });

    const user = (name: string, more: object = {}) => ({ name, tier: "free", rotate: 1, existing: false, ...more });

    it("has a revision of users and turns, not of their order or their tiers", () => {
        const revision = usersRevision([user("a"), user("b")]);
        expect(revision).toMatch(/^[0-9a-f]{12}$/);
        expect(usersRevision([user("b"), user("a", { tier: "premium" })])).toBe(revision);
        expect(usersRevision([user("a"), user("b"), user("c", { existing: true })])).toBe(revision);
        expect(usersRevision([user("a"), user("b", { rotate: 2 })])).not.toBe(revision);
        expect(usersRevision([user("a")])).not.toBe(revision);
    });
});

it("makes names of objects from names of users, no two alike", () => {
    const users = ["alice", "Alice", "alice@example.com", "alice.example.com", "-", "a".repeat(200), "ä"];
    const slugs = users.map(slug);
    expect(slugs[0]).toBe("alice");
    expect(new Set(slugs).size).toBe(users.length);
    for (const made of slugs) {
        expect(made).toMatch(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/);
    }
});

it("encodes members whose names have a colon", () => {
    expect(memberName("alice")).toBe("alice");
    expect(memberName("kube:admin")).toBe("b64:a3ViZTphZG1pbg==");
    expect(memberName("b64:a3ViZTphZG1pbg==")).toBe("b64:a3ViZTphZG1pbg==");
    expect(membersThatLeft({ users: ["ann", "bob", "b64:a3ViZTphZG1pbg=="] }, { users: ["bob"] })).toEqual(["ann", "kube:admin"]);
    expect(membersThatLeft(undefined, { users: ["bob"] })).toEqual([]);
});

describe("another cluster-admin", () => {
    const object = (name: string, fields: object) => ({ metadata: { name }, ...fields });
    const binding = (subject: object, role = "cluster-admin") =>
        object("admins", { roleRef: { name: role }, subjects: [subject] });
    const evidence = {
        bindings: [binding({ kind: "Group", name: "platform-admins" })],
        groups: [object("platform-admins", { users: ["alice"] })],
        users: [object("alice", { identities: ["maas:alice"] })],
        providers: ["maas"],
    };

    it("is proven by a login through a provider that exists", () => {
        expect(provenAdmin(evidence)).toEqual({ user: "alice", provider: "maas", binding: "admins" });
        expect(provenAdmin({ ...evidence, bindings: [binding({ kind: "User", name: "alice" })] })?.user).toBe("alice");
    });

    it.each([
        ["the user has never logged in", { users: [] }],
        ["the provider is gone", { providers: ["corp"] }],
        ["the group is empty", { groups: [object("platform-admins", { users: [] })] }],
        ["the group does not exist", { groups: [] }],
        ["the binding is to another role", { bindings: [binding({ kind: "Group", name: "platform-admins" }, "view")] }],
        ["only a service account is bound", { bindings: [binding({ kind: "ServiceAccount", name: "alice" })] }],
        ["only a group of the system is bound", { bindings: [binding({ kind: "Group", name: "system:masters" })] }],
    ])("is not when %s", (_why, change) => {
        expect(provenAdmin({ ...evidence, ...change })).toBeUndefined();
    });
});
