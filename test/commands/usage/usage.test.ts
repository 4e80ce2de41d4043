/** `maas usage` against Limitador's JSON (Kuadrant/limitador@v2.2.0:limitador-server/src/http_api/request_types.rs). */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { workspaceIdentity } from "../../../catalogue/workspaces/names";
import { csv } from "../../../cli/usage/csv";
import { modelRoutes } from "../../../cli/usage/routes";
import { type Usage, usageOf, usedOf } from "../../../cli/usage/usage";
import { parseSettings } from "../../../stacks/settings";
import { shipped, withExternalModel } from "../../settings";
import { inProcess, type Outcome, withFolder } from "../helper";

const ROUTE = "maas/gpt-oss-20b-kserve-route";
const USER = 'descriptors[0]["auth.identity.userid"]';
const TOKENS = "tokenlimit.models_as_a_service_free_gpt_oss_20b_tokens__0a1b2c3d";

const limit = (name: string, max: number, seconds: number, variable = USER): object => ({
    id: null,
    namespace: ROUTE,
    max_value: max,
    seconds,
    name: null,
    conditions: [`descriptors[0]["${name}"] == "1"`],
    variables: [variable],
});

/** As text: JSON of JavaScript would round the large numbers. */
const counter = (of: object, user: string, remaining: string, expires: number, variable = USER): string =>
    `{"limit":${JSON.stringify(of)},"set_variables":${JSON.stringify({ [variable]: user })},"remaining":${remaining},"expires_in_seconds":${expires}}`;

let server: Server;
let answers: Record<string, string>;
let asked: string[];

