/** `maas demo` on the real Envoy, with the policies and Groups of a rehearsed stack: as expected, and not where a limit is broken. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { RehearsalSession } from "../../rehearsal/rehearse";
import { openSession } from "../../simulator/rehearse";
import { parseSettings } from "../../stacks/settings";
import { inProcess, type Outcome, root } from "../commands/helper";
import { shipped } from "../settings";
import { describeEnvoy } from "./envoy";
import { objectsOf } from "./objects";
import { LoopbackPlane } from "./plane";

jest.setTimeout(120_000);

/** What a demo waits for comes at once. */
jest.mock("node:timers/promises", () => {
    const real = jest.requireActual<typeof import("node:timers/promises")>("node:timers/promises");
    return { ...real, setTimeout: (ms: number, ...rest: [undefined?]) => real.setTimeout(ms >= 5000 ? 1 : ms, ...rest) };
});

const page = readFileSync(path.join(root, "docs/day-2.md"), "utf8");
const readme = readFileSync(path.join(root, "README.md"), "utf8");

describeEnvoy("the demo of llm-d", () => {
    let session: RehearsalSession;
    let plane: LoopbackPlane;
    const before = { ...process.env };

    beforeAll(async () => {
        session = await openSession({ projectDir: root, stack: "llm-d" });
        expect((await session.up()).succeeded).toBe(true);
        session.release();
    });

    afterAll(() => session?.close());

    beforeEach(async () => {
        const settings = parseSettings("llm-d", shipped("llm-d"));
        plane = new LoopbackPlane(
            settings,
            await objectsOf(session.world.cluster),
            async () => (await objectsOf(session.world.cluster)).groups,
        );
        // As the guide's requests cost.
        plane.tokens = 90;
        for (const user of ["charlie", "bob", "alice"]) {
            plane.maas.callers.set(`token-${user}`, { username: user });
            process.env[`MAAS_TOKEN_${user.toUpperCase()}`] = `token-${user}`;
        }
        process.env["KUBECONFIG"] = session.world.kubeconfig;
        await plane.start();
    });

    afterEach(async () => {
        process.env = { ...before };
        await plane?.stop();
    });

    const demo = (...words: string[]): Promise<Outcome> => inProcess("demo", "llm-d", "--url", plane.url, ...words);

    it("plays all acts, cleans up, and can be played again", async () => {
        for (let i = 0; i < 2; i++) {
            const { code, out, err } = await demo();
            // What docs/day-2.md shows is what is printed.
            expect(page).toContain(out.slice(out.indexOf("Scenes:")));
            const shown = /^\$ npx maas demo llm-d\n([\s\S]*?)\n\n/m.exec(readme)![1]!.split("\n");
            expect(shown.length).toBeGreaterThan(3);
            shown.filter((line) => line.trim() !== "…").forEach((line) => expect(out).toContain(line));
            expect({ code, err }).toEqual({ code: 0, err: "" });
            expect(out).toMatch(
                /1 +charlie \(freemium\) calls qwen3-8b until the limit +200, then 429 +200 x 4, then 429 +as expected/,
            );
            expect(out).toMatch(/2 +bob \(pro\) calls 5 times +200 x 5 +200 x 5 +as expected/);
            expect(out).toMatch(/2 +alice \(premium\) calls 5 times +200 x 5 +200 x 5 +as expected/);
            expect(out).toMatch(/2 +charlie \(freemium\) is still refused.* 429 +429 +as expected/);
            expect(out).toMatch(
                /3 +charlie moves to pro and makes a new key +a key of pro-subscription +a key of pro-subscription/,
            );
            expect(out).toMatch(/3 +charlie revokes the old key +403 within a minute +403 after 0 s +as expected/);
            expect(out).toMatch(/4 +charlie \(pro\) calls 5 times +200 x 5 +200 x 5 +as expected/);
            expect(out).toMatch(
                /external +alice \(external-premium\) calls qwen3-14b until the limit +200, then 429 +200 x 12, then 429/,
            );
            expect(plane.maas.keys.filter(({ status }) => status === "active")).toEqual([]);
            expect(await members("freemium-users", "pro-users")).toEqual([["charlie"], ["bob"]]);
            plane.now += 3601;
        }
    });

    it("plays one act, and leaves its keys and Groups where they are kept", async () => {
        const { code, out } = await demo("--act", "4", "--keep");
        expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/Scenes: 1, all as expected/) as string });
        expect(plane.maas.keys.map(({ subscription, status }) => [subscription, status])).toEqual([
            ["pro-subscription", "active"],
        ]);
        expect(await members("freemium-users", "pro-users")).toEqual([[], ["bob", "charlie"]]);
        // Once more, as after a demo that was killed: the user is found where the story had ended.
        expect((await demo("--act", "4", "--keep")).code).toBe(0);
        const all = await demo();
        expect(all).toMatchObject({ code: 0, out: expect.stringMatching(/Scenes: 8, all as expected/) as string });
        expect(await members("freemium-users", "pro-users")).toEqual([["charlie"], ["bob"]]);
    });

    it("plays act after act, each kept, as one shows it to an audience", async () => {
        for (const act of ["1", "2", "3", "4"]) {
            const { code, out } = await demo("--act", act, "--keep");
            expect([act, code, out]).toEqual([act, 0, expect.stringContaining("all as expected")]);
        }
        plane.now += 3601;
        // Whoever may not change Groups is told what an administrator does.
        const { KUBECONFIG } = process.env;
        process.env["KUBECONFIG"] = "/none";
        const { code, err } = await demo("--act", "1");
        expect([code, err]).toEqual([
            1,
            expect.stringMatching(/an earlier demo has left charlie in pro-users, an administrator/),
        ]);
        process.env["KUBECONFIG"] = KUBECONFIG;
        expect((await demo("--act", "1")).code).toBe(0);
        expect(await members("freemium-users", "pro-users")).toEqual([["charlie"], ["bob"]]);
    });

    it.each<[string, () => void, string, RegExp]>([
        ["no limit of tokens", () => plane.objects.tokens.splice(0), "1", /200 x 120, then 200 +otherwise/],
        [
            "one limit for all",
            () => {
                const { limits } = plane.objects.tokens.find(({ metadata }) => metadata.name.endsWith("qwen3-8b"))!.spec as {
                    limits: Record<string, { counters: unknown; when: unknown }>;
                };
                Object.values(limits).forEach((limit) => {
                    limit.counters = [];
                    limit.when = [];
                });
            },
            "2",
            /bob \(pro\) calls 5 times +200 x 5 +429, 429, 429, 429, 429 +otherwise/,
        ],
        [
            "no authorization",
            () => plane.objects.auth.splice(0),
            "3",
            /revokes the old key +403 within a minute +200 after \d+ s +otherwise/,
        ],
    ])("tells that the story ends otherwise with %s", async (_, breaks, act, said) => {
        breaks();
        const { code, out } = await demo("--act", act);
        expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(said) as string });
    });

    it("names the users whose login is missing", async () => {
        delete process.env["MAAS_TOKEN_BOB"];
        expect(await demo("--act", "2")).toMatchObject({
            code: 1,
            err: expect.stringMatching(/No login of bob: .*MAAS_TOKEN_BOB/) as string,
        });
        expect(await demo("--kubeconfig", "zoe=x")).toMatchObject({
            code: 2,
            err: expect.stringContaining("expected USER=FILE of one of") as string,
        });
    });

    const groupRef = (name: string): { apiVersion: string; kind: string; name: string } => ({
        apiVersion: "user.openshift.io/v1",
        kind: "Group",
        name,
    });
    const members = (...names: string[]): Promise<unknown[]> =>
        Promise.all(names.map(async (name) => (await session.world.cluster.get(groupRef(name)))?.["users"]));
});
