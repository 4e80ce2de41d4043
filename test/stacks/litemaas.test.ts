/** What settings of LiteMaaS are refused. */
import { type Draft, problemsOf, shipped } from "../settings";

const DIGEST = `sha256:${"0f1e2d3c".repeat(8)}`;
const IMAGE = `quay.io/acme/litellm@${DIGEST}`;

const problems = (change: (litemaas: Draft, settings: Draft) => unknown): string[] =>
    problemsOf(
        shipped("production", (s) => {
            s.litemaas = { proxy: { image: IMAGE } };
            change(s.litemaas, s);
        }),
    );

it("accepts an image alone", () => {
    expect(problems(() => undefined)).toEqual([]);
});

it.each<[string, (litemaas: Draft, settings: Draft) => unknown, string]>([
    ["a proxy without an image", (l) => delete l.proxy.image, "litemaas.proxy.image: is missing"],
    [
        "a tag instead of a digest (trap 30)",
        (l) => (l.proxy.image = "quay.io/rh-aiservices-bu/litellm-non-root:main-v1.81.0-stable-custom"),
        "litemaas.proxy.image: expected an image by digest, such as quay.io/acme/litellm@sha256:<64 hexadecimal digits>; `skopeo inspect` prints it, got",
    ],
    [
        "an MCP server by a tag",
        (l) => (l.mcp = { image: "quay.io/rhpds/litemaas-mcp:1.0.0" }),
        "litemaas.mcp.image: expected an image by digest, such as",
    ],
    [
        "a snapshot of no time",
        (l) => (l.backup = { restoreFrom: "snapshot" }),
        "litemaas.backup.restoreFrom: brings nothing back; expected restore with it",
    ],
    [
        "a poisoned release",
        (l) => (l.proxy.image = `ghcr.io/berriai/litellm:v1.82.8@${DIGEST}`),
        "litemaas.proxy.image: litellm 1.82.8 steals credentials: these releases on PyPI were poisoned; expected 1.83.0 or later",
    ],
    [
        "more connections than the server accepts",
        (l) => Object.assign(l.proxy, { replicas: 20 }),
        "litemaas.database.maxConnections: 20 proxies with 10 connections each, the portal and Jobs need 245, got 200",
    ],
    [
        "a benchmark of a model that is not offered",
        (l) => (l.benchmark = { models: ["granite-3-2-8b"] }),
        'litemaas.benchmark.models[0]: "granite-3-2-8b" is not a model of LiteMaaS; there is none',
    ],
    [
        "two Routes with one host",
        (l) => (l.portal = { host: "litellm" }),
        'litemaas.portal.host: "litellm" is already at litemaas.proxy.host; expected another',
    ],
    [
        "a limit below the request",
        (l) => (l.redis = { resources: { limits: { memory: "256Mi" } } }),
        "litemaas.redis.resources.limits.memory: 256Mi is less than the request, 512Mi",
    ],
    [
        "login with another provider that is not described (trap 8)",
        (l) => (l.portal = { login: "oidc" }),
        "litemaas.portal.oidc: is missing; expected the provider of login oidc",
    ],
    [
        "a login that is switched off (trap 8)",
        (l) => (l.portal = { login: "none" }),
        'litemaas.portal.login: "none" is not one of oauthClient, serviceAccount, oidc',
    ],
    [
        "a second backend (trap 9)",
        (l) => (l.portal = { backend: { replicas: 3 } }),
        "litemaas.portal.backend.replicas: unknown key; expected one of resources",
    ],
    [
        "no Redis (trap 6)",
        (l) => (l.redis = { enabled: false }),
        "litemaas.redis.enabled: unknown key; expected one of image, memoryMiB, resources",
    ],
    [
        "a namespace of somebody else",
        (l) => (l.namespace = "maas-db"),
        'litemaas.namespace: "maas-db" belongs to the database of the API keys',
    ],
    [
        "a namespace that is asked for twice",
        (l, s) => (l.namespace = s.modelsNamespace = "llm"),
        'litemaas.namespace: "llm" is already',
    ],
])("refuses %s", (_what, change, expected) => {
    expect(problems(change).join("\n")).toContain(expected);
});

it("a stack may serve models without a scheduler alone, but not nothing", () => {
    const bare = (predictive: object[]): string[] =>
        problemsOf({
            ...shipped("production"),
            models: undefined,
            tiers: undefined,
            modelsAccess: undefined,
            workspaces: undefined,
            identity: undefined,
            observability: undefined,
            litemaas: undefined,
            predictive,
        });
    expect(bare([])).toContain("models: there is none; expected at least one model here, in predictive or in litemaas.models");
    expect(bare([{ name: "chat", runtime: "vllm", source: "oci://quay.io/acme/chat:1", pool: "l40s" }])).toEqual([]);
});
