/** `maas usage --since`: days, addresses, what Prometheus says, and the columns of FOCUS. The numbers are tested on a real Prometheus. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { FOCUS_COLUMNS, focusRow } from "../../../cli/usage/focus";
import { isoTime, monthOf, periodOf } from "../../../cli/usage/period";
import { type DayOfUse, summedBy, totalOf } from "../../../cli/usage/recorded";
import { workspaceIdentity } from "../../../catalogue/workspaces/names";
import { inProcess, type Outcome } from "../helper";

const day = Date.UTC(2026, 11, 31) / 1000;
const use: DayOfUse = {
    day,
    subscription: "free",
    tier: "free",
    group: "tier-free-users",
    user: "ana",
    workspace: false,
    model: "qwen3-8b",
    organization: "research",
    costCentre: "100",
    tokens: 2_500_000,
    charge: 3.75,
};

describe("a period", () => {
    const now = Date.UTC(2026, 5, 15, 9);
    it("is of whole days, with today unless an end is given", () => {
        const days = ({ start, end }: { start: number; end: number }): string[] => [isoTime(start), isoTime(end)];
        expect(days(periodOf("2026-06-01", undefined, now))).toEqual(["2026-06-01T00:00:00Z", "2026-06-16T00:00:00Z"]);
        expect(days(periodOf("2026-06-01", "2026-06-02", now))).toEqual(["2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"]);
        expect(days(monthOf(day))).toEqual(["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"]);
    });
    it.each([
        ["June", undefined, '--since is "June"; expected a day such as 2026-06-01.'],
        ["2026-06-31", undefined, '--since is "2026-06-31"; expected a day such as 2026-06-01.'],
        [
            "2026-06-01",
            "2026-06-01",
            "--until is 2026-06-01; expected a day after 2026-06-01 (--since). The day itself is not part of the report.",
        ],
        ["2026-06-16", undefined, "--since is 2026-06-16; expected a day that has begun."],
        ["1999-01-01", undefined, "--since is 1999-01-01; expected at most 3660 days before the end."],
    ])("%s to %s is refused", (since, until, message) => {
        expect(() => periodOf(since, until, now)).toThrow(message);
    });
});

describe("sums", () => {
    const free = { ...use, model: "other", charge: undefined, tokens: 10 };
    it("tell tokens without a price from those that cost nothing", () => {
        expect(summedBy([use, free, { ...use, user: "ben", charge: 0 }], "user")).toEqual([
            { name: "ana", tokens: 2_500_010, charge: 3.75, unpriced: 10 },
            { name: "ben", tokens: 2_500_000, charge: 0, unpriced: 0 },
        ]);
        const gold = { ...use, subscription: "gold-subscription", tier: "gold", tokens: 1 };
        expect(summedBy([use, gold], "tier").map(({ name, tokens }) => [name, tokens])).toEqual([
            ["free", 2_500_000],
            ["gold", 1],
        ]);
        expect(totalOf([free])).toEqual({ tokens: 10, charge: undefined, unpriced: 10 });
    });
});

/** Columns that may not be null, and those that are required: FOCUS_Spec@v1.2:specification/columns. */
const NEVER_NULL = [
    "BilledCost",
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargeCategory",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
];
const REQUIRED = [...NEVER_NULL, "BillingAccountName", "ChargeClass", "ChargeDescription", "PricingQuantity", "PricingUnit"];
/** Required of who measures use and has prices by unit; InvoiceId is recommended. */
const CONDITIONAL = [
    "ConsumedQuantity",
    "ConsumedUnit",
    "ListUnitPrice",
    "ContractedUnitPrice",
    "PricingCategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceDetails",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
    "InvoiceId",
];

describe("FOCUS", () => {
    const provider = { stack: "dev", region: undefined, currency: "EUR" };
    const unpriced = { ...use, charge: undefined, group: "", user: "", organization: "", costCentre: "" };
    it.each([
        ["priced", focusRow(use, provider)],
        ["without a price", focusRow(unpriced, provider)],
    ])("a row that is %s has the required columns, and no null where none may be", (_, row) => {
        expect(Object.keys(row).sort()).toEqual([...FOCUS_COLUMNS].sort());
        expect(FOCUS_COLUMNS).toEqual(expect.arrayContaining([...REQUIRED, ...CONDITIONAL]));
        expect(NEVER_NULL.filter((column) => row[column as keyof typeof row] === "")).toEqual([]);
    });
    it("numbers are decimals without an exponent, also where all are whole: readers take the type of a column from them", () => {
        const row = focusRow({ ...use, tokens: 3, charge: 0.00000045 }, provider);
        expect([row.BilledCost, row.ListUnitPrice, row.PricingQuantity, row.ConsumedQuantity]).toEqual([
            "0.00000045",
            "0.15",
            "0.000003",
            "3.0",
        ]);
    });
    it("costs are the price by the quantity, in the month of the day", () => {
        expect(focusRow(use, { ...provider, region: "eu-west-1" })).toMatchObject({
            BilledCost: "3.75",
            ListUnitPrice: "1.5",
            PricingQuantity: "2.5",
            PricingUnit: "1000000 Tokens",
            ConsumedQuantity: "2500000.0",
            BillingCurrency: "EUR",
            BillingPeriodStart: "2026-12-01T00:00:00Z",
            BillingPeriodEnd: "2027-01-01T00:00:00Z",
            ChargePeriodEnd: "2027-01-01T00:00:00Z",
            RegionId: "eu-west-1",
            SubAccountId: "free",
            Tags: '{"user":"ana","group":"tier-free-users","cost_center":"100","organization_id":"research"}',
        });
        expect(focusRow({ ...use, workspace: true }, provider).Tags).toContain('"user":"ana","workspace":"true"');
        expect(focusRow(unpriced, provider)).toMatchObject({
            BilledCost: "0.0",
            ListUnitPrice: "",
            PricingCategory: "",
            Tags: "{}",
        });
    });
});

