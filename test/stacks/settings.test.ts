/** How the settings of a stack are read, and what is told of wrong ones. */
import { parseSettings } from "../../stacks/settings";
import { good, problems } from "./support";

it("fills in the defaults", () => {
    const settings = parseSettings("test", good());
    expect(settings.release).toBe("3.4");
    expect(settings.protectData).toBe(false);
    expect(settings.gateway.certificateSecret).toBeUndefined();
    expect(settings.models[0]).toMatchObject({ replicas: 1, gpus: 1, concurrency: 1, routing: { mode: "simple" } });
});

describe("refuses, with path, value, expectation and the nearest choice:", () => {
    it.each<[string, (s: any) => unknown, RegExp[]]>([
        [
            "an unknown key",
            (s) => void (s.gpu.pools[0].instancetype = "x"),
            [/^gpu\.pools\[0\]\.instancetype: unknown key; expected one of name, .*did you mean "instanceType"\?/],
        ],
        [
            "a wrong type",
            (s) => void (s.gpu.pools[0].replicas = "two"),
            [/^gpu\.pools\[0\]\.replicas: expected a whole number from 0 to 100, got "two"$/],
        ],
        ["a word for true", (s) => void (s.protectData = "always"), [/^protectData: expected true or false, got "always"/]],
        [
            "a missing value",
            (s) => void delete s.models[0].source,
            [/^models\[0\]\.source: is missing; expected the source of the weights, or model/],
        ],
        [
            "a window of days",
            (s) => void (s.tiers[0].tokens[0].window = "1d"),
            [/^tiers\[0\]\.tokens\[0\]\.window: expected a window .* got "1d"/],
        ],
        [
            "a request window of days",
            (s) => void (s.tiers[0].requests.window = "1d"),
            [/^tiers\[0\]\.requests\.window: expected a window .* got "1d"/],
        ],
        [
            "an unknown release",
            (s) => void (s.release = "3.40"),
            [/^release: "3\.40" is not one of 3\.3, 3\.4, 3\.5; did you mean "3\.4"\?/],
        ],
        [
            "a release as a number",
            (s) => void (s.release = 3.4),
            [/^release: 3\.4 is a number, .* expected one of "3\.3", "3\.4", "3\.5", in quotes: write "3\.4"$/],
        ],
        [
            "3.10, which YAML reads as 3.1",
            (s) => void (s.release = 3.1),
            [/^release: 3\.1 is a number, whose last zeros YAML drops; expected one of "3\.3", "3\.4", "3\.5", in quotes$/],
        ],
        [
            "a release that is still to come: no other one is meant",
            (s) => void (s.release = "3.6"),
            [/^release: "3\.6" is not one of 3\.3, 3\.4, 3\.5$/],
        ],
        [
            "too small a number",
            (s) => void (s.gpu.pools[0].replicas = -1),
            [/^gpu\.pools\[0\]\.replicas: expected a whole number from 0 to 100, got -1$/],
        ],
        [
            "half a node",
            (s) => void (s.gpu.pools[0].replicas = 1.5),
            [/^gpu\.pools\[0\]\.replicas: expected a whole number from 0 to 100, got 1\.5$/],
        ],
        [
            "an empty name",
            (s) => void (s.identity.users[0].name = ""),
            [/^identity\.users\[0\]\.name: expected at least one character, got ""$/],
        ],
        [
            "no limit of tokens",
            (s) => void (s.tiers[0].tokens = []),
            [/^tiers\[0\]\.tokens: expected at least one entry, got \[\]$/],
        ],
        [
            "a list of another length",
            (s) => void (s.reproduces = { guide: "g", minutes: [1] }),
            [/^reproduces\.minutes: expected exactly 2 entries, got \[1\]$/],
        ],
        [
            "a key without a value",
            (s) => void (s.tiers = null),
            [/^tiers: has no value; expected a list whose entries are each a map with name, models and tokens, or leave it out$/],
        ],
        [
            "a key that cannot be one",
            (s) => void (s.tiers[0].cost = { labels: { "": "a" } }),
            [/^tiers\[0\]\.cost\.labels\.: "" cannot be a key here: expected at least one character$/],
        ],
        [
            "the password of a user",
            (s) => void (s.identity.users[0].password = "hunter2"),
            [
                /^identity\.users\[0\]\.password: unknown key; the settings hold no secrets: passwords of users are generated and kept where identity\.store says/,
            ],
        ],
        [
            "the token of Vault",
            (s) =>
                void (s.identity = {
                    ...s.identity,
                    store: "vault",
                    vault: { address: "https://vault.example.org", token: "hvs.x" },
                }),
            [/^identity\.vault\.token: unknown key; the settings hold no secrets: `pulumi up` logs in to Vault with VAULT_TOKEN/],
        ],
        [
            "a token of Hugging Face",
            (s) => void (s.models[0].hfToken = "hf_x"),
            [/^models\[0\]\.hfToken: unknown key; the settings hold no secrets: .* tokenSecret/],
        ],
        [
            "an OpenID issuer without https",
            (s) =>
                void (s.identity.openid = [
                    { name: "k", issuer: "sso.example.org", clientId: "c", clientSecret: { secret: "s" } },
                ]),
            [
                /^identity\.openid\[0\]\.issuer: expected an https address such as https:\/\/host\.example\.com, .* got "sso\.example\.org"$/,
            ],
        ],
        [
            "a model without its pool",
            (s) => void (s.models[0].pool = "l40"),
            [/^models\[0\]\.pool: "l40" is not a GPU pool; expected one of l40s; did you mean "l40s"\?/],
        ],
        [
            "a tier without its model",
            (s) => void (s.tiers[1].models = ["gpt-oss-2b"]),
            [/^tiers\[1\]\.models\[0\]: "gpt-oss-2b" is not a model; .*did you mean "gpt-oss-20b"\?/],
        ],
        [
            "a user without a tier",
            (s) => void (s.identity.users[0].tier = "fre"),
            [/^identity\.users\[0\]\.tier: "fre" is not a tier; expected one of free, premium; did you mean "free"\?/],
        ],
        [
            "two tiers of a name",
            (s) => void (s.tiers[1].name = "free"),
            [/^tiers\[1\]\.name: "free" is already at tiers\[0\]\.name/],
        ],
        [
            "two tiers of a group",
            (s) => void (s.tiers[1].group = "tier-free-users"),
            [/^tiers\[1\]\.group: "tier-free-users" is already at tiers\[0\]\.group/],
        ],
        ["two models of a name", (s) => void s.models.push(s.models[0]), [/^models\[1\]\.name/]],
        ["two pools of a name", (s) => void s.gpu.pools.push(s.gpu.pools[0]), [/^gpu\.pools\[1\]\.name/]],
        ["a user twice", (s) => void s.identity.users.push({ name: "ann", tier: "premium" }), [/^identity\.users\[1\]\.name/]],
        ["a model twice in a tier", (s) => void s.tiers[0].models.push("gpt-oss-20b"), [/^tiers\[0\]\.models\[1\]/]],
        [
            "more GPUs than the pool has",
            (s) => void (s.models[0].replicas = 3),
            [
                /^gpu\.pools\[0\]: its models \(gpt-oss-20b\) request 3 GPUs, but pool l40s has 2 \(2 x 1 zones x 1 of g6e\.2xlarge\)/,
            ],
        ],
        [
            "a copy that no node holds",
            (s) => void (s.models[0].gpus = 2),
            [/^models\[0\]\.gpus: a replica requests 2 GPUs on one node, but a g6e\.2xlarge of pool l40s has 1/],
        ],
        [
            "an unknown instance type",
            (s) => void (s.gpu.pools[0].instanceType = "g6e.2xlarg"),
            [/^gpu\.pools\[0\]\.instanceType: "g6e\.2xlarg" is not .*did you mean "g6e\.2xlarge"\?/],
        ],
        [
            "a zone that the cluster has not",
            (s) => void (s.gpu.pools[0].zones = ["us-east-2f"]),
            [/^gpu\.pools\[0\]\.zones\[0\]: "us-east-2f" is not a zone of the cluster/],
        ],
        [
            "an operator that is not in the catalogue",
            (s) => void (s.operators = { "rhcl-operater": { existing: true } }),
            [/^operators\.rhcl-operater: .*did you mean "rhcl-operator"\?/],
        ],
        [
            "a channel for an existing operator",
            (s) => void (s.operators = { nfd: { existing: true, channel: "stable" } }),
            [/^operators\.nfd\.channel: has no effect on an existing operator, which keeps its channel/],
        ],
        [
            "a namespace for an operator that is ours",
            (s) => void (s.operators = { nfd: { namespace: "nfd" } }),
            [/^operators\.nfd\.namespace: applies only to an existing operator \(existing: true\)/],
        ],
        [
            "a database image without a tag",
            (s) => void (s.database = { image: "registry.example.com/postgresql:latest" }),
            [/^database\.image: expected an image with a tag other than latest/],
        ],
    ])("%s", (_what, change, expected) => {
        const found = problems(change);
        expected.forEach((pattern, i) => expect(found[i]).toMatch(pattern));
        expect(found).toHaveLength(expected.length);
    });

    it("all problems at once", () => {
        const found = problems((s) => {
            s.gpu.pools[0].replicas = -1;
            s.models[0].source = "https://example.com";
            s.tires = [];
            s.tiers[1].models = ["other"];
        });
        expect(found.map((p) => p.split(":")[0]).sort()).toEqual([
            "gpu.pools[0].replicas",
            "models[0].source",
            "tiers[1].models[0]",
            "tires",
        ]);
    });

    it.each([undefined, null])("no settings at all (%s)", (given) => {
        expect(() => parseSettings("dev", given)).toThrow(/\(all of it\): the stack has no settings/);
    });
});

