import { VirtualClock } from "../../../rehearsal/clock";
import type { ClusterEvent, KubeObject } from "../../../rehearsal/cluster/cluster";
import { ServedCluster } from "../../../rehearsal/cluster/served";
import {
    clock,
    cluster,
    config,
    configRef,
    definition,
    deployment,
    eachWithCluster,
    kuadrant,
    ns,
    refusal,
    seconds,
} from "./memory";

eachWithCluster();

describe("the cluster in memory", () => {
    describe("refuses, in an API server's words", () => {
        test.each<[string, KubeObject, number, string]>([
            [
                "a namespace that does not exist",
                { ...config("x"), metadata: { name: "x", namespace: "b" } },
                404,
                'namespaces "b" not found',
            ],
            ["a kind that is not served", kuadrant(), 404, 'no matches for kind "Kuadrant" in version "kuadrant.io/v1beta1"'],
            [
                "an upper-case name",
                config("Upper"),
                422,
                'ConfigMap "Upper" is invalid: metadata.name: Invalid value: "Upper": a lowercase RFC 1123 subdomain',
            ],
            ["no name", config(""), 422, "metadata.name: Required value: name or generateName is required"],
            [
                "a label that is too long",
                config("x", {}, { labels: { a: "b".repeat(64) } }),
                422,
                "metadata.labels: Invalid value",
            ],
            [
                "an annotation that is no string",
                config("x", {}, { annotations: { a: 1 } }),
                422,
                'metadata.annotations.a: Invalid value: 1: must be of type string: "number"',
            ],
            [
                "an unknown top-level field",
                { ...config("x"), spec: {} },
                400,
                'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "spec"',
            ],
            ["ConfigMap data that is no string", config("x", { a: 1 as never }), 422, "data.a: Invalid value: 1"],
            [
                "Secret data that is not base64",
                { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "a" }, data: { a: "?" } },
                422,
                "data.a: Invalid value",
            ],
            [
                "an unknown field deep in a pod",
                deployment("one", [{ name: "A", valu: "b" }]),
                400,
                'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].env[0].valu"',
            ],
            [
                "a Deployment without a selector",
                { ...deployment(), spec: { template: deployment().spec.template } },
                422,
                'Deployment.apps "d" is invalid: spec.selector: Required value',
            ],
        ])("%s", async (_, object, code, message) => {
            const error = await refusal(cluster.create(object));
            expect(error.name).toBe("ApiError");
            expect(error.message).toContain(message);
            expect(error.code).toBe(code);
            expect(await cluster.list(object.apiVersion, object.kind)).toEqual([]);
        });

        test("a second object of the same name", async () => {
            await cluster.create(config("a"));
            expect(await refusal(cluster.create(config("a")))).toMatchObject({
                code: 409,
                reason: "AlreadyExists",
                message: 'configmaps "a" already exists',
            });
        });

        test("what does not exist", async () => {
            expect(await refusal(cluster.update(config("a")))).toMatchObject({ code: 404, message: 'configmaps "a" not found' });
            expect(
                await refusal(cluster.delete({ apiVersion: "apps/v1", kind: "Deployment", name: "d", namespace: "a" })),
            ).toMatchObject({
                code: 404,
                message: 'deployments.apps "d" not found',
            });
        });

        test("a change of what is immutable", async () => {
            await cluster.create(deployment());
            const error = await refusal(
                cluster.mergePatch(
                    { apiVersion: "apps/v1", kind: "Deployment", name: "d", namespace: "a" },
                    { spec: { selector: { matchLabels: { app: "e" } } } },
                ),
            );
            expect(error).toMatchObject({
                code: 422,
                message: expect.stringContaining("spec.selector: Invalid value") as string,
            });
            expect(error.message).toContain("field is immutable");
        });

        test("an update of a stale version", async () => {
            const first = await cluster.create(config("a", { k: "1" }));
            await cluster.update({ ...first, data: { k: "2" } });
            const error = await refusal(cluster.update({ ...first, data: { k: "3" } }));
            expect(error).toMatchObject({ code: 409, reason: "Conflict" });
            expect(error.message).toContain('Operation cannot be fulfilled on configmaps "a": the object has been modified');
        });

        test("what an admission denies", async () => {
            const end = cluster.admit((object) => (object.metadata.name === "a" ? "admission webhook denied" : undefined));
            expect(await refusal(cluster.create(config("a")))).toMatchObject({ code: 403, message: "admission webhook denied" });
            end();
            await cluster.create(config("a"));
        });
    });

    describe("versions", () => {
        test("generation counts changes of the spec, resourceVersion every change, and no change is no change", async () => {
            const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "d", namespace: "a" };
            const first = await cluster.create(deployment());
            expect(first.metadata).toMatchObject({ generation: 1, creationTimestamp: "2026-01-01T00:00:00Z" });
            const status = await cluster.mergePatch(ref, { status: { replicas: 1 } }, { subresource: "status" });
            expect(status.metadata.generation).toBe(1);
            const labelled = await cluster.mergePatch(ref, { metadata: { labels: { a: "b" } } });
            expect(labelled.metadata.generation).toBe(1);
            const changed = await cluster.mergePatch(ref, { spec: { replicas: 2 } });
            expect(changed.metadata.generation).toBe(2);
            expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(Number(labelled.metadata.resourceVersion));
            const same = await cluster.mergePatch(ref, { spec: { replicas: 2 } });
            expect(same.metadata.resourceVersion).toBe(changed.metadata.resourceVersion);
        });

        test("status is written through its subresource only", async () => {
            const ref = { apiVersion: "apps/v1", kind: "Deployment", name: "d", namespace: "a" };
            const created = await cluster.create({ ...deployment(), status: { replicas: 9 } });
            expect(created.status).toBeUndefined();
            await cluster.mergePatch(ref, { status: { replicas: 9 } });
            expect((await cluster.get(ref))!.status).toBeUndefined();
            await cluster.mergePatch(ref, { spec: { replicas: 9 }, status: { replicas: 9 } }, { subresource: "status" });
            expect(await cluster.get(ref)).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 9 } });
        });

        test("uids are the same in each rehearsal and differ between incarnations", async () => {
            const first = await cluster.create(config("a"));
            await cluster.delete(configRef("a"));
            const second = await cluster.create(config("a"));
            const other = new ServedCluster(new VirtualClock());
            await other.create(ns("a"));
            expect((await other.create(config("a"))).metadata.uid).toBe(first.metadata.uid);
            expect(second.metadata.uid).not.toBe(first.metadata.uid);
            await other.close();
        });

        test("a dry run answers and writes nothing", async () => {
            expect((await cluster.create(config("a"), { dryRun: true })).metadata.uid).toBeDefined();
            expect(await cluster.get(configRef("a"))).toBeUndefined();
        });

        test("what a caller does to an answer changes nothing", async () => {
            const answer = await cluster.create(config("a", { k: "1" }));
            answer.data.k = "2";
            expect((await cluster.get(configRef("a")))!.data).toEqual({ k: "1" });
        });
    });

    describe("events", () => {
        test("begin with what exists and follow in order, also for a kind that comes later", async () => {
            const events: string[] = [];
            await cluster.create(config("a"));
            const stop = cluster.subscribe(["v1/ConfigMap", "kuadrant.io/v1beta1/Kuadrant"], ({ type, object }: ClusterEvent) =>
                events.push(`${type} ${object.kind} ${object.metadata.name}`),
            );
            await cluster.mergePatch(configRef("a"), { data: { k: "1" } });
            await cluster.create(definition());
            await seconds(5);
            await cluster.create(kuadrant());
            await cluster.delete(configRef("a"));
            await seconds(0);
            expect(events).toEqual(["ADDED ConfigMap a", "MODIFIED ConfigMap a", "ADDED Kuadrant k", "DELETED ConfigMap a"]);
            stop();
            await cluster.create(config("b"));
            await seconds(0);
            expect(events).toHaveLength(4);
        });

        test("are delivered before time passes", async () => {
            const told: number[] = [];
            cluster.subscribe(["v1/ConfigMap"], () => told.push(clock.now()));
            await cluster.create(config("a"));
            await seconds(10);
            expect(told).toEqual([0]);
        });
    });

    test("Secrets take stringData, and never give it back", async () => {
        const secret = await cluster.create({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "s", namespace: "a" },
            stringData: { key: "value" },
        });
        expect(secret).toMatchObject({ type: "Opaque", data: { key: "dmFsdWU=" } });
        expect(secret.stringData).toBeUndefined();
    });

    test("a kubeconfig exists once the cluster is served", async () => {
        expect(() => cluster.kubeconfig()).toThrow("await serve() first");
        await cluster.serve();
        expect(cluster.kubeconfig()).toMatch(/"server":"http:\/\/127\.0\.0\.1:\d+"/);
    });
});
