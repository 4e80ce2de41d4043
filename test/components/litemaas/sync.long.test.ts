/** The synchronization of LiteMaaS, as its Job runs it: killed anywhere, and with servers in trouble. */
import type { DesiredState } from "../../../components/litemaas/sync/types";
import { desired, handedOut, run, servers, values, workshop } from "./job";
import type { Fault } from "./servers";

describe("killed", () => {
    /** Kills the script when its nth request was handled, and runs it again. */
    async function killedAt(last: number, state: DesiredState): Promise<boolean> {
        const kill = new AbortController();
        servers.requests.length = 0;
        servers.handled = () => {
            if (servers.requests.length >= last) {
                kill.abort();
                return "silence";
            }
            return undefined;
        };
        const { code } = await run(state, kill.signal);
        servers.handled = () => undefined;
        expect((await run(state)).code).toBe(0);
        return code === null;
    }

    it("at any request: the next run leaves one key for each participant, and the value that was handed out", async () => {
        let killed = 0;
        for (let last = 1; await killedAt(last, desired()); last += 1) {
            expect(handedOut()).toEqual(["ann", "bob"]);
            expect(Object.keys(values())).toEqual(["ann", "bob"]);
            expect(servers.proxy.models.size).toBe(1);
            servers.proxy.keys.clear();
            servers.proxy.teams.clear();
            servers.proxy.models.clear();
            servers.secrets.clear();
            killed = last;
        }
        // Hand-outs, models, teams, budgets and keys are read; values, model, team, keys and hand-out are written; the portal follows.
        expect(killed).toBeGreaterThanOrEqual(13);
    });

    it("at any request of a change of the list: likewise, and nobody keeps a key who has left", async () => {
        const later = desired([workshop({ participants: ["ann", "carl"], end: "2100-01-31T18:00:00Z" })]);
        let killed = 0;
        for (let last = 1; ; last += 1) {
            await run(desired());
            const { ann } = values();
            const was = await killedAt(last, later);
            expect(handedOut()).toEqual(["ann", "carl"]);
            expect(values()).toMatchObject({ ann });
            if (!was) {
                break;
            }
            killed = last;
        }
        expect(killed).toBeGreaterThanOrEqual(10);
    });
});

describe("a server in trouble", () => {
    /** Lets each request fail once in a way. */
    const onceEach = (fault: Fault, when: "before" | "handled"): void => {
        const failed = new Set<string>();
        servers[when] = (request) => {
            // The client of Kubernetes is asked again by the next run of the Job.
            if (failed.has(request) || request.includes("/namespaces/")) {
                return undefined;
            }
            failed.add(request);
            return fault;
        };
    };

    it.each<[string, Fault, "before" | "handled"]>([
        ["is too busy", [429, { error: { message: "slow down" } }], "before"],
        ["fails", [500, { error: { message: "boom" } }], "before"],
        ["fails after it has done what was asked", [500, { error: { message: "boom" } }], "handled"],
        ["is away", [503, { detail: "no endpoints" }], "before"],
        ["breaks the connection", "broken", "handled"],
        ["is silent", "silence", "handled"],
        ["ends in the middle of an answer", "half", "handled"],
    ])("%s: each request is sent again, and nothing exists twice", async (_, fault, when) => {
        onceEach(fault, when);
        expect(await run(desired())).toMatchObject({ code: 0 });
        expect(handedOut()).toEqual(["ann", "bob"]);
        expect([servers.proxy.models.size, servers.proxy.teams.size, servers.proxy.keys.size]).toEqual([1, 1, 2]);
    });

    it("goes on where one key fails, says which, and hands out the others", async () => {
        let first = true;
        servers.before = (request) => {
            const fails = request === "POST /key/generate" && first;
            first &&= !fails;
            return fails ? [400, { error: { message: "budget of sk-0123456789abcdef is too high" } }] : undefined;
        };
        const ran = await run(desired());
        expect(ran.code).toBe(1);
        expect(ran.output).toMatch(/^key rag\.(ann|bob): POST \/key\/generate answers 400: budget of sk-… is too high$/m);
        expect(handedOut()).toHaveLength(1);
        servers.before = () => undefined;
        await run(desired());
        expect(handedOut()).toEqual(["ann", "bob"]);
    });

    it("asks for no key of a workshop whose team could not be created", async () => {
        servers.before = (request) => (request === "POST /team/new" ? [400, { error: { message: "no" } }] : undefined);
        expect((await run(desired())).output).toContain("key rag.ann: its team could not be created");
        expect(servers.requests).not.toContain("POST /key/generate");
    });

    it("says that the proxy cannot be reached, or does not know the master key", async () => {
        expect(await run({ ...desired(), proxy: "http://127.0.0.1:9", attempts: 2 })).toMatchObject({
            code: 1,
            output: expect.stringContaining("ECONNREFUSED"),
        });
        expect(await run(desired(), undefined, { LITELLM_MASTER_KEY: "sk-0000000000000000" })).toMatchObject({
            code: 1,
            output: expect.stringMatching(/answers 401: Authentication Error, Invalid proxy server token passed. .* = sk-…/),
        });
    });

    it("says what the portal does not take over", async () => {
        servers.before = (request) =>
            request === "POST /api/v1/models/sync"
                ? [200, { success: false, errors: ["Failed to sync model granite"] }]
                : undefined;
        expect(await run(desired())).toMatchObject({
            code: 1,
            output: expect.stringContaining(
                "portal models: the portal has not taken over the models: Failed to sync model granite",
            ),
        });
        expect(handedOut()).toEqual(["ann", "bob"]);
    });
});
