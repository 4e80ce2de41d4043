import { configMap, inWorld, operationsOf } from "./harness";

describe.each([
    ["at once", true],
    ["one after the other", false],
])("a preview before the bring-up, %s", (_how, atOnce) => {
    it("refuses what does not exist to be read, on the cluster as it was", () =>
        inWorld("reads", async ({ session, cluster, events }) => {
            await cluster.create(configMap("adopted", { x: "1" }));
            const refused = await session.previewAndUp(atOnce);

            expect(refused.succeeded).toBe(false);
            expect(refused.diagnostics.map((d) => d.message).join()).toContain("resource 'default/there' does not exist");
            // What the bring-up had begun meanwhile is neither told nor remembered.
            expect(events).toEqual([]);
            expect(session.state.resources).toEqual([]);
        }));

    it("passes, and the bring-up is what it is without one", () =>
        inWorld("basic", async ({ session, events }) => {
            const previewed = await session.previewAndUp(atOnce);
            expect(events.map((e) => e.kind)).toContain("ready");
            await inWorld("basic", async ({ session: other }) => expect(previewed).toEqual(await other.up()));
        }));
});

it("lets time go on for the bring-up, on a cluster that cannot be copied", () =>
    inWorld("basic", async ({ session }) => {
        const { world } = session;
        const { clock } = world;
        Object.defineProperty(world, "frozen", { value: undefined });
        const holds = new Set<() => void>();
        const hold = clock.hold.bind(clock);
        clock.hold = () => {
            const release = hold();
            holds.add(release);
            return () => {
                holds.delete(release);
                release();
            };
        };
        expect((await session.previewAndUp(false)).succeeded).toBe(true);
        session.release();
        expect(holds.size).toBe(0);
    }));

it("shows what would be done, and does nothing", () =>
    inWorld(
        "changes",
        async ({ session, cluster }) => {
            await session.up();
            const before = await cluster.list("v1", "Secret", "ns");
            process.env["FIXTURE"] = "4";
            const seen = await session.preview();
            expect(await cluster.list("v1", "Secret", "ns")).toEqual(before);
            const done = await session.up();
            expect(operationsOf(seen)).toEqual(operationsOf(done));
            expect(new Set(operationsOf(seen).map((o) => o.split(": ")[1]))).toEqual(
                new Set(["same", "update", "replace", "delete"]),
            );
        },
        { env: { FIXTURE: "1" } },
    ));
