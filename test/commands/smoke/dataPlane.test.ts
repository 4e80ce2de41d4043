/** The double answers as a run of the real chain did, request by request. */
import { send } from "../../../cli/http/send";
import { MaasApi } from "../../../cli/maasApi/client";
import { parseSettings } from "../../../stacks/settings";
import { shipped } from "../../settings";
import { DataPlane, inARow, TOKENS } from "./dataPlane";

let plane: DataPlane;

beforeEach(async () => {
    plane = new DataPlane(parseSettings("test", shipped("code-assistant")));
    await plane.start();
    plane.maas.callers.set("openshift", { username: "everywhere" });
});

afterEach(() => plane.stop());

const keyOf = async (subscription: string): Promise<string> =>
    (await new MaasApi({ url: plane.url, token: "openshift" }).create({ name: "a", subscription })).key;

/** Statuses of equal requests, as counts in a row: `200 x 5, 429 x 2`. */
async function statuses(n: number, key: string | undefined, { model = "gpt-oss-20b", query = "" } = {}): Promise<string> {
    const seen: number[] = [];
    for (let i = 0; i < n; i++) {
        const { status } = await send({
            method: "POST",
            url: `${plane.url}/maas/${model}/v1/chat/completions${query}`,
            ...(key !== undefined && { headers: { Authorization: `Bearer ${key}` } }),
            body: { model, messages: [] },
        });
        seen.push(status);
    }
    return inARow(seen);
}

it.each([
    ["free", 5],
    ["premium", 20],
    ["enterprise", 50],
])("tier %s: %i requests, then 429; 200 after the window", async (tier, limit) => {
    const key = await keyOf(tier);
    expect(await statuses(limit + 2, key)).toBe(`200 x ${limit}, 429 x 2`);
    plane.now += 121;
    expect(await statuses(1, key)).toBe("200 x 1");
});

it("a second key of the user shares the limit; another subscription and another model do not", async () => {
    const key = await keyOf("premium");
    expect(await statuses(21, key)).toBe("200 x 20, 429 x 1");
    expect(await statuses(1, await keyOf("premium"))).toBe("429 x 1");
    expect(await statuses(1, key, { model: "nemotron-3-nano-30b-a3b" })).toBe("200 x 1");
    expect(await statuses(1, await keyOf("enterprise"))).toBe("200 x 1");
});

it("tokens, 100 a minute: 429 after two answers of 60, and the refused requests use up requests", async () => {
    plane.tokens = TOKENS;
    const key = await keyOf("free");
    expect(await statuses(4, key)).toBe("200 x 2, 429 x 2");
    plane.now += 61;
    expect(await statuses(2, key)).toBe("200 x 1, 429 x 1");
});

it("who is refused, and how", async () => {
    const free = await keyOf("free");
    expect(await statuses(1, undefined)).toBe("401 x 1");
    expect(await statuses(1, "openshift")).toBe("401 x 1");
    expect(await statuses(1, "sk-oai-unknown")).toBe("403 x 1");
    expect(await statuses(1, free, { model: "nemotron-3-nano-30b-a3b" })).toBe("403 x 1");
    expect(await statuses(12, free, { query: "?/v1/models" })).toBe("429 x 12");
    expect(await statuses(1, free, { query: "?x=1" })).toBe("200 x 1");
    plane.broken = { forged: true };
    expect(await statuses(12, free, { query: "?/v1/models" })).toBe("200 x 12");
    plane.maas.callers.set("stranger", { username: "stranger" });
    const foreign = new MaasApi({ url: plane.url, token: "stranger" }).create({ name: "a", subscription: "free" });
    await expect(foreign).rejects.toThrow(/answers 400/);
});

it("the internal API is closed by a limit, or reached with any key", async () => {
    const status = async (): Promise<number> =>
        (await send({ method: "POST", url: `${plane.url}/maas-api/internal/v1/api-keys/validate`, body: {} })).status;
    expect(await status()).toBe(429);
    plane.broken = { internal: true };
    expect(await status()).toBe(200);
});
