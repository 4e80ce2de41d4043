import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { inWorld, operationsOf, type World } from "./harness";

/** Runs the program of hooks; `ran` tells which hooks ran since the last look. */
async function withHooks(
    test: (world: World, ran: () => string[], set: (broken: string, value?: string) => void) => Promise<void>,
): Promise<void> {
    const log = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "hooks-")), "log");
    let read = 0;
    const ran = (): string[] => {
        const lines = fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : [];
        return lines.slice(read, (read = lines.length));
    };
    const set = (broken: string, value = "1"): void => void Object.assign(process.env, { FIXTURE: broken, FIXTURE_VALUE: value });
    try {
        await inWorld("hooks", (world) => test(world, ran, set), { env: { FIXTURE_LOG: log, FIXTURE: "", FIXTURE_VALUE: "1" } });
    } finally {
        fs.rmSync(path.dirname(log), { recursive: true });
    }
}

describe("hooks", () => {
    it("run around creates, updates and deletes, and not when nothing changes", () =>
        withHooks(async ({ session }, ran, set) => {
            const created = await session.up();
            expect(created.diagnostics).toEqual([]);
            expect(created.timeline.find((t) => t.urn.endsWith("::hooked"))?.readyWhen).toBe("hook beforeCreate");
            expect(ran()).toEqual(["beforeCreate hooked 1 -", "afterCreate hooked 1 -"]);
            await session.up();
            expect(ran()).toEqual([]);
            set("", "2");
            expect(operationsOf(await session.up())).toContain("hooked: replace");
            expect(ran()).toEqual([
                "beforeDelete hooked - 1",
                "afterDelete hooked - 1",
                "beforeCreate hooked 2 -",
                "afterCreate hooked 2 -",
            ]);
            const gone = await session.destroy();
            expect(gone.diagnostics).toEqual([]);
            expect(ran()).toEqual(["beforeDelete hooked - 2", "afterDelete hooked - 2"]);
        }));

    it("fail the resource with their own message before its creation, and run again at the next up", () =>
        withHooks(async ({ session, cluster }, ran, set) => {
            set("beforeCreate");
            for (let i = 0; i < 2; i++) {
                const failed = await session.up();
                expect(failed.succeeded).toBe(false);
                expect(failed.diagnostics.map((d) => [d.severity, d.urn?.split("::").at(-1), d.message])).toEqual([
                    ["error", "hooked", 'before hook "beforeCreate" failed: beforeCreate says no'],
                    ["info", "dependent", "was not started because hooked, which it needs, did not become ready"],
                ]);
                expect(ran()).toEqual(["beforeCreate hooked 1 -"]);
                expect(
                    await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "hooked", namespace: "default" }),
                ).toBeUndefined();
            }
            set("");
            const mended = await session.up();
            expect(mended.succeeded).toBe(true);
            expect(operationsOf(mended).filter((o) => o.endsWith("create"))).toEqual(["dependent: create", "hooked: create"]);
        }));

    it("after the creation leave the resource recorded, and are not run again", () =>
        withHooks(async ({ session }, ran, set) => {
            set("afterCreate");
            const failed = await session.up();
            expect(failed.succeeded).toBe(false);
            expect(failed.diagnostics[0]!.message).toBe('after hook "afterCreate" failed: afterCreate says no');
            expect(ran()).toEqual(["beforeCreate hooked 1 -", "afterCreate hooked 1 -"]);
            const next = await session.up();
            expect(next.succeeded).toBe(true);
            expect(operationsOf(next)).toContain("hooked: same");
            expect(ran()).toEqual([]);
        }));

    it("of deletes run while the program that no longer wants the resource has nothing registered: that is an error", () =>
        withHooks(async ({ session }, _ran, set) => {
            await session.up();
            set("gone");
            const result = await session.up();
            // The program still registers the hooks by name, so they run.
            expect(result.diagnostics).toEqual([]);
            expect(operationsOf(result).filter((o) => o.endsWith("delete"))).toEqual([
                "dependent: delete",
                "gate: delete",
                "hooked: delete",
            ]);
        }));

    it("of deletes cannot run in a destroy without the program, which says so", () =>
        withHooks(async ({ session }) => {
            await session.up();
            const result = await session.destroy(false);
            expect(result.succeeded).toBe(false);
            expect(result.diagnostics.find((d) => d.severity === "error")?.message).toBe(
                'hook "beforeDelete" was not registered',
            );
        }));

    it("on errors decide about another try", () =>
        inWorld("retry", async ({ session }) => {
            const result = await session.up();
            expect(result.succeeded).toBe(false);
            expect(result.diagnostics.map((d) => [d.severity, d.message.split(":")[0]])).toEqual([
                ["error", expect.stringContaining("creation of resource")],
                ["warning", "retrying create due to on-error hook request (1/100)"],
            ]);
            // Two attempts, each of which the provider repeats for 63 s.
            expect(result.totalSeconds).toBe(126);
        }));

    it.each([
        [
            "nothing is left to happen",
            { stall: 1000 },
            "nothing is left to happen in the rehearsed world, yet the program did not end",
        ],
        ["the time is up", { limit: 8000 }, "the program did not end within 8 s and was stopped"],
    ])("that never end are named when %s", (_, limits, problem) =>
        inWorld(
            "stuck",
            async ({ session }) => {
                const { diagnostics } = await session.up();
                const message = `${problem}; it was waiting for stuck (kubernetes:core/v1:ConfigMap)`;
                expect(diagnostics).toEqual([{ severity: "error", message }]);
                expect(session.state.resources.map((r) => r.name)).not.toContain("stuck");
            },
            limits,
        ),
    );

    it("that kill the program are reported with what was under way", () =>
        inWorld("killed", async ({ session }) => {
            const result = await session.up();
            expect(result.diagnostics).toEqual([
                {
                    severity: "error",
                    message: "the program was killed by SIGKILL; it was waiting for waiting (kubernetes:core/v1:ConfigMap)",
                },
            ]);
        }));
});
