/** `maas smoke` against a double of the data plane: verdicts both ways. */
import { readFileSync } from "node:fs";
import path from "node:path";

import type { SmokeResult } from "../../../cli/smoke/run";
import { smokeTarget } from "../../../cli/smoke/target";
import type { Settings } from "../../../stacks/schema";
import { parseSettings } from "../../../stacks/settings";
import { shipped, withExternalModel } from "../../settings";
import { inProcess } from "../helper";
import type { Broken } from "./dataPlane";
import { smokes } from "./support";

jest.setTimeout(60_000);

const on = smokes();

const failed = (results: readonly SmokeResult[]): string[] => [
    ...new Set(results.filter(({ verdict }) => verdict === "fail").map(({ check }) => check)),
];

it("all holds on a chain that is right: three tiers, their limits, and what each must not reach", async () => {
    const results = await on.checked(["free", "premium", "enterprise"], true);
    expect(results.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    expect(new Set(results.map(({ check }) => check))).toEqual(
        new Set([
            ...[
                "gateway-reachable",
                "no-key",
                "unknown-key",
                "list-no-key",
                "list-unknown-key",
                "forged-identity",
                "forged-tier",
            ],
            ...["models-list", "outside-the-tier", "unknown-path", "forged-path"],
            ...["internal-api", "chat", "completion", "stream", "tool-call", "unknown-model", "limit"],
        ]),
    );
    expect(results.filter(({ check }) => check === "limit").map(({ tier, model }) => `${tier} ${model}`)).toEqual([
        "free gpt-oss-20b",
        ...["premium", "enterprise"].flatMap((tier) => [`${tier} gpt-oss-20b`, `${tier} nemotron-3-nano-30b-a3b`]),
    ]);
    expect(results.filter(({ said }) => said !== "")).toEqual([]);
});

it.each<[Broken, string[], RegExp]>([
    [{ limit: "premium" }, ["limit"], /21 requests are answered; expected 429 after 20/],
    [{ forged: true }, ["forged-path"], /answers 200 .*; expected 401 or 403 or 404 or 429/],
    [{ internal: true }, ["internal-api"], /answers 200; expected/],
    [{ open: true }, ["no-key"], /answers 200 .*; expected 401/],
    [{ tiers: true }, ["outside-the-tier"], /answers 200 .*; expected 403/],
    [{ usage: true }, ["stream"], /no chunk of the stream has usage/],
    [{ half: true }, ["stream"], /the answer ends in the middle/],
    [{ tools: true }, ["tool-call"], /the answer calls no tool/],
    [{ list: true }, ["models-list"], /lacks gpt-oss-20b/],
    [{ listsAll: true }, ["models-list", "forged-tier"], /^has nemotron-3-nano-30b-a3b of other tiers$/],
    [{ believes: true }, ["forged-tier"], /^has nemotron-3-nano-30b-a3b of other tiers$/],
    [{ openList: true }, ["list-no-key", "list-unknown-key", "forged-identity"], /answers 200 .*; expected 401/],
    [{ anyKey: true }, ["unknown-key"], /answers 200 .*; expected 403/],
    [{ forbidden: true }, ["no-key"], /answers 403; expected 401/],
    [{ paths: true }, ["unknown-path"], /answers 200; expected 404/],
    [{ names: true }, ["unknown-model"], /answers 200 .*; expected 404/],
    [{ empty: true }, ["chat", "completion"], /neither content nor reasoning|the first choice has no text/],
])("%j fails what it breaks, and nothing else", async (broken, checks, said) => {
    on.plane.broken = broken;
    const results = await on.checked(["free", "premium"], true);
    expect(failed(results)).toEqual(checks);
    results.filter(({ verdict }) => verdict === "fail").forEach((result) => expect(result.said).toMatch(said));
});

it("tells when tokens come before requests, and when a window is too long to wait for", async () => {
    on.plane.tokens = 60;
    const [limit] = (await on.checked(["free"], true)).filter(({ check }) => check === "limit");
    expect(limit).toMatchObject({
        verdict: "pass",
        said: expect.stringMatching(/^429 after 2 requests, before the limit of 5/) as string,
    });
    on.settings.tiers[0]!.tokens[0]!.window = "24h";
    const [skipped] = (await on.checked(["free"], true)).filter(({ check }) => check === "limit");
    expect(skipped).toMatchObject({
        verdict: "skipped",
        said: "a limit of tier free is used up, and resets only after 86400 s",
    });
    expect((await on.checked(["free"], true)).filter(({ verdict }) => verdict === "fail")).toEqual([]);
});

it.each<[string, Settings["tiers"][number]["requests"], string]>([
    ["too large", [{ limit: 2000, window: "1m" }], "a limit of 2000 would take too many requests"],
    ["too long", [{ limit: 50, window: "24h" }], "the limit resets only after 86400 s"],
    ["none", [], "no requests are limited, only tokens"],
])("a limit that is %s is not tried", async (_, requests, said) => {
    on.settings.tiers[0]!.requests = requests;
    const results = await on.checked(["free"], true);
    expect(failed(results)).toEqual([]);
    expect(results.filter(({ check }) => check === "limit")).toMatchObject([{ verdict: "skipped", said }]);
    expect(on.plane.requests.length).toBeLessThan(20);
});

it("fails a limit that does not start again", async () => {
    on.plane.broken = { forever: true };
    const results = await on.checked(["premium"], true);
    expect(failed(results)).toEqual(["limit"]);
    for (const { said } of results.filter(({ verdict }) => verdict === "fail")) {
        expect(said).toBe("after the window the answer is 429; expected 200");
    }
});

it("ends when it is interrupted, with what it has found", async () => {
    const interrupt = new AbortController();
    const onResult = ({ check }: SmokeResult): void => {
        if (check === "models-list") {
            interrupt.abort();
        }
    };
    const results = await on.checked(["free", "premium"], true, { signal: interrupt.signal, onResult });
    expect(results.map(({ check }) => check)).toEqual([
        ...["gateway-reachable", "no-key", "unknown-key", "list-no-key", "list-unknown-key", "forged-identity", "models-list"],
    ]);
    expect(on.plane.requests).toHaveLength(7);
});

it("calls a provider's model by the provider's name for it", () => {
    const changed = parseSettings("test", shipped("code-assistant", withExternalModel));
    expect(smokeTarget(changed, "https://maas.test", undefined).models.at(-1)).toEqual({
        name: "gpt",
        routed: false,
        url: "https://maas.test/maas/gpt/v1",
        served: "gpt-4o",
        kind: "chat",
        tools: false,
        external: true,
    });
});

it("calls a model by the name that requests have for it, at the address of its own", () => {
    const { models } = smokeTarget(parseSettings("test", shipped("llm-d")), "https://maas.test", undefined);
    expect(models.map(({ name, url, served }) => [name, url, served])).toEqual([
        ["qwen3-8b", "https://maas.test/llm-d-demo/qwen3-8b/v1", "alibaba/qwen3-8b"],
        ["qwen3-14b", "https://maas.test/llm-d-demo/qwen3-14b/v1", "qwen3-14b"],
    ]);
});

it("takes the limits of the model where it has its own, and the smallest of several", async () => {
    const [free, premium] = on.settings.tiers;
    free!.requests = [
        { limit: 50, window: "24h" },
        { limit: 3, window: "1m" },
    ];
    premium!.models[0] = { name: "gpt-oss-20b", requests: { limit: 2, window: "1m" } };
    premium!.subscription = "gold";
    const results = await on.checked(["free", "premium"], true);
    expect(failed(results)).toEqual([]);
    expect(results.filter(({ check }) => check === "limit").map(({ title }) => title)).toEqual(
        [3, 2, 20].map((limit) => `429 after ${limit} requests, and 200 after the window`),
    );
});

it("prints verdicts, writes JUnit and JSON, and revokes the keys that it made", async () => {
    const files = [path.join(on.folder, "smoke.xml"), path.join(on.folder, "smoke.json")];
    const { code, out, err } = await inProcess(
        ...`smoke code-assistant --url ${on.plane.url} --junit ${files[0]} --json ${files[1]}`.split(" "),
    );
    expect({ code, err }).toEqual({ code: 0, err: `JSON: ${files[1]}\nJUnit: ${files[0]}\n` });
    expect(out).toMatch(/Checks: \d+, all as expected\n/);
    expect(out).toMatch(/pass +enterprise, gpt-oss-20b +stream +a stream ends, and says its usage/);
    expect(out).toContain("Not checked: 2 tiers that you do not belong to (free, premium).");
    expect(readFileSync(files[0]!, "utf8")).toMatch(
        /<testsuite name="maas smoke code-assistant" tests="\d+" failures="0" errors="0" skipped="0"/,
    );
    expect(on.plane.maas.keys).toMatchObject([{ subscription: "enterprise", ephemeral: true, status: "revoked" }]);
    const written = [out, ...files.map((file) => readFileSync(file, "utf8"))].join("");
    on.plane.maas.keys.forEach(({ key }) => expect(written).not.toContain(key));
});

it("exits with 1 and a remedy where something does not hold", async () => {
    on.plane.broken = { usage: true };
    const { code, out } = await inProcess("smoke", "code-assistant", "--url", on.plane.url);
    expect(code).toBe(1);
    expect(out).toMatch(/fail +enterprise, gpt-oss-20b +stream +no chunk of the stream has usage/);
    expect(out).toMatch(/Remedies\n +stream +see the model's arguments: --enable-force-include-usage/);
});

it("calls with the key in MAAS_API_KEY, without a login", async () => {
    const { body } = on.plane.maas.answer("POST", "/maas-api/v1/api-keys", "token-enterprise", {
        name: "a",
        subscription: "enterprise",
    });
    delete process.env["MAAS_TOKEN"];
    process.env["MAAS_API_KEY"] = (body as { key: string }).key;
    const words = ["smoke", "code-assistant", "--url", on.plane.url];
    expect((await inProcess(...words, "--tier", "enterprise")).code).toBe(0);
    expect(on.plane.maas.keys).toMatchObject([{ status: "active" }]);
    const { code, err } = await inProcess(...words);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("name that tier with --tier") as string });
});

it.each([
    [["--tier", "entreprise"], 2, /--tier is entreprise; expected free, premium, enterprise\. Did you mean enterprise\?/],
    [["--tier", "free"], 1, /You do not belong to tier free/],
    [["--tier", "enterprise", "--tier", "free"], 1, /You do not belong to tier free/],
    [["--json", "-", "--junit", "-"], 2, /--json and --junit both name -/],
])("smoke %j ends with %i", async (words, code, message) => {
    const ended = await inProcess("smoke", "code-assistant", "--url", on.plane.url, ...words);
    expect(ended.code).toBe(code);
    expect(ended.err).toMatch(message);
    expect(on.plane.maas.keys.filter(({ status }) => status === "active")).toEqual([]);
});

it("says that the gateway is away when it is", async () => {
    on.plane.broken = { gateway: true };
    process.env["MAAS_API_KEY"] = "sk-oai-x";
    const { code, out } = await inProcess("smoke", "code-assistant", "--url", on.plane.url, "--tier", "free");
    expect(code).toBe(1);
    expect(out).toMatch(/fail +gateway-reachable +answers 503; expected 200 or 401/);
});
