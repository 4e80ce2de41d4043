/** What settings of gateway, limits, tenants, tiers and models elsewhere are refused, and how it is said. */
import { type Draft, problemsOf, shipped } from "../settings";

const openai = { provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" };

const problems = (change: (settings: Draft) => void): string[] => problemsOf(shipped("code-assistant", change));

const external = (settings: Draft, model: object = {}): void => {
    settings.externalModels = [{ name: "gpt-4o", providers: [openai], ...model }];
    settings.tiers[2].models.push("gpt-4o");
};

describe("accepted", () => {
    it.each<[string, (settings: Draft) => void]>([
        ["a model elsewhere that a tier names", (s) => external(s)],
        [
            "several windows, each longer one for more",
            (s) =>
                (s.tiers[0].tokens = [
                    { limit: 100, window: "1m" },
                    { limit: 900, window: "24h" },
                ]),
        ],
        [
            "cost of a tier",
            (s) => (s.tiers[0].cost = { organization: "acme", costCenter: "cc", labels: { team: "a" }, perToken: "0.002" }),
        ],
        [
            "a second host that the wildcard covers",
            (s) => (s.gateway = { additionalHosts: [{ host: "inference.apps.cluster.example.com" }] }),
        ],
        [
            "a host below with a certificate",
            (s) =>
                (s.gateway = {
                    additionalHosts: [{ host: "inference.maas.apps.cluster.example.com", certificateSecret: "inference-tls" }],
                }),
        ],
        ["a private authority", (s) => (s.gateway = { issuer: { name: "local-ca" } })],
        [
            "a load balancer with names in Route 53",
            (s) => (s.gateway = { exposure: "loadBalancer", loadBalancer: { hostedZoneId: "Z0123456789ABC" } }),
        ],
        [
            "copies of Limitador that share Redis",
            (s) => (s.connectivityLink = { limitador: { replicas: 2, storage: { secret: "redis" } } }),
        ],
        [
            "a tenant of its own on 3.5",
            (s) => {
                s.release = "3.5";
                s.tenants = [{ name: "research" }];
                s.tiers = [{ name: "lab", tenant: "research", models: [s.models[0].name], tokens: [{ limit: 1, window: "1m" }] }];
                s.identity = {};
            },
        ],
    ])("%s", (_, change) => {
        expect(problems(change)).toEqual([]);
    });
});

describe("refused", () => {
    it.each<[string, (settings: Draft) => void, string[]]>([
        [
            "a limit that another never lets be reached",
            (s) =>
                (s.tiers[0].tokens = [
                    { limit: 1000, window: "1m" },
                    { limit: 500, window: "1h" },
                ]),
            [
                "tiers[0].tokens[0]: 1000 in 1m has no effect: tokens[1] allows only 500 in 1h; expected a higher limit for the longer window, or only one of th",
            ],
        ],
        [
            "a window of more than a year",
            (s) => (s.tiers[0].tokens = [{ limit: 1000, window: "9999h" }]),
            [
                'tiers[0].tokens[0].window: "9999h" is longer than a year, which the product does not accept; expected at most 8784h',
            ],
        ],
        [
            "limits of a model and of requests that cannot be",
            (s) => {
                s.tiers[0].models = [
                    {
                        name: "gpt-oss-20b",
                        tokens: [
                            { limit: 1, window: "1m" },
                            { limit: 2, window: "1m" },
                        ],
                    },
                ];
                s.tiers[1].requests = [
                    { limit: 5, window: "1m" },
                    { limit: 4, window: "1h" },
                ];
            },
            [
                'tiers[0].models[0].tokens[1].window: "1m" is already at tiers[0].models[0].tokens[0].window; expected another',
                "tiers[1].requests[0]: 5 in 1m has no effect: requests[1] allows only 4 in 1h; expected a higher limit for the longer window, or only one of the two",
            ],
        ],
        [
            "names, Groups and tiers twice, and models and tiers that are none",
            (s) => {
                s.tiers[0].authPolicy = "premium";
                s.tiers[1].models = [{ name: "gpt-oss-20" }];
                s.tiers[1].groups = ["a", "a"];
                s.tiers[2].subscription = "free";
                s.identity.users[0].tiers = ["free", "enterprize"];
            },
            [
                'tiers[1].models[0].name: "gpt-oss-20" is not a model; expected one of gpt-oss-20b, nemotron-3-nano-30b-a3b; did you mean "gpt-oss-20b"',
                'tiers[1].groups[1]: "a" is already at tiers[1].groups[0]; expected another',
                'tiers[2].subscription: "free" is already the subscription of tiers[0]; expected another',
                'tiers[1].authPolicy: "premium" is already the authPolicy of tiers[0]; expected another',
                'identity.users[0].tiers[1]: "enterprize" is not a tier; expected one of free, premium, enterprise; did you mean "enterprise"',
                'identity.users[0].tiers[0]: "free" is already a tier of the user; expected another',
            ],
        ],
        [
            "a tier that is none, where two have one name",
            (s) => ((s.tiers[1].name = "free"), (s.identity.users = [{ name: "ann", tier: "fre" }])),
            [
                'tiers[1].name: "free" is already at tiers[0].name; expected another',
                'identity.users[0].tier: "fre" is not a tier; expected one of free, enterprise; did you mean "free"',
            ],
        ],
        [
            "a model's limits that are none",
            (s) => (s.tiers[0].models = [{ name: "gpt-oss-20b", tokens: [{ limit: 0, window: "1m" }] }]),
            ["tiers[0].models[0].tokens[0].limit: expected a whole number from 1 to 1000"],
        ],
        [
            "what the tiers of 3.3 do not have",
            (s) => {
                s.release = "3.3";
                s.workspaces = undefined;
                for (const tier of s.tiers) {
                    delete tier.cost;
                }
                s.tiers[0].groups = ["system:authenticated"];
                s.tiers[1].models = [{ name: "gpt-oss-20b", tokens: [{ limit: 1, window: "1m" }] }];
                s.tiers[1].users = ["ann"];
            },
            [
                "tiers[0].group: is missing: release 3.3 knows users by their groups alone, and users of this stack belong to the tier; expected the group that they get, or release 3.4",
                "tiers[1].models[0]: the limits of a tier of release 3.3 are those of all its models; expected a name, or release 3.4",
                "tiers[1].users: a tier of release 3.3 has only name, displayName, group, groups, models, requests, tokens; expected no value, or release 3.4",
            ],
        ],
        [
            "models whose paths look like the API's",
            (s) => (s.modelsNamespace = "maas-api-models"),
            [
                'modelsNamespace: "maas-api-models" begins like the path of the MaaS API, which has no limits; expected another, such as maas',
            ],
        ],
        [
            "a model elsewhere that no tier names",
            (s) => (s.externalModels = [{ name: "gpt-4o", providers: [openai] }]),
            ['externalModels[0].name: no tier names "gpt-4o", so nobody can call it; expected it in the models of a tier'],
        ],
        [
            "several providers, and what only later releases know",
            (s) =>
                external(s, {
                    providers: [
                        { ...openai, weight: 2 },
                        { ...openai, targetModel: "gpt-4o-mini" },
                    ],
                }),
            [
                "externalModels[0].providers: got 2 providers; before release 3.5, a model has one provider; expected one",
                "externalModels[0].providers[0].weight: exists from release 3.5 on",
            ],
        ],
        [
            "a key in the settings",
            (s) => external(s, { providers: [{ ...openai, apiKey: "sk-secret" }] }),
            ["externalModels[0].providers[0].apiKey: unknown key"],
        ],
        [
            "tenants on 3.4",
            (s) => (s.tenants = [{ name: "research" }]),
            ["tenants: additional tenants exist from release 3.5 on, but the release is 3.4"],
        ],
        [
            "a tier of a tenant that is none",
            (s) => {
                s.release = "3.5";
                s.tenants = [{ name: "research" }];
                s.tiers[2].tenant = "reserch";
                s.tiers.splice(0, 2);
                s.identity = {};
            },
            ['tiers[0].tenant: "reserch" is not a tenant; expected one of research; did you mean "research"'],
        ],
        [
            "reencrypt on 3.5, whose API needs a host",
            (s) => {
                s.release = "3.5";
                s.gateway = { exposure: "reencrypt" };
            },
            [
                "gateway.exposure: with reencrypt, the listener has no host, and the API of release 3.5 does not start without one; expected passthrough or loadBalancer",
            ],
        ],
        [
            "no hosts on 3.5, whose API needs one",
            (s) => {
                s.release = "3.5";
                s.gateway = { hostnames: false };
            },
            ["gateway.hostnames: the API of release 3.5 does not start without a listener that has a host; expected true"],
        ],
        [
            "a certificate of a host that has no listener",
            (s) =>
                (s.gateway = {
                    hostnames: false,
                    additionalHosts: [{ host: "models.apps.cluster.example.com", certificateSecret: "models" }],
                }),
            [
                "gateway.additionalHosts[0].certificateSecret: has no effect without listeners for each host (gateway.hostnames: false): all hosts have the certificate of the gateway; expected no value",
            ],
        ],
        [
            "a certificate that nobody would see",
            (s) => (s.gateway = { exposure: "reencrypt", certificateSecret: "mine" }),
            [
                "gateway.certificateSecret: has no effect with exposure reencrypt: the router presents its own certificate, and the gateway one of the service CA; expected no value",
            ],
        ],
        [
            "a host that the wildcard does not cover",
            (s) => (s.gateway = { additionalHosts: [{ host: "inference.maas.apps.cluster.example.com" }] }),
            [
                "gateway.additionalHosts[0].certificateSecret: is missing: the certificate of *.apps.cluster.example.com is not valid for inference.maas.apps.cluster.example.com; expected a TLS Secret that is valid for it, or gateway.issuer",
            ],
        ],
        [
            "the gateway's own host again",
            (s) => (s.gateway = { additionalHosts: [{ host: "maas.apps.cluster.example.com" }] }),
            [
                'gateway.additionalHosts[0].host: "maas.apps.cluster.example.com" is already the gateway\'s own host; expected another',
            ],
        ],
        [
            "copies of Limitador that count apart",
            (s) => (s.connectivityLink = { limitador: { replicas: 3 } }),
            [
                "connectivityLink.limitador.storage: is missing: each of 3 replicas would count alone and allow 3 times the limits; expected a Secret with the URL of Redis, or one replica",
            ],
        ],
        [
            "what is said to an operator of somebody else",
            (s) => {
                s.operators = { "rhcl-operator": { existing: true } };
                s.connectivityLink = { failClosed: true };
            },
            [
                "connectivityLink.failClosed: is set in the Subscription of rhcl-operator, which this stack does not change (operators.rhcl-operator.existing); expected no value",
            ],
        ],
    ])("%s", (_, change, expected) => {
        const found = problems(change);
        expect(found.map((problem, i) => problem.slice(0, expected[i]?.length))).toEqual(expected);
        expect(found.join("\n")).not.toContain("sk-secret");
    });
});
