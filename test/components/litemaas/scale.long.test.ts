/** Workshops of 1,000 participants with 5 models: few requests at once, no more than it takes, and killed over and over. */
import { desired, handedOut, model, run, servers, values, workshop } from "./job";

jest.setTimeout(180_000);

const MODELS = ["m1", "m2", "m3", "m4", "m5"];
const state = (participants: number, end = "2099-12-31T18:00:00Z") => ({
    ...desired(
        [workshop({ participants, models: MODELS, end })],
        MODELS.map((name) => model(name)),
    ),
    // Servers and script share the processor.
    timeoutSeconds: 30,
});

it("takes a request for each key, and one for each hundred to read them; eight are in flight at most", async () => {
    const counts = [];
    servers.delay = 1;
    for (const participants of [500, 1000]) {
        servers.proxy.keys.clear();
        servers.secrets.clear();
        servers.requests.length = 0;
        expect(await run(state(participants))).toMatchObject({ code: 0 });
        const created = servers.requests.filter((request) => request === "POST /key/generate").length;
        counts.push(servers.requests.length - created);
        expect(created).toBe(participants);
    }
    // Both read no keys, as none are there; the second finds models and team.
    expect(counts[1]).toBeLessThanOrEqual(counts[0]!);
    expect(servers.mostAtOnce).toBe(8);
    expect(servers.proxy.models.size).toBe(5);

    servers.requests.length = 0;
    expect((await run(state(1000))).output).toBe("nothing to do; 0 failed\n");
    expect(servers.requests.filter((request) => request === "GET /key/list")).toHaveLength(10);
    expect(servers.requests.length).toBeLessThan(20);
});

it("killed after each 240 requests until it ends, no key is lost or there twice, and values stay", async () => {
    let kills = 0;
    let known: Record<string, string> = {};
    for (;;) {
        const kill = new AbortController();
        servers.requests.length = 0;
        servers.handled = () => {
            if (servers.requests.length >= 240) {
                kill.abort();
                return "silence";
            }
            return undefined;
        };
        const { code } = await run(state(1000), kill.signal);
        const now = servers.secrets.size === 0 ? {} : values();
        expect(now).toMatchObject(known);
        known = now;
        const aliases = [...servers.proxy.keys.values()].map((key) => key["key_alias"]);
        expect(new Set(aliases).size).toBe(aliases.length);
        if (code === 0) {
            break;
        }
        expect(code).toBeNull();
        kills += 1;
    }
    expect(kills).toBeGreaterThanOrEqual(4);
    expect(Object.keys(known)).toHaveLength(1000);
    expect(handedOut()).toHaveLength(1000);
    expect(servers.proxy.models.size).toBe(5);
});