describe("the command", () => {
    let server: Server;
    let answer: [number, string];
    let asked: { url: string; authorization: string | undefined }[];
    beforeEach(async () => {
        [answer, asked] = [[200, '{"status":"success","data":{"resultType":"matrix","result":[]}}'], []];
        server = createServer((request, response) => {
            asked.push({ url: request.url!, authorization: request.headers.authorization });
            response.writeHead(answer[0], { "Content-Type": "application/json" }).end(answer[1]);
        });
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    });
    afterEach(() => {
        server.closeAllConnections();
        return new Promise((done) => server.close(done));
    });
    const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const usage = (...words: string[]): Promise<Outcome> =>
        inProcess(
            "usage",
            "code-assistant",
            "--since",
            "2026-06-01",
            "--until",
            "2026-06-02",
            "--prometheus",
            address(),
            ...words,
        );

    it("says that nothing was recorded, and shows no login to this machine", async () => {
        const { code, out } = await usage();
        expect([code, out]).toEqual([0, expect.stringContaining("nothing was recorded")]);
        expect(asked.map(({ url, authorization }) => [url, authorization])).toEqual(
            Array(4).fill(["/api/v1/query_range", undefined]),
        );
    });

    it("counts a workspace for its user", async () => {
        const series = (user: string, value: string) => ({
            metric: { subscription: "free", user, model: "gpt-oss-20b" },
            values: [[Date.UTC(2026, 5, 2) / 1000, value]],
        });
        const result = [series("free-user", "70"), series(workspaceIdentity("free-user"), "30"), series("ana", "1")];
        answer = [200, JSON.stringify({ status: "success", data: { resultType: "matrix", result } })];
        const { code, out } = await usage("--by", "user", "--json", "-", "--quiet");
        expect(code).toBe(0);
        const { usage: sums } = JSON.parse(out) as { usage: { name: string; tokens: number }[] };
        expect(sums.map(({ name, tokens }) => [name, tokens])).toEqual([
            ["ana", 1],
            ["free-user", 100],
        ]);
    });

    it("says where an answer leads to that is a page of a login", async () => {
        server.removeAllListeners("request");
        server.on("request", (_, response: ServerResponse) =>
            response.writeHead(302, { Location: "https://login.example.com/oauth?state=s3cret" }).end(),
        );
        const { code, err } = await usage();
        expect(code).toBe(1);
        expect(err).toMatch(
            /answers 302: it leads to https:\/\/login\.example\.com\/oauth, which is not followed: check the address \(--prometheus\)/,
        );
        expect(err).not.toContain("s3cret");
    });

    it.each<[number, string, RegExp]>([
        [403, "forbidden", /answers 403: the login may not read metrics; it needs the ClusterRole cluster-monitoring-view/],
        [400, '{"status":"error","error":"bad query"}', /answers 400: bad query\./],
        [200, "<html>", /answers 200 with something that is not of Prometheus; check the address \(--prometheus\)/],
    ])("%d %s is told", async (status, body, message) => {
        answer = [status, body];
        const { code, err } = await usage();
        expect([code, err]).toEqual([1, expect.stringMatching(message)]);
    });

    it.each<[string[], RegExp]>([
        [["--focus", "-"], /--focus needs --since/],
        [["--by", "cost-centre"], /--by cost-centre needs --since/],
        [["--by", "group"], /--by group needs --since/],
        [["--since", "2026-06-01", "--limitador", "http://127.0.0.1:1"], /--limitador and --since exclude each other/],
        [
            ["--since", "2026-06-01", "--prometheus", "http://example.com"],
            /the credential would be sent unencrypted; expected https/,
        ],
        [["--since", "2026-06-01", "--prometheus", "thanos"], /--prometheus is "thanos"; expected an address/],
    ])("%j is refused", async (words, message) => {
        const { code, err } = await inProcess("usage", "code-assistant", ...words);
        expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    });
});