beforeEach(async () => {
    asked = [];
    answers = {};
    server = createServer((request, response) => {
        asked.push(request.url!);
        response.writeHead(200, { "Content-Type": "application/json" }).end(answers[request.url!] ?? "[]");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});

afterEach(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
});

const usage = (...words: string[]): Promise<Outcome> =>
    inProcess("usage", "code-assistant", "--limitador", `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...words);

const answer = (limits: readonly object[], counters: readonly string[]): void => {
    const route = encodeURIComponent(ROUTE);
    answers = { [`/limits/${route}`]: JSON.stringify(limits), [`/counters/${route}`]: `[${counters.join(",")}]` };
};

const found = async (): Promise<Usage[]> => (JSON.parse((await usage("--json", "-")).out) as { usage: Usage[] }).usage;

it("asks for the routes of the models that tiers name, with the slash encoded", async () => {
    expect((await usage()).code).toBe(0);
    expect([...asked].sort()).toEqual(
        ["counters", "limits"].flatMap((what) =>
            ["gpt-oss-20b", "nemotron-3-nano-30b-a3b"].map((name) => `/${what}/maas%2F${name}-kserve-route`),
        ),
    );
});

it("shows what is left, by user, model and subscription; workspaces are their user's", async () => {
    const [tokens, requests] = [limit(TOKENS, 100, 60), limit("limit.free__deadbeef", 5, 120)];
    answer(
        [tokens, requests],
        [
            counter(requests, "free-user", "2", 100),
            counter(tokens, "free-user", "40", 42),
            counter(tokens, workspaceIdentity("free-user"), "99", 7),
        ],
    );
    const { code, out } = await usage();
    expect(code).toBe(0);
    expect(out).toMatch(/free-user +gpt-oss-20b +free +requests +3 +5 +2 +2 min +1 min 40 s\n/);
    expect(out).toMatch(/free-user +gpt-oss-20b +free +tokens +60 +100 +40 /);
    expect(out).toMatch(/free-user \(workspace\) +gpt-oss-20b +free +tokens +1 +100 +99 /);
});

it("reads the underflow: what is near 2^64 is exceeded, by exactly so much", async () => {
    const tokens = limit(TOKENS, 500, 60);
    answer([tokens], [counter(tokens, "free-user", "18446744073709551061", 42)]);
    expect(await found()).toMatchObject([{ used: 1055, max: 500, remaining: 0, resetsInSeconds: 42 }]);
    expect(usedOf({ limit: { max_value: 500 }, remaining: "0" })).toBe(500);
    expect(usedOf({ limit: { max_value: 500 }, remaining: "500" })).toBe(0);
    expect(usedOf({ limit: { max_value: 500 }, remaining: "18446744073709551615" })).toBe(501);
});

it("takes the maximum from /limits: counters keep a stale one", async () => {
    answer([limit(TOKENS, 1000, 60)], [counter(limit(TOKENS, 500, 60), "free-user", "18446744073709551061", 42)]);
    expect(await found()).toMatchObject([{ used: 1055, max: 1000, remaining: 0 }]);
    answer([limit(TOKENS, 2000, 60)], [counter(limit(TOKENS, 500, 60), "free-user", "18446744073709551061", 42)]);
    expect(await found()).toMatchObject([{ used: 1055, max: 2000, remaining: 945 }]);
});

it("takes both spellings of the variable, and shows a limit of no tier without one", async () => {
    const plain = limit("limit.somebody_else__deadbeef", 7, 60, "auth.identity.userid");
    answer([plain], [counter(plain, "bob", "3", 1, "auth.identity.userid")]);
    expect(await found()).toMatchObject([{ user: "bob", subscription: "", counts: "requests", used: 4 }]);
});

it("knows the tier of a limit of one model by both names", async () => {
    const own = limit("limit.premium_gpt_oss_20b__deadbeef", 7, 60);
    answer([own], [counter(own, "bob", "3", 1)]);
    expect(await found()).toMatchObject([{ user: "bob", subscription: "premium", counts: "requests", used: 4, max: 7 }]);
});

it.each([
    [
        "user",
        [
            { name: "ann", counts: "tokens", used: 90, counters: 2, usedUp: 1, nextResetInSeconds: 50 },
            { name: "bob", counts: "tokens", used: 10, counters: 2, usedUp: 0 },
        ],
    ],
    ["subscription", [{ name: "free", counts: "tokens", used: 100, counters: 4, usedUp: 1, nextResetInSeconds: 50 }]],
    ["tier", [{ name: "free", counts: "tokens", used: 100, counters: 4, usedUp: 1, nextResetInSeconds: 50 }]],
    ["model", [{ name: "gpt-oss-20b", counts: "tokens", used: 100, counters: 4, usedUp: 1, nextResetInSeconds: 50 }]],
])("--by %s sums; of several windows the longest counts", async (by, sums) => {
    const [minute, hour] = [limit(TOKENS, 80, 60), limit(TOKENS, 1000, 3600)];
    answer(
        [minute, hour],
        [
            counter(minute, "ann", "0", 50),
            counter(hour, "ann", "910", 3000),
            counter(minute, "bob", "70", 50),
            counter(hour, "bob", "990", 3000),
        ],
    );
    const { out } = await usage("--by", by, "--json", "-");
    expect(JSON.parse(out)).toEqual({ stack: "code-assistant", by, usage: sums });
});

it("--by user counts a workspace beside its user, each with its longest window", async () => {
    const tokens = limit(TOKENS, 80, 60);
    answer([tokens], [counter(tokens, "free-user", "70", 50), counter(tokens, workspaceIdentity("free-user"), "75", 50)]);
    const { out } = await usage("--by", "user", "--json", "-");
    expect(JSON.parse(out)).toMatchObject({ usage: [{ name: "free-user", used: 15, counters: 2 }] });
});

it("sorts by user, model, subscription and window, whatever Limitador's order", async () => {
    const [minute, hour] = [limit(TOKENS, 80, 60), limit(TOKENS, 1000, 3600)];
    answer(
        [minute, hour],
        [
            counter(hour, "bob", "1", 1),
            counter(minute, "bob", "1", 1),
            counter(hour, "ann", "1", 1),
            counter(minute, "ann", "1", 1),
        ],
    );
    expect((await found()).map(({ user, windowSeconds }) => `${user} ${windowSeconds}`)).toEqual([
        "ann 60",
        "ann 3600",
        "bob 60",
        "bob 3600",
    ]);
});

it("tells the tier from its subscription, whose name may be another", () => {
    const settings = parseSettings(
        "test",
        shipped("code-assistant", (draft) => (draft.tiers[0].subscription = "basic")),
    );
    const tokens = { namespace: ROUTE, max_value: 100, seconds: 60, variables: [USER] };
    const of = { ...tokens, conditions: [`descriptors[0]["${TOKENS.replace("_free_", "_basic_")}"] == "1"`] };
    const counters = [{ limit: of, set_variables: { [USER]: "ann" }, remaining: "40", expires_in_seconds: 1 }];
    expect(usageOf(settings, "gpt-oss-20b", { limits: [of], counters })).toMatchObject([{ tier: "free", subscription: "basic" }]);
});

it("says that nobody has used anything", async () => {
    expect((await usage()).out).toContain("Nobody has used anything in the windows that are open: everything is left.");
});

it("writes CSV: quoted, and no formula for a spreadsheet", () =>
    withFolder(async (folder) => {
        const tokens = limit(TOKENS, 100, 60);
        answer([tokens], [counter(tokens, '=cmd,"x"', "40", 42)]);
        const file = path.join(folder, "usage.csv");
        expect((await usage("--csv", file)).code).toBe(0);
        expect(readFileSync(file, "utf8")).toBe(
            "user,workspace,model,tier,subscription,counts,used,max,remaining,windowSeconds,resetsInSeconds\r\n" +
                `"'=cmd,""x""",false,gpt-oss-20b,free,free,tokens,60,100,40,60,42\r\n`,
        );
        expect(csv(["a"], [{ a: undefined }, { a: -1 }])).toBe("a\r\n\r\n-1\r\n");
    }));

it("says how to reach Limitador, and what is wrong with what answers there", async () => {
    const closed = await inProcess("usage", "code-assistant", "--limitador", "http://127.0.0.1:1");
    expect(closed.code).toBe(1);
    expect(closed.err).toMatch(
        /127\.0\.0\.1:1 cannot be reached: .*Forward its port: oc port-forward -n kuadrant-system service\/limitador-limitador 8080\n$/,
    );
    answers = { [`/limits/${encodeURIComponent(ROUTE)}`]: "<html>" };
    const other = await usage();
    expect({ code: other.code, err: other.err }).toEqual({
        code: 1,
        err: expect.stringContaining("with something that is not of Limitador; check the address (--limitador)") as string,
    });
    expect((await inProcess("usage", "code-assistant", "--limitador", "limitador")).code).toBe(2);
    expect((await usage("--csv", "-", "--json", "-")).err).toContain("--json and --csv both name -");
});

it("names the route of a long model as KServe does, and both of an external one", () => {
    const settings = parseSettings("test", shipped("code-assistant", withExternalModel));
    settings.models[1]!.name = "a".repeat(60);
    settings.tiers[1]!.models.push("a".repeat(60));
    expect(modelRoutes(settings).map(({ routes }) => routes)).toEqual([
        ["maas/gpt-oss-20b-kserve-route"],
        [expect.stringMatching(/^maas\/a{18}[0-9a-f]{32}-kserve-route$/)],
        ["maas/maas-gpt", "maas/gpt"],
    ]);
});
