import { cluster, config, configRef, eachWithCluster, refusal, seconds } from "./memory";

eachWithCluster();

describe("the cluster in memory", () => {
    describe("deletion", () => {
        test("waits for finalizers", async () => {
            await cluster.create(config("a", {}, { finalizers: ["example.com/f"] }));
            await cluster.delete(configRef("a"));
            expect((await cluster.get(configRef("a")))!.metadata.deletionTimestamp).toBe("2026-01-01T00:00:00Z");
            expect(
                (
                    await refusal(
                        cluster.mergePatch(configRef("a"), { metadata: { finalizers: ["example.com/f", "example.com/g"] } }),
                    )
                ).message,
            ).toContain("no new finalizers can be added");
            await cluster.mergePatch(configRef("a"), { metadata: { finalizers: null } });
            expect(await cluster.get(configRef("a"))).toBeUndefined();
        });

        const family = async (): Promise<void> => {
            const { metadata } = await cluster.create(config("owner"));
            const reference = {
                apiVersion: "v1",
                kind: "ConfigMap",
                name: "owner",
                uid: metadata.uid!,
                controller: true,
                blockOwnerDeletion: true,
            };
            await cluster.create(config("child", {}, { ownerReferences: [reference] }));
        };

        test("in the background takes the children after the owner", async () => {
            await family();
            const events: string[] = [];
            cluster.subscribe(["v1/ConfigMap"], ({ type, object }) => events.push(`${type} ${object.metadata.name}`));
            await cluster.delete(configRef("owner"));
            await seconds(0);
            expect(events.slice(-2)).toEqual(["DELETED owner", "DELETED child"]);
        });

        test("in the foreground takes the children first, and waits for their finalizers", async () => {
            await family();
            await cluster.mergePatch(configRef("child"), { metadata: { finalizers: ["example.com/f"] } });
            await cluster.delete(configRef("owner"), { propagationPolicy: "Foreground" });
            expect((await cluster.get(configRef("owner")))!.metadata.finalizers).toEqual(["foregroundDeletion"]);
            await cluster.mergePatch(configRef("child"), { metadata: { finalizers: null } });
            expect(await cluster.list("v1", "ConfigMap", "a")).toEqual([]);
        });

        test("can leave the children as orphans", async () => {
            await family();
            await cluster.delete(configRef("owner"), { propagationPolicy: "Orphan" });
            expect((await cluster.get(configRef("child")))!.metadata.ownerReferences).toBeUndefined();
        });

        test("of a namespace ends everything in it, and nothing new begins there", async () => {
            await cluster.create(config("stays", {}, { finalizers: ["example.com/f"] }));
            await cluster.create(config("goes"));
            await cluster.delete({ apiVersion: "v1", kind: "Namespace", name: "a" });
            expect(await cluster.get(configRef("goes"))).toBeUndefined();
            expect((await cluster.get({ apiVersion: "v1", kind: "Namespace", name: "a" }))!.status).toEqual({
                phase: "Terminating",
            });
            expect(await refusal(cluster.create(config("new")))).toMatchObject({
                code: 403,
                message:
                    'configmaps "new" is forbidden: unable to create new content in namespace a because it is being terminated',
            });
            await cluster.mergePatch(configRef("stays"), { metadata: { finalizers: null } });
            expect(await cluster.get({ apiVersion: "v1", kind: "Namespace", name: "a" })).toBeUndefined();
        });

        test("collects what has an owner that never was", async () => {
            await cluster.create(
                config("lost", {}, { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "none" }] }),
            );
            await seconds(60);
            expect(await cluster.get(configRef("lost"))).toBeUndefined();
        });
    });
});