it("accepts every operator of the catalogue as an override", () => {
    expect(
        problems(
            (s) => void (s.operators = { devspaces: { existing: true }, "rhods-operator": { csv: "rhods-operator.3.4.1" } }),
        ),
    ).toEqual([]);
});

test("a name that is too long for two reasons is told once, with the limit that holds", () => {
    expect(
        problems((s) => void (s.tiers[0].name = "a".repeat(70))).filter((problem) => problem.startsWith("tiers[0].name")),
    ).toEqual([`tiers[0].name: expected at most 40 characters, got "${"a".repeat(70)}"`]);
});

test("an empty list offers no choice", () => {
    expect(problems((s) => void (s.models = []))).toContain('tiers[0].models[0]: "gpt-oss-20b" is not a model; there is none');
});

test("a key beside maas:settings that nothing reads: told with the one that was meant, whether or not settings are there", () => {
    const misspelt = 'maas:setings: nothing reads this key; expected maas:settings; did you mean "maas:settings"?';
    expect(() => parseSettings("test", undefined, undefined, ["maas:setings"])).toThrow(misspelt);
    // Not that there are none as well.
    expect(() => parseSettings("test", undefined, undefined, ["maas:setings"])).toThrow(/have a problem /);
    expect(() => parseSettings("test", good(), undefined, ["maas:settings", "maas:setings"])).toThrow(misspelt);
    expect(() => parseSettings("test", good(), undefined, ["maas:settings", "aws:region"])).not.toThrow();
});
