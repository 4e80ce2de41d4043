import * as fs from "node:fs";

import { ProjectError, RehearsalSession, stateFromJson, stateToJson } from "../../../rehearsal/rehearse";
import { rehearse } from "../../../simulator/rehearse";
import type { ProgressEvent } from "../../../rehearsal/rehearse";
import { FIXTURES, inWorld } from "./harness";

describe("a rehearsal in memory", () => {
    it("brings a stack up on the simulated cluster, again without change, and takes it down", async () => {
        const events: ProgressEvent[] = [];
        let kubeconfig = "";
        const result = await rehearse({
            projectDir: FIXTURES,
            stack: "basic",
            runs: ["up", "up"],
            onEvent: (e) => events.push(e),
            keep: async (world) => {
                kubeconfig = world.kubeconfig;
                expect(fs.statSync(kubeconfig).mode & 0o777).toBe(0o600);
                expect((await world.cluster.get({ apiVersion: "v1", kind: "Namespace", name: "team" }))?.status).toEqual({
                    phase: "Active",
                });
                // Time goes on for whoever looks at it.
                await new Promise<void>((resolve) => world.clock.after(3600, resolve));
            },
        });
        expect(result).toMatchObject({ cluster: "memory", engine: "stand-in", succeeded: true, rejected: [], totalSeconds: 0 });
        expect(new Set(result.operations.map((o) => o.operation))).toEqual(new Set(["same"]));
        expect(events.every((e) => e.at >= 0)).toBe(true);
        expect(fs.existsSync(kubeconfig)).toBe(false);
    });

    it("needs an API server for the real engine", async () => {
        await expect(rehearse({ projectDir: FIXTURES, stack: "basic", engine: "pulumi" })).rejects.toThrow(ProjectError);
    });

    it("starts nothing for a stack that does not exist", async () => {
        await expect(rehearse({ projectDir: FIXTURES, stack: "basik", cluster: "api-server" })).rejects.toThrow(
            'did you mean "basic"?',
        );
    });

    it("can be interrupted", () => {
        const abort = new AbortController();
        return inWorld(
            "stuck",
            async ({ session }) => {
                setTimeout(() => abort.abort(), 1500);
                const result = await session.up();
                expect(result.diagnostics).toEqual([{ severity: "error", message: "the run was interrupted" }]);
            },
            { signal: abort.signal },
        );
    });

    it("reports once what went wrong in the simulation", () =>
        inWorld("basic", async ({ session }) => {
            const problems = ["tiers team/free: refused"];
            const world = Object.create(session.world, { problems: { value: problems } }) as typeof session.world;
            const other = new RehearsalSession({ projectDir: FIXTURES, stack: "basic" }, world);
            const { succeeded, diagnostics } = await other.up();
            const warning = (problem: string): object => ({
                severity: "warning",
                message: `the simulator failed, so a cluster may act otherwise: ${problem}`,
            });
            expect({ succeeded, diagnostics }).toEqual({ succeeded: true, diagnostics: [warning("tiers team/free: refused")] });
            problems.push("olm: broken");
            expect((await other.up()).diagnostics).toEqual([warning("olm: broken")]);
            other.release();
        }));

    it("goes on from a state that was written to a file", () =>
        inWorld("basic", async ({ session }) => {
            const first = await session.up();
            const text = stateToJson(session.state, "passphrase");
            const later = new RehearsalSession(
                { projectDir: FIXTURES, stack: "basic", state: stateFromJson(text, "passphrase") },
                session.world,
            );
            const again = await later.up();
            expect(again.diagnostics).toEqual([]);
            expect(new Set(again.operations.map((o) => o.operation))).toEqual(new Set(["same"]));
            expect(again.outputs).toEqual(first.outputs);
            later.release();
            const gone = await session.destroy();
            expect(gone.diagnostics).toEqual([]);
            expect(session.state.resources).toEqual([]);
        }));
});
