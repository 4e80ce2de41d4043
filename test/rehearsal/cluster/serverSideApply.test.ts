import type { KubeObject } from "../../../rehearsal/cluster/cluster";
import { EMPTIED, emptied, holder } from "../emptied";
import { cluster, config, configRef, deployment, eachWithCluster, ns, refusal, seconds } from "./memory";

eachWithCluster();

describe("the cluster in memory", () => {
    describe("server-side apply", () => {
        test.each(emptied)("%s that is stated empty", async (_what, before, after, result) => {
            await cluster.create(ns("demo"));
            await cluster.create(EMPTIED);
            await seconds(5);
            await cluster.apply(holder("h", before), { fieldManager: "m" });
            const answer = cluster.apply(holder("h", after), { fieldManager: "m" });
            if (result instanceof RegExp) {
                expect(await refusal(answer)).toMatchObject({ code: 422, message: expect.stringMatching(result) });
            } else {
                expect((await answer)["spec"]).toEqual(result);
            }
        });

        test("a field that another manager owns is a conflict, unless forced", async () => {
            await cluster.apply(config("a", { k: "1" }), { fieldManager: "m" });
            expect(await refusal(cluster.apply(config("a", { k: "2" }), { fieldManager: "n" }))).toMatchObject({
                code: 409,
                message: 'Apply failed with 1 conflict: conflict with "m" using v1: .data.k',
            });
            expect((await cluster.apply(config("a", { k: "2" }), { fieldManager: "n", force: true })).data).toEqual({ k: "2" });
            // It is n's alone now: m takes nothing with it.
            expect((await cluster.apply(config("a"), { fieldManager: "m" })).data).toEqual({ k: "2" });
        });

        test("several conflicts are listed by manager", async () => {
            await cluster.apply(config("a", { k: "1", l: "1" }), { fieldManager: "m" });
            expect((await refusal(cluster.apply(config("a", { k: "2", l: "2" }), { fieldManager: "n" }))).message).toBe(
                'Apply failed with 2 conflicts: conflicts with "m" using v1:\n- .data.k\n- .data.l',
            );
        });

        test("the same value is shared, not fought over", async () => {
            await cluster.apply(config("a", { k: "1" }), { fieldManager: "m" });
            await cluster.apply(config("a", { k: "1" }), { fieldManager: "n" });
            await cluster.apply(config("a"), { fieldManager: "m" });
            expect((await cluster.get(configRef("a")))!.data).toEqual({ k: "1" });
            await cluster.apply(config("a"), { fieldManager: "n" });
            expect((await cluster.get(configRef("a")))!.data).toBeUndefined();
        });

        test("an empty map is owned as a whole, and clashes with the next manager", async () => {
            await cluster.apply(config("a", {}), { fieldManager: "m" });
            expect((await refusal(cluster.apply(config("a", { k: "1" }), { fieldManager: "n" }))).message).toBe(
                'Apply failed with 1 conflict: conflict with "m" using v1: .data',
            );
        });

        test("what is no longer stated goes, what others wrote stays", async () => {
            await cluster.apply(config("a", { mine: "1", also: "1" }), { fieldManager: "m" });
            await cluster.mergePatch(configRef("a"), { data: { theirs: "1" } }, { fieldManager: "other" });
            expect((await cluster.apply(config("a", { mine: "1" }), { fieldManager: "m" })).data).toEqual({
                mine: "1",
                theirs: "1",
            });
        });

        test("an update takes ownership of what it changes", async () => {
            await cluster.apply(config("a", { k: "1" }), { fieldManager: "m" });
            await cluster.mergePatch(configRef("a"), { data: { k: "2" } }, { fieldManager: "autoscaler" });
            expect((await refusal(cluster.apply(config("a", { k: "1" }), { fieldManager: "m" }))).message).toContain(
                'conflict with "autoscaler" using v1: .data.k',
            );
        });

        test("containers merge by name, variables within them too", async () => {
            await cluster.create(deployment("one", [{ name: "A", value: "1" }]), { fieldManager: "operator" });
            const patch: KubeObject = {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name: "d", namespace: "a" },
                spec: { template: { spec: { containers: [{ name: "main", env: [{ name: "B", value: "2" }] }] } } },
            };
            const patched = await cluster.apply(patch, { fieldManager: "pulumi" });
            expect(patched.spec.template.spec.containers).toEqual([
                {
                    name: "main",
                    image: "one",
                    env: [
                        { name: "A", value: "1" },
                        { name: "B", value: "2" },
                    ],
                },
            ]);
            patch.spec.template.spec.containers[0].env[0] = { name: "A", value: "3" };
            expect((await refusal(cluster.apply(patch, { fieldManager: "pulumi" }))).message).toBe(
                'Apply failed with 1 conflict: conflict with "operator" using apps/v1: .spec.template.spec.containers[name="main"].env[name="A"].value',
            );
            patch.spec.template.spec.containers = [{ name: "main" }];
            expect((await cluster.apply(patch, { fieldManager: "pulumi" })).spec.template.spec.containers[0].env).toEqual([
                { name: "A", value: "1" },
            ]);
        });

        test("a list of a custom kind is one value", async () => {
            const oauth = (names: string[]): KubeObject => ({
                apiVersion: "config.openshift.io/v1",
                kind: "OAuth",
                metadata: { name: "cluster" },
                spec: { identityProviders: names.map((name) => ({ name })) },
            });
            await cluster.apply(oauth(["theirs"]), { fieldManager: "them" });
            expect((await refusal(cluster.apply(oauth(["ours"]), { fieldManager: "us" }))).message).toBe(
                'Apply failed with 1 conflict: conflict with "them" using config.openshift.io/v1: .spec.identityProviders',
            );
            expect((await cluster.apply(oauth(["ours"]), { fieldManager: "us", force: true })).spec.identityProviders).toEqual([
                { name: "ours" },
            ]);
        });

        test("managedFields name the managers and their fields", async () => {
            await cluster.apply(config("a", { k: "1" }, { labels: { l: "1" } }), { fieldManager: "m" });
            expect((await cluster.get(configRef("a")))!.metadata.managedFields).toEqual([
                {
                    manager: "m",
                    operation: "Apply",
                    apiVersion: "v1",
                    time: "2026-01-01T00:00:00Z",
                    fieldsType: "FieldsV1",
                    fieldsV1: { "f:metadata": { "f:labels": { "f:l": {} } }, "f:data": { "f:k": {} } },
                },
            ]);
        });

        test("nothing new is written when nothing changes", async () => {
            const first = await cluster.apply(config("a", { k: "1" }), { fieldManager: "m" });
            await seconds(10);
            expect((await cluster.apply(config("a", { k: "1" }), { fieldManager: "m" })).metadata.resourceVersion).toBe(
                first.metadata.resourceVersion,
            );
        });
    });
});
