import { configMap, inWorld, operationsOf, playDeployments } from "./harness";

const work = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name, namespace: "work" });

describe("up", () => {
    it("creates in the order of dependencies, on the rehearsed clock", () =>
        inWorld("waits", async (world) => {
            playDeployments(world, 40);
            world.on("v1/ConfigMap", ({ type, object }) => {
                if (type === "ADDED" && object.metadata.name === "gated") {
                    world.clock.after(15, () => void world.cluster.mergePatch(work("gated"), { data: { answer: "42" } }));
                }
            });
            const result = await world.session.up();

            expect(result.diagnostics).toEqual([]);
            expect(result.succeeded).toBe(true);
            expect(result.totalSeconds).toBe(55);
            expect(result.outputs).toEqual({ replicas: 2 });
            expect(result.rejected).toEqual([]);
            const at = Object.fromEntries(result.timeline.map((t) => [t.urn.split("::").at(-1), [t.start, t.end, t.readyWhen]]));
            expect(at).toEqual({
                "fixture-waits": [0, 55, "accepted"],
                cluster: [0, 0, "accepted"],
                free: [0, 0, "accepted"],
                ns: [0, 0, "accepted"],
                web: [0, 40, "Deployment available"],
                gated: [40, 55, "jsonpath={.data.answer}=42"],
                after: [55, 55, "accepted"],
            });
            expect(result.criticalPath.map((urn) => urn.split("::").at(-1))).toEqual(["cluster", "ns", "web", "gated", "after"]);
            expect(
                (await world.cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "after", namespace: "default" }))?.["data"],
            ).toEqual({ a: "work/gated" });
        }));

    it("changes nothing when run again, and says the same of the same world byte for byte", async () => {
        const results: string[] = [];
        for (let i = 0; i < 2; i++) {
            await inWorld("basic", async ({ session }) => {
                const first = await session.up();
                expect(first.diagnostics).toEqual([]);
                expect(first.outputs).toEqual({
                    greeting: "hello",
                    lastName: "last",
                    password: "[secret]",
                    settings: { nested: [1, "two"] },
                });
                const again = await session.up();
                expect(new Set(again.operations.map((o) => o.operation))).toEqual(new Set(["same"]));
                expect(again.outputs).toEqual(first.outputs);
                results.push(JSON.stringify(first), JSON.stringify(again));
            });
        }
        expect(results.slice(2)).toEqual(results.slice(0, 2));
    });

    it("fails what does not become ready with what was seen, and takes it up again in the next run", () =>
        inWorld("waits", async (world) => {
            playDeployments(world, 40);
            const failed = await world.session.up();

            expect(failed.succeeded).toBe(false);
            const error = failed.diagnostics.find((d) => d.severity === "error")!;
            expect(error.urn).toMatch(/gated$/);
            expect(error.message).toMatch(
                /successfully created, but .* failed to fully initialize or become live: timed out waiting for the condition/s,
            );
            expect(error.message).toContain("jsonpath={.data.answer}=42 ({.data.answer} not found)");
            expect(failed.totalSeconds).toBe(100);
            expect(operationsOf(failed)).toEqual([
                "cluster: create",
                "fixture-waits: create",
                "free: create",
                "gated: create",
                "ns: create",
                "web: create",
            ]);
            expect(failed.diagnostics.map((d) => [d.severity, d.urn?.split("::").at(-1)])).toEqual([
                ["error", "gated"],
                ["info", "after"],
            ]);

            await world.cluster.mergePatch(work("gated"), { data: { answer: "42" } });
            const mended = await world.session.up();
            expect(mended.succeeded).toBe(true);
            expect(operationsOf(mended)).toEqual([
                "after: create",
                "cluster: same",
                "fixture-waits: same",
                "free: same",
                "gated: update",
                "ns: same",
                "web: same",
            ]);
        }));

    it("waits anew after an update, until the new generation is observed", () =>
        inWorld(
            "waits",
            async (world) => {
                playDeployments(world, 40);
                await world.cluster
                    .create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "work" } })
                    .catch(() => undefined);
                world.on("v1/ConfigMap", ({ object }) => {
                    if (object.metadata.name === "gated" && object["data"]?.answer === undefined) {
                        void world.cluster.mergePatch(work("gated"), { data: { answer: "42" } });
                    }
                });
                await world.cluster.delete({ apiVersion: "v1", kind: "Namespace", name: "work" });
                await world.session.up();
                process.env["FIXTURE"] = "3";
                const result = await world.session.up();
                expect(result.diagnostics).toEqual([]);
                expect(operationsOf(result).filter((o) => !o.endsWith("same"))).toEqual(["web: update"]);
                expect(result.totalSeconds).toBe(40);
                expect(result.outputs).toEqual({ replicas: 3 });
            },
            { env: { FIXTURE: "2" } },
        ));

    it("begins nothing new after a failure; what is under way ends, and what is not begun is told", () =>
        inWorld("stops", async (world) => {
            playDeployments(world, 100); // bad fails after 63 s
            const first = await world.session.up();
            expect(operationsOf(first)).toEqual(["fixture-stops: create", "slow: create"]);
            expect(first.timeline.find((t) => t.urn.endsWith("::slow"))).toMatchObject({ start: 0, end: 100 });
            expect(
                first.diagnostics.filter((d) => d.severity === "info").map((d) => [d.urn?.split("::").at(-1), d.message]),
            ).toEqual([
                ["after", "was not started because bad had failed, and nothing new is begun after a failure"],
                ["last", "was not started because after, which it needs, did not become ready"],
            ]);
            // What the program wants is told whole, so that it can be seen what does not exist.
            expect(first.resources.map((r) => r.name)).toEqual(expect.arrayContaining(["after", "bad", "last", "slow"]));

            const second = await world.session.up();
            expect(operationsOf(second)).toEqual(["after: create", "fixture-stops: same", "last: create", "slow: same"]);
        }));

    it("goes on when told to", () =>
        inWorld(
            "stops",
            async (world) => {
                playDeployments(world, 100);
                const result = await world.session.up();
                expect([operationsOf(result), result.succeeded]).toEqual([
                    ["after: create", "fixture-stops: create", "last: create", "slow: create"],
                    false,
                ]);
            },
            { continueOnError: true },
        ));

    it("begins what is independent of a failure at the same moment, and leaves out what is not", () =>
        inWorld("fails", async ({ session, cluster }) => {
            const result = await session.up();

            expect(result.succeeded).toBe(false);
            expect(operationsOf(result)).toContain("independent: create");
            const said = result.diagnostics.map((d) => [d.severity, d.urn?.split("::").at(-1), d.message.split("\n")[0]]);
            expect(said).toEqual([
                [
                    "error",
                    "bad",
                    expect.stringContaining(
                        'Verify that any required CRDs have been created: no matches for kind "Thing" in version "example.com/v1"',
                    ),
                ],
                ["info", "second", "was not started because bad, which it needs, did not become ready"],
                ["info", "third", "was not started because second, which it needs, did not become ready"],
            ]);
            expect(result.rejected).toEqual([
                {
                    urn: expect.stringMatching(/bad$/),
                    object: "Thing default/bad",
                    reason: "NoKindMatch",
                    message: expect.stringContaining("no matches for kind"),
                },
            ]);
            // The provider tries for 63 s of the rehearsed clock.
            expect(result.timeline.find((t) => t.urn.endsWith("::bad"))).toMatchObject({ start: 0, end: 63 });
            expect(
                await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "second", namespace: "default" }),
            ).toBeUndefined();
            expect(session.state.resources.map((r) => r.name)).not.toContain("bad");
        }));

    it("refuses to create what exists, and says what could be done", () =>
        inWorld("basic", async ({ session, cluster }) => {
            await cluster.create(configMap("last", {}));
            const result = await session.up();

            expect(result.rejected.map((r) => [r.object, r.reason])).toEqual([["ConfigMap default/last", "AlreadyExists"]]);
            expect(result.diagnostics[0]!.message).toMatch(/already exists.*use a Patch resource|use an alias/s);
        }));

    it("reads, patches and imports what exists", () =>
        inWorld("reads", async ({ session, cluster }) => {
            await cluster.create(configMap("there", { theirs: "1", both: "2" }));
            await cluster.create(configMap("adopted", { x: "1" }));
            const result = await session.up();

            expect(result.diagnostics).toEqual([]);
            expect(operationsOf(result)).toEqual(["fixture-reads: create", "imported: import", "patch: create", "read: read"]);
            expect(result.outputs).toMatchObject({
                theirs: "1",
                patched: { theirs: "1", both: "2", ours: "1" },
                uid: expect.any(String),
            });

            const gone = await session.destroy();
            expect(gone.diagnostics).toEqual([]);
            // The patch gives up its fields, the rest of the object is not ours.
            expect(
                (await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "there", namespace: "default" }))?.["data"],
            ).toEqual({ theirs: "1", both: "2" });
            expect(
                await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "adopted", namespace: "default" }),
            ).toBeUndefined();
        }));

    it("fails a read of what does not exist", () =>
        inWorld("reads", async ({ session, cluster }) => {
            await cluster.create(configMap("adopted", { x: "1" }));
            const result = await session.up();
            expect(result.succeeded).toBe(false);
            expect(result.diagnostics.map((d) => d.message).join()).toContain("resource 'default/there' does not exist");
        }));

    it("answers random, aws and vault with what depends on nothing but the program", async () => {
        const outputs: unknown[] = [];
        for (let i = 0; i < 2; i++) {
            await inWorld("random", async ({ session }) => {
                const result = await session.up();
                expect(result.diagnostics).toEqual([]);
                expect(result.outputs).toEqual({
                    password: "[secret]",
                    bcrypt: "[secret]",
                    bytes: "[secret]",
                    text: expect.stringMatching(/^[a-z0-9]{8}$/),
                    id: expect.stringMatching(/^x-[0-9a-f]{8}$/),
                    uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
                    pet: expect.stringMatching(/^[a-z]+-[a-z]+-[a-z]+$/),
                    integer: expect.any(Number),
                });
                outputs.push(result.outputs);
                process.env["FIXTURE"] = "2";
                const changed = await session.up();
                expect(operationsOf(changed).filter((o) => !o.endsWith("same"))).toEqual(["text: replace"]);
                expect(changed.outputs["text"]).not.toBe(result.outputs["text"]);
                delete process.env["FIXTURE"];
            });
        }
        expect(outputs[1]).toEqual(outputs[0]);
        await inWorld("clouds", async ({ session }) => {
            const result = await session.up();
            expect(result.diagnostics).toEqual([]);
            expect(result.outputs).toEqual({
                quota: 256,
                zones: ["us-east-2a", "us-east-2b", "us-east-2c"],
                arn: "arn:aws:s3:::models",
                stored: "secret/data/maas",
            });
            expect(JSON.stringify(result)).not.toContain("not for you");
        });
    });
});
