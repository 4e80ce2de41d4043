/** The data plane of the real Envoy answers as a run of the real chain did, and `maas smoke` tells a sound stack from a broken one. */
import { mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { stringify } from "yaml";

import { send } from "../../cli/http/send";
import { MaasApi } from "../../cli/maasApi/client";
import { makeKeys } from "../../cli/smoke/keys";
import { smoke, type SmokeResult } from "../../cli/smoke/run";
import { smokeTarget } from "../../cli/smoke/target";
import { openSession } from "../../simulator/rehearse";
import type { Settings } from "../../stacks/schema";
import { parseSettings } from "../../stacks/settings";
import { inProcess, type Outcome, root, withFolder } from "../commands/helper";
import { signedByAuthority } from "../commands/selfSigned";
import { Project } from "../project";
import { shipped, withExternalModel } from "../settings";
import { inARow } from "../commands/smoke/dataPlane";
import { BREAKS } from "./breaks";
import { describeEnvoy } from "./envoy";
import { type Objects, objectsOf } from "./objects";
import { LoopbackPlane } from "./plane";

jest.setTimeout(120_000);

describeEnvoy("the data plane of code-assistant", () => {
    let brought: Objects;
    let settings: Settings;
    let plane: LoopbackPlane;

    beforeAll(async () => {
        // Also a model of each other kind that a check is about, for all tiers.
        const draft = shipped("code-assistant", (stack) => {
            withExternalModel(stack);
            stack.gpu.pools[0].replicas = 3;
            stack.models.push({ name: "nomic", model: "nomic-embed-text-v1.5", pool: "l40s" });
            stack.tiers.forEach(({ models }: { models: string[] }) =>
                models.push(...["gpt", "nomic"].filter((one) => !models.includes(one))),
            );
        });
        settings = parseSettings("code-assistant", draft);
        const project = new Project();
        const session = await openSession({
            projectDir: project.folder,
            stack: project.write(stringify({ config: { "maas:settings": draft } }), "code-assistant"),
        });
        try {
            expect((await session.up()).succeeded).toBe(true);
            session.release();
            brought = await objectsOf(session.world.cluster);
        } finally {
            await session.close();
            project.remove();
        }
    });

    beforeEach(async () => {
        plane = new LoopbackPlane(settings, structuredClone(brought));
        settings.identity.users.forEach(({ name }) => plane.maas.callers.set(`token-${name}`, { username: name }));
        await plane.start();
    });

    afterEach(() => plane?.stop());

    const keyOf = async (user: string, subscription: string): Promise<string> =>
        (await new MaasApi({ url: plane.url, token: `token-${user}` }).create({ name: "a", subscription })).key;

    const NEMOTRON = "nemotron-3-nano-30b-a3b";

    interface Asked {
        readonly model?: string;
        readonly query?: string;
        readonly stream?: boolean;
        readonly headers?: Readonly<Record<string, string>>;
    }

    /** Statuses of equal requests, as counts in a row: `200 x 5, 429 x 2`. */
    async function statuses(n: number, key: string | undefined, asked: Asked = {}): Promise<string> {
        const { model = "gpt-oss-20b", query = "", stream, headers } = asked;
        const seen: number[] = [];
        for (let i = 0; i < n; i++) {
            const { status } = await send({
                method: "POST",
                url: `${plane.url}/maas/${model}/v1/chat/completions${query}`,
                headers: { ...(key !== undefined && { Authorization: `Bearer ${key}` }), ...headers },
                body: { model, messages: [], ...(stream && { stream }) },
            });
            seen.push(status);
        }
        return inARow(seen);
    }

    it.each([
        ["free-user", "free", 5],
        ["premium-user", "premium", 20],
        ["enterprise-user", "enterprise", 50],
    ])("%s: tier %s, %i requests, then 429; 200 after the window", async (user, tier, limit) => {
        const key = await keyOf(user, tier);
        expect(await statuses(limit + 2, key)).toBe(`200 x ${limit}, 429 x 2`);
        plane.now += 121;
        expect(await statuses(1, key)).toBe("200 x 1");
    });

    it("a second key of the user shares the limit; another user and another model do not", async () => {
        const key = await keyOf("enterprise-user", "enterprise");
        expect(await statuses(51, key)).toBe("200 x 50, 429 x 1");
        expect(await statuses(1, await keyOf("enterprise-user", "enterprise"))).toBe("429 x 1");
        expect(await statuses(1, key, { model: NEMOTRON })).toBe("200 x 1");
        expect(await statuses(1, await keyOf("admin", "enterprise"))).toBe("200 x 1");
    });

    it.each([false, true])("tokens, 100 a minute: 429 after two answers of 60 (streams: %s)", async (stream) => {
        plane.tokens = 60;
        const key = await keyOf("free-user", "free");
        expect(await statuses(4, key, { stream })).toBe("200 x 2, 429 x 2");
        plane.now += 61;
        // Requests that tokens refused have used up requests too.
        expect(await statuses(2, key, { stream })).toBe("200 x 1, 429 x 1");
    });

    it("a stream without usage is not counted", async () => {
        plane.tokens = 60;
        plane.broken = { usage: true };
        expect(await statuses(5, await keyOf("free-user", "free"), { stream: true })).toBe("200 x 5");
    });

    it("who is refused, and how", async () => {
        const free = await keyOf("free-user", "free");
        expect(await statuses(1, undefined)).toBe("401 x 1");
        expect(await statuses(1, "token-free-user")).toBe("401 x 1");
        expect(await statuses(1, "sk-oai-unknown")).toBe("403 x 1");
        expect(await statuses(1, free, { model: NEMOTRON })).toBe("403 x 1");
        expect(await statuses(1, free, { model: "no-such-model" })).toBe("404 x 1");
        expect(await statuses(12, free, { query: "?/v1/models" })).toBe("429 x 12");
        expect(await statuses(1, free, { query: "?x=1" })).toBe("200 x 1");
        // Nobody says for himself who he is.
        expect(await statuses(1, undefined, { headers: { "x-plane-identity": "eyJ1c2VyaWQiOiJhIn0=" } })).toBe("401 x 1");
        await expect(keyOf("free-user", "premium")).rejects.toThrow(/answers 400/);
    });

    it("without the limit of forged paths, the hole of the product's own predicates is open for tokens", async () => {
        delete plane.objects.requests[0]!.spec.limits.forged_path;
        plane.tokens = 500;
        const key = await keyOf("free-user", "free");
        // Tokens are not counted, since the query ends like the path of the list of models; requests are.
        expect(await statuses(7, key, { query: "?/v1/models" })).toBe("200 x 5, 429 x 2");
    });

    async function checked(tiers: readonly string[]): Promise<SmokeResult[]> {
        const target = smokeTarget(settings, plane.url, undefined);
        const results: SmokeResult[] = [];
        for (const tier of tiers) {
            const api = new MaasApi({ url: plane.url, token: `token-${tier}-user` });
            const { keys, made, close } = await makeKeys(
                api,
                target.tiers.filter(({ name }) => name === tier),
                true,
                (problem) => {
                    throw new Error(problem);
                },
            );
            results.push(
                ...(await smoke({
                    target,
                    keys,
                    made: made!,
                    limits: true,
                    signal: new AbortController().signal,
                    onResult: () => undefined,
                    caller: {
                        call: (method, url, credential, body, headers) =>
                            send({
                                ...{ method, url },
                                ...(body !== undefined && { body }),
                                headers: {
                                    ...headers,
                                    ...(credential !== undefined && { Authorization: `Bearer ${credential}` }),
                                },
                            }),
                    },
                    sleep: (seconds) => {
                        plane.now += seconds;
                        return Promise.resolve();
                    },
                })),
            );
            await close();
        }
        return results;
    }

    const failed = (results: readonly SmokeResult[]): string[] => [
        ...new Set(results.filter(({ verdict }) => verdict === "fail").map(({ check }) => check)),
    ];

    it("maas smoke passes the stack as it is, limits and all", async () => {
        const results = await checked(["free", "premium"]);
        expect(failed(results)).toEqual([]);
        const passed = (check: string): number => results.filter((one) => one.check === check && one.verdict === "pass").length;
        // Four models of premium, three of them of free: two chat in the cluster, one elsewhere, one embeds.
        expect(["limit", "chat", "embedding", "forged-tier", "api-key"].map(passed)).toEqual([7, 5, 2, 1, 2]);
    });

    it.each(BREAKS.map((one) => [one.what, one] as const))("maas smoke fails %s", async (_, { breaks, fails }) => {
        await plane.stop();
        plane = new LoopbackPlane(settings, structuredClone(brought));
        plane.maas.callers.set("token-free-user", { username: "free-user" });
        breaks(plane);
        await plane.start();
        expect(failed(await checked(["free"])).sort()).toEqual([...fails].sort());
    });

    it("the command calls it, and its keys are revoked", async () => {
        process.env["MAAS_TOKEN"] = "token-premium-user";
        try {
            const { code, out } = await inProcess("smoke", "code-assistant", "--url", plane.url);
            expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/Checks: \d+, all as expected/) as string });
            expect(out).toMatch(/pass +premium, gpt-oss-20b +stream/);
            expect(plane.maas.keys).toMatchObject([{ subscription: "premium", status: "revoked" }]);
        } finally {
            delete process.env["MAAS_TOKEN"];
        }
    });

    it("through its certificate's authority, and through no other", () =>
        withFolder(async (folder) => {
            const [ours, other] = [path.join(folder, "ours"), path.join(folder, "other")];
            [ours, other].forEach((one) => mkdirSync(one));
            const secure = new LoopbackPlane(settings, structuredClone(brought));
            secure.maas.callers.set("token-premium-user", { username: "premium-user" });
            await secure.start(signedByAuthority(ours));
            signedByAuthority(other);
            process.env["MAAS_TOKEN"] = "token-premium-user";
            const at = (url: string, ...words: string[]): Promise<Outcome> =>
                inProcess("smoke", "code-assistant", "--url", url, ...words);
            try {
                expect((await at(secure.url, "--ca", path.join(ours, "ca.pem"))).out).toContain("all as expected");
                const untrusted = {
                    code: 1,
                    err: expect.stringContaining("presents a certificate that this machine does not trust") as string,
                };
                expect(await at(secure.url)).toMatchObject(untrusted);
                expect(await at(secure.url, "--ca", path.join(other, "ca.pem"))).toMatchObject(untrusted);
                // The certificate is for another name.
                const byAddress = secure.url.replace("localhost", "127.0.0.1");
                expect(await at(byAddress, "--ca", path.join(ours, "ca.pem"))).toMatchObject(untrusted);
                expect(secure.maas.keys.every(({ status }) => status === "revoked")).toBe(true);
            } finally {
                delete process.env["MAAS_TOKEN"];
                await secure.stop();
            }
        }));

    it("README shows what smoke and usage print", async () => {
        const shown = readFileSync(path.join(root, "README.md"), "utf8");
        const pageHas = (out: string, command: string): void => {
            const [, block] = new RegExp(`^\\$ npx maas ${command}\\n([\\s\\S]*?)\\n(?:\\n\\$|\`\`\`)`, "m").exec(shown) ?? [];
            const lines = (block ?? "")
                .trimEnd()
                .split("\n")
                .filter((line) => line.trim() !== "…");
            expect(lines.length).toBeGreaterThan(3);
            lines.forEach((line) =>
                expect(
                    out
                        .replaceAll(plane.url, "https://maas.apps.example.com")
                        .replaceAll(plane.limitador, "http://127.0.0.1:8080"),
                ).toContain(line),
            );
        };
        process.env["MAAS_TOKEN"] = "token-premium-user";
        try {
            pageHas((await inProcess("smoke", "code-assistant", "--url", plane.url)).out, "smoke code-assistant");
        } finally {
            delete process.env["MAAS_TOKEN"];
        }
        plane.now += 121;
        plane.tokens = 60;
        expect(await statuses(4, await keyOf("free-user", "free"))).toBe("200 x 2, 429 x 2");
        plane.now += 18;
        const { out, code } = await inProcess("usage", "code-assistant", "--limitador", plane.limitador);
        expect(code).toBe(0);
        pageHas(out, "usage code-assistant");
    });
});
