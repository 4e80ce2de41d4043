/** `maas smoke --routing`: copies that are used and prefixes that are found, by the counters of the model servers. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { Caller, ModelSubject } from "../../../cli/smoke/checks";
import { checkRouting, PREFIXED, type RoutingCounters, SPREAD } from "../../../cli/smoke/routing";
import { parseSettings } from "../../../stacks/settings";
import { shipped } from "../../settings";
import { inProcess } from "../helper";
import { DataPlane } from "./dataPlane";

/** Time passes at once, for the double of the data plane too. */
let plane: DataPlane | undefined;
jest.mock("node:timers/promises", () => {
    const real = jest.requireActual<typeof import("node:timers/promises")>("node:timers/promises");
    return {
        ...real,
        setTimeout: (ms: number, ...rest: [undefined?]) => {
            if (plane !== undefined && ms >= 5000) {
                plane.now += ms / 1000;
            }
            return real.setTimeout(ms >= 5000 ? 1 : ms, ...rest);
        },
    };
});

const subject = { model: { served: "m", url: "http://m/v1" }, key: "k" } as unknown as ModelSubject;

/** What servers count whose copies get the requests as `pick` says. */
function servers(
    pick: (request: number) => string,
    hitsOfOne: number,
    status = 200,
): { caller: Caller; read: () => Promise<RoutingCounters> } {
    const finished = new Map([["a", 100]]);
    let [n, hits] = [0, 7];
    return {
        caller: {
            call: (_method, _url, _key, body) => {
                const pod = pick(n++);
                finished.set(pod, (finished.get(pod) ?? 0) + 1);
                hits += JSON.stringify(body).length > 1000 ? hitsOfOne : 0;
                return Promise.resolve({ status, headers: {}, body: "{}" });
            },
        },
        read: () => Promise.resolve({ finished: new Map(finished), hits }),
    };
}

const verdict = (pick: (request: number) => string, hitsOfOne: number, status?: number): Promise<string> => {
    const { caller, read } = servers(pick, hitsOfOne, status);
    return checkRouting(caller, subject, read, () => Promise.resolve());
};
const both = (n: number): string => (n % 2 === 0 ? "a" : "b");

it("passes where several copies answer and prefixes are found", async () => {
    expect(await verdict(both, 16)).toBe(`a 6, b 6; ${16 * PREFIXED} tokens of prompts were cached`);
});

it.each<[string, (n: number) => string, number, number, RegExp]>([
    ["one copy alone", () => "a", 16, 200, /^all requests went to one copy, a$/],
    ["no cached prefix", both, 0, 200, /^no prefix was found in a cache/],
    ["a refusal", both, 16, 429, /is answered 429; expected 200/],
])("fails %s", (_what, pick, hits, status, message) => expect(verdict(pick, hits, status)).rejects.toThrow(message));

it("fails where no series arrive, after a while", async () => {
    const { caller } = servers(both, 16);
    const waits: number[] = [];
    const nothing = (): Promise<RoutingCounters> => Promise.resolve({ finished: new Map<string, number>(), hits: 0 });
    await expect(
        checkRouting(caller, subject, nothing, (seconds) => {
            waits.push(seconds);
            return Promise.resolve();
        }),
    ).rejects.toThrow(/of 12 requests the model servers have counted 0/);
    expect(waits).toHaveLength(10);
});

describe("the command", () => {
    let prometheus: Server;
    const asked: string[] = [];
    const before = { ...process.env };

    beforeEach(async () => {
        plane = new DataPlane(parseSettings("production", shipped("production")));
        await plane.start();
        plane.maas.callers.set("token-premium", { username: "premium-user" });
        process.env["MAAS_TOKEN"] = "token-premium";
        // Source: prometheus/prometheus@v3.5.0:docs/querying/api.md (instant queries).
        prometheus = createServer((request, response) => {
            let text = "";
            request.on("data", (chunk: Buffer) => (text += chunk.toString()));
            request.on("end", () => {
                const query = new URLSearchParams(text).get("query")!;
                asked.push(`${request.url} ${query}`);
                const calls = plane!.requests.filter((one) => one.endsWith("/gpt-oss-20b/v1/chat/completions")).length;
                const series = query.includes("hits")
                    ? [{ metric: {}, value: [0, String(calls * 16)] }]
                    : ["a", "b"].map((pod, i) => ({ metric: { pod }, value: [0, String(Math.floor((calls + i) / 2))] }));
                response.writeHead(200, { "Content-Type": "application/json" });
                response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result: series } }));
            });
        });
        await new Promise<void>((done) => prometheus.listen(0, "127.0.0.1", done));
    });
    afterEach(async () => {
        process.env = { ...before };
        await plane!.stop();
        plane = undefined;
        await new Promise((done) => prometheus.close(done));
    });

    it("checks each routed model once, in a tier whose limit is large enough", async () => {
        const at = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`;
        const { code, out } = await inProcess("smoke", "production", "--url", plane!.url, "--routing", "--prometheus", at);
        expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/pass +premium, gpt-oss-20b +routing +/) as string });
        expect(out.match(/ routing /g)).toHaveLength(1);
        expect(asked).toContain(
            '/api/v1/query sum by (pod) (kserve_vllm:request_success_total{namespace="maas",llm_isvc_name="gpt-oss-20b"})',
        );
        expect(SPREAD + PREFIXED).toBeLessThanOrEqual(20);
    });
});
