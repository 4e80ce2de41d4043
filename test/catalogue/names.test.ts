/** Names and texts that layers, checks and policies derive alike. */
import { apiHostname, servedSecrets } from "../../catalogue/certificates";
import { partsOf, textOf, waivedPartsOf, waivedTextOf } from "../../catalogue/findings";
import { htpasswdFile, htpasswdSecretName, slug, type User, usersRevision, usersWithPasswords } from "../../catalogue/identity";
import { accessLabel, tenantNamespace, tenantsOfModels } from "../../catalogue/tenancy";
import { groupOf, groupsOf } from "../../catalogue/tiers";

describe("certificates", () => {
    it("of the API server are for the name beside the apps domain, unless another is given", () => {
        expect([
            apiHostname("apps.a.acme.com", undefined),
            apiHostname("a.acme.com", undefined),
            apiHostname("my.apps.acme.com", undefined),
            apiHostname("apps.a.acme.com", "api.b.acme.com"),
        ]).toEqual(["api.a.acme.com", undefined, undefined, "api.b.acme.com"]);
    });

    it("are issued here, or those of somebody else, or left as they are", () => {
        const existing = { apiServer: "theirs-api", ingress: "theirs-ingress" };
        expect([
            servedSecrets(undefined),
            servedSecrets({ apiServer: false, ingress: false, existing }),
            servedSecrets({ apiServer: true, ingress: true }),
            servedSecrets({ apiServer: true, ingress: false }),
            servedSecrets({ apiServer: true, ingress: true, existing }),
            servedSecrets({ apiServer: true, ingress: true, existing: { ingress: "theirs-ingress" } }),
        ]).toEqual([
            { apiServer: undefined, ingress: undefined },
            { apiServer: undefined, ingress: undefined },
            { apiServer: "api-certs", ingress: "ingress-certs" },
            { apiServer: "api-certs", ingress: undefined },
            { apiServer: "theirs-api", ingress: "theirs-ingress" },
            { apiServer: undefined, ingress: "theirs-ingress" },
        ]);
    });
});

describe("a finding", () => {
    const waiver = { owner: "ann", until: "2027-01-31", reason: "a trial (two weeks)" };

    it.each([
        [{ message: "no" }, "no"],
        [{ message: "no", setting: "tiers[name=free].models" }, "no [tiers[name=free].models]"],
        [{ message: "two\nlines", setting: "gateway" }, "two\nlines [gateway]"],
    ])("is one text, and has its parts again: %j", (said, text) => {
        expect(textOf(said)).toBe(text);
        expect(partsOf(text)).toEqual(said);
        const waived = { rule: "higher-tiers-allow-more", ...said, waiver };
        expect(waivedPartsOf(waivedTextOf(waived))).toEqual(waived);
        expect(waivedPartsOf(text)).toBeUndefined();
    });

    it("keeps what is said of its waiver in the message", () => {
        expect(partsOf("no [gateway] (the waiver of ann has ended)")).toEqual({
            message: "no (the waiver of ann has ended)",
            setting: "gateway",
        });
    });

    it("with a bracket that is no setting is its own message", () => {
        expect(partsOf("expected one of [a b]")).toEqual({ message: "expected one of [a b]" });
    });

    it("that somebody answers for says who, until when and why", () => {
        expect(waivedTextOf({ rule: "higher-tiers-allow-more", message: "no", setting: "tiers", waiver })).toBe(
            "higher-tiers-allow-more: no [tiers] (waived by ann until 2027-01-31: a trial (two weeks))",
        );
    });
});

describe("users", () => {
    const user = (name: string, rotate = 1, existing = false): User => ({ name, rotate, existing });

    it("get passwords in the order of their names, unless they have some", () => {
        expect(usersWithPasswords([user("b"), user("c", 1, true), user("a")]).map(({ name }) => name)).toEqual(["a", "b"]);
    });

    it("are one revision in any order, and another with every turn", () => {
        const first = usersRevision([user("a"), user("b")]);
        expect(first).toMatch(/^[0-9a-f]{12}$/);
        expect(usersRevision([user("b"), user("c", 1, true), user("a")])).toBe(first);
        expect(usersRevision([user("a", 2), user("b")])).not.toBe(first);
        expect(usersRevision([user("a")])).not.toBe(first);
    });

    it("are kept in a Secret of the store's own", () => {
        expect([htpasswdSecretName("maas", "vault"), htpasswdSecretName("maas", "kubernetes")]).toEqual([
            "maas-htpasswd",
            "maas-users",
        ]);
    });

    it("have names that objects can have", () => {
        expect(["ann", "a", "ann-b"].map(slug)).toEqual(["ann", "a", "ann-b"]);
        expect(slug("Ann.Bee@acme.com")).toMatch(/^ann-bee-acme-com-[0-9a-f]{8}$/);
        expect(slug("--ann--")).toMatch(/^ann-[0-9a-f]{8}$/);
        expect(slug("å")).toMatch(/^u-[0-9a-f]{8}$/);
        expect(slug(`${"a".repeat(60)}`)).toMatch(/^a{30}-[0-9a-f]{8}$/);
        expect(slug("Ann")).not.toBe(slug("ANN"));
    });

    it("are a line each, with hashes that the login takes", () => {
        const hash = (kind: string): string => `$2${kind}$10$${"a".repeat(53)}`;
        expect(
            htpasswdFile([
                { name: "a", hash: hash("a") },
                { name: "b", hash: hash("y") },
            ]),
        ).toBe(`a:${hash("a")}\nb:${hash("y")}\n`);
        for (const wrong of [hash("b"), `${hash("a")}a`, `x${hash("a")}`, "plain"]) {
            expect(() => htpasswdFile([{ name: "ann", hash: wrong }])).toThrow('the hash of user "ann" is not of a form');
        }
    });
});

it("tenants have namespaces and labels, and the models of their tiers", () => {
    expect([tenantNamespace(undefined), tenantNamespace("lab")]).toEqual(["models-as-a-service", "ai-tenant-lab"]);
    expect([accessLabel(undefined), accessLabel("lab")]).toEqual([
        "maas.opendatahub.io/gateway-access",
        "maas.opendatahub.io/gateway-access-lab",
    ]);
    const tiers = [{ models: ["a"] }, { tenant: "lab", models: ["b", "c"] }];
    expect([...tenantsOfModels({ tiers })]).toEqual([
        ["b", "lab"],
        ["c", "lab"],
    ]);
});

it("tiers have groups", () => {
    expect([groupOf({ name: "free" }), groupOf({ name: "free", group: "everybody" })]).toEqual(["tier-free-users", "everybody"]);
    expect([groupOf({ name: "a", groups: ["b"] }), groupOf({ name: "a", users: ["b"] })]).toEqual([undefined, undefined]);
    expect([
        groupsOf({ name: "a" }),
        groupsOf({ name: "a", groups: ["b"] }),
        groupsOf({ name: "a", group: "c", groups: ["b"] }),
    ]).toEqual([["tier-a-users"], ["b"], ["c", "b"]]);
});
