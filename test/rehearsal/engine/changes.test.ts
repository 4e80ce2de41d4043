import { inWorld, operationsOf } from "./harness";

const changed = (result: Parameters<typeof operationsOf>[0]): string[] =>
    operationsOf(result).filter((o) => !o.endsWith(": same"));

describe("a changed program", () => {
    it("updates, replaces, deletes and renames, as the provider's settings say", () =>
        inWorld(
            "changes",
            async ({ session, cluster }) => {
                const data = async (name: string) =>
                    (await cluster.get({ apiVersion: "v1", kind: "Secret", name, namespace: "ns" }))?.["data"];
                const step = async (n: number) => {
                    process.env["FIXTURE"] = String(n);
                    const result = await session.up();
                    expect(result.diagnostics).toEqual([]);
                    expect(result.rejected).toEqual([]);
                    return changed(result);
                };
                expect(await step(1)).toHaveLength(8);
                // A named Secret is deleted and created again by default.
                expect(await step(2)).toEqual(["labelled: update", "mutable: replace", "secret: replace"]);
                expect(await data("secret")).toEqual({ a: Buffer.from("second").toString("base64") });
                // What the label is by now is none of the program's business.
                expect(await step(3)).toEqual(["mutable: replace"]);
                expect(await step(4)).toEqual(["going: delete", "labelled: update", "mutable: replace"]);
                expect(
                    await cluster.get({ apiVersion: "v1", kind: "ConfigMap", name: "going", namespace: "ns" }),
                ).toBeUndefined();
                expect(await step(5)).toEqual(["cluster: update", "labelled: update", "mutable: update"]);
                expect(await data("mutable")).toEqual({ a: Buffer.from("5").toString("base64") });
                expect(await step(6)).toEqual(["labelled: update", "mutable: update"]);
                expect(session.state.resources.map((r) => r.name)).toContain("renamed");
                expect(session.state.resources.map((r) => r.name)).not.toContain("name");
                expect(
                    (await cluster.get({ apiVersion: "v1", kind: "Namespace", name: "labelled" }))?.metadata.labels,
                ).toMatchObject({ step: "6" });
            },
            { env: { FIXTURE: "1" } },
        ));

    it("deletes nothing after a failure, for the program may not have said all that it wants", () =>
        inWorld(
            "changes",
            async ({ session, cluster }) => {
                await session.up();
                process.env["FIXTURE"] = "4";
                const stop = cluster.admit((object) => (object.metadata.name === "labelled" ? "not today" : undefined));
                const failed = await session.up();
                expect(failed.succeeded).toBe(false);
                expect(failed.diagnostics[0]!.message).toContain("not today");
                expect(changed(failed)).not.toContain("going: delete");
                stop();
                expect(changed(await session.up())).toContain("going: delete");
            },
            { env: { FIXTURE: "1" } },
        ));
});

describe("destroy", () => {
    const exists = async (cluster: { list(a: string, k: string): Promise<{ metadata: { name: string } }[]> }) =>
        (await cluster.list("v1", "ConfigMap"))
            .map((o) => o.metadata.name)
            .filter((n) => n !== "kube-root-ca.crt" && n !== "openshift-service-ca.crt");

    it("runs backwards along dependencies and leaves what is retained", () =>
        inWorld("teardown", async ({ session, cluster }) => {
            await session.up();
            const gone: string[] = [];
            cluster.subscribe(["v1/ConfigMap", "v1/Namespace"], (e) => e.type === "DELETED" && gone.push(e.object.metadata.name));
            const result = await session.destroy();

            expect(result.diagnostics).toEqual([]);
            expect(result.succeeded).toBe(true);
            expect(operationsOf(result)).toEqual([
                "a: delete",
                "b: delete",
                "c: delete",
                "fixture-teardown: delete",
                "kept: delete",
                "ns: delete",
                "with: delete",
            ]);
            const order = gone.filter((n) => ["a", "b", "c", "ns"].includes(n));
            expect(order).toEqual(["c", "b", "a", "ns"]);
            expect(await exists(cluster)).toEqual(["kept"]);
            expect(session.state.resources).toEqual([]);
            expect(result.criticalPath.map((u) => u.split("::").at(-1))).toEqual(["c", "b", "a", "ns"]);
        }));

    it("waits until an object is really gone, and names the finalizers that keep it", () =>
        inWorld("teardown", async ({ session, cluster, clock }) => {
            await session.up();
            const c = { apiVersion: "v1", kind: "ConfigMap", name: "c", namespace: "ns" };
            await cluster.mergePatch(c, { metadata: { finalizers: ["example.com/slow"] } });
            cluster.subscribe(["v1/ConfigMap"], ({ object }) => {
                if (object.metadata.name === "c" && object.metadata.deletionTimestamp && object.metadata.finalizers) {
                    clock.after(30, () => void cluster.mergePatch(c, { metadata: { finalizers: null } }));
                }
            });
            const result = await session.destroy();
            expect(result.diagnostics).toEqual([]);
            expect(result.timeline.find((t) => t.urn.endsWith("::c"))).toMatchObject({ start: 0, end: 30 });
            expect(result.timeline.find((t) => t.urn.endsWith("::b"))).toMatchObject({ start: 30 });
        }));

    it("gives up when a finalizer stays, keeps what that needs, and goes on the next time", () =>
        inWorld("teardown", async ({ session, cluster }) => {
            await session.up();
            const b = { apiVersion: "v1", kind: "ConfigMap", name: "b", namespace: "ns" };
            await cluster.mergePatch(b, { metadata: { finalizers: ["example.com/stuck"] } });
            const result = await session.destroy();
            expect(result.succeeded).toBe(false);
            expect(result.diagnostics[0]).toMatchObject({
                severity: "error",
                message: expect.stringContaining("finalizers left: example.com/stuck"),
            });
            expect(result.diagnostics).toContainEqual({
                severity: "info",
                urn: expect.stringMatching(/::a$/),
                message: "was not deleted because b, which needs it, is still there",
            });
            expect(await exists(cluster)).toContain("a");
            await cluster.mergePatch(b, { metadata: { finalizers: null } });
            expect((await session.destroy()).succeeded).toBe(true);
        }));

    it("refuses to delete what is protected", () =>
        inWorld(
            "teardown",
            async ({ session, cluster }) => {
                await session.up();
                const result = await session.destroy();
                expect(result.succeeded).toBe(false);
                expect(result.diagnostics.find((d) => d.severity === "error")?.message).toMatch(
                    /::b" cannot be deleted\nbecause it is protected/,
                );
                expect(await exists(cluster)).toEqual(expect.arrayContaining(["a", "b"]));
            },
            { env: { FIXTURE: "protect" } },
        ));

    it("is nothing to do when there is nothing", () =>
        inWorld("teardown", async ({ session }) => {
            expect(await session.destroy()).toMatchObject({
                succeeded: true,
                operations: [],
                timeline: [],
                criticalPath: [],
                totalSeconds: 0,
            });
        }));
});
