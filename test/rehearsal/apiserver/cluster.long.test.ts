/** What a real API server refuses, serves and deletes, as the cluster of a rehearsal. */
import type { ApiServerCluster } from "../../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../../rehearsal/apiserver/open";
import { ApiClient } from "../../../rehearsal/apiserver/client";
import type { ClusterEvent, KubeObject } from "../../../rehearsal/cluster/cluster";
import { EMPTIED, emptied, holder } from "../emptied";
import { describeApiServer, eventually, widgets } from "./support";

jest.setTimeout(120_000);

const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };

describeApiServer("a real API server", () => {
    let cluster: ApiServerCluster;
    beforeAll(async () => {
        cluster = await openApiServer();
        await cluster.create(namespace("demo"));
    });
    afterAll(() => cluster?.close());

    describe("refuses", () => {
        it("an object in a namespace that does not exist", async () => {
            await expect(cluster.create(configMap("a", "nowhere"))).rejects.toMatchObject({
                code: 404,
                reason: "NotFound",
                message: 'namespaces "nowhere" not found',
            });
        });

        it("an unknown field of a built-in kind", async () => {
            await expect(cluster.create({ ...configMap("a"), dat: {} })).rejects.toMatchObject({
                reason: "BadRequest",
                message: expect.stringContaining('unknown field "dat"'),
            });
            expect(await cluster.get({ ...CONFIG_MAP, namespace: "demo", name: "a" })).toBeUndefined();
        });

        it("a kind whose CRD is not installed, on every write", async () => {
            const object = { apiVersion: "nothing.example.com/v1", kind: "Nothing", metadata: { name: "a", namespace: "demo" } };
            const refusal = {
                reason: "NoKindMatch",
                message: 'no matches for kind "Nothing" in version "nothing.example.com/v1"',
            };
            await expect(cluster.create(object)).rejects.toMatchObject(refusal);
            await expect(cluster.update(object)).rejects.toMatchObject(refusal);
            await expect(cluster.apply(object, { fieldManager: "us" })).rejects.toMatchObject(refusal);
            await expect(cluster.mergePatch({ ...object, name: "a", namespace: "demo" }, {})).rejects.toMatchObject(refusal);
            expect(await cluster.list(object.apiVersion, object.kind)).toEqual([]);
            expect(await cluster.get({ ...object, name: "a", namespace: "demo" })).toBeUndefined();
        });

        it("what exists already, and a resourceVersion that is not current", async () => {
            const made = await cluster.create(configMap("twice"));
            await expect(cluster.create(configMap("twice"))).rejects.toMatchObject({ code: 409, reason: "AlreadyExists" });
            await cluster.update({ ...made, data: { a: "1" } });
            await expect(cluster.update({ ...made, data: { a: "2" } })).rejects.toMatchObject({ code: 409, reason: "Conflict" });
        });

        it("a field that another manager owns, unless forced", async () => {
            await cluster.apply({ ...configMap("owned"), data: { a: "theirs" } }, { fieldManager: "them" });
            const ours = { ...configMap("owned"), data: { a: "ours" } };
            await expect(cluster.apply(ours, { fieldManager: "us" })).rejects.toMatchObject({
                reason: "Conflict",
                message: expect.stringContaining("them"),
            });
            expect((await cluster.apply(ours, { fieldManager: "us", force: true }))["data"]).toEqual({ a: "ours" });
        });
    });

    describe("with what is stated empty", () => {
        beforeAll(async () => {
            await cluster.create(EMPTIED);
            await eventually("the kind is served", () =>
                cluster.create(holder("first", { a: 1 })).then(
                    () => true,
                    () => false,
                ),
            );
        });

        it.each(emptied)("answers %s as the cluster in memory does", async (what, before, after, result) => {
            const name = what.toLowerCase().replace(/\W+/g, "-");
            await cluster.apply(holder(name, before), { fieldManager: "m" });
            const answer = cluster.apply(holder(name, after), { fieldManager: "m" });
            if (result instanceof RegExp) {
                await expect(answer).rejects.toMatchObject({ code: 422, message: expect.stringMatching(result) });
            } else {
                expect((await answer)["spec"]).toEqual(result);
            }
        });
    });

    it("validates a dry run and writes nothing", async () => {
        await cluster.create(configMap("dry"), { dryRun: true });
        expect(await cluster.get({ ...CONFIG_MAP, namespace: "demo", name: "dry" })).toBeUndefined();
    });

    it("serves a kind from the creation of its CRD to its deletion, and tells whoever subscribed before", async () => {
        const heard: string[] = [];
        const stop = cluster.subscribe(["gone.example.com/v1/Widget"], ({ type, object }) =>
            heard.push(`${type} ${object.metadata.name} ${object.status?.phase ?? "-"}`),
        );
        await cluster.create(widgets("Widget", "gone.example.com"));
        const widget: KubeObject = {
            apiVersion: "gone.example.com/v1",
            kind: "Widget",
            metadata: { name: "a", namespace: "demo" },
            spec: { size: 1 },
        };
        await expect(cluster.create({ ...widget, spec: { size: 0 } })).rejects.toMatchObject({ code: 422, reason: "Invalid" });
        await expect(cluster.create({ ...widget, spec: { size: 1, sise: 2 } })).rejects.toMatchObject({
            message: expect.stringContaining('unknown field "spec.sise"'),
        });
        await cluster.create(widget);
        const ref = { apiVersion: widget.apiVersion, kind: "Widget", namespace: "demo", name: "a" };
        await expect(cluster.mergePatch(ref, { status: { fase: "x" } }, { subresource: "status" })).rejects.toThrow(
            'unknown field "status.fase"',
        );
        await cluster.mergePatch(ref, { status: { phase: "Ready" } }, { subresource: "status" });
        await eventually("the status is heard of", () => heard.includes("MODIFIED a Ready"));
        expect(heard).toEqual(["ADDED a -", "MODIFIED a Ready"]);
        await cluster.delete({
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            name: "widgets.gone.example.com",
        });
        await eventually("the deletion is heard of", () => heard.some((h) => h.startsWith("DELETED a")));
        await eventually(
            "the kind is not served any more",
            async () => (await cluster.create(widget).catch((e: { reason: string }) => e.reason)) === "NoKindMatch",
        );
        // A kind that comes back is listened to again.
        await cluster.create(widgets("Widget", "gone.example.com"));
        await cluster.create({ ...widget, metadata: { name: "b", namespace: "demo" } });
        await eventually("the new object is heard of", () => heard.includes("ADDED b -"));
        stop();
        await cluster.create({ ...widget, metadata: { name: "c", namespace: "demo" } });
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(heard.filter((h) => h.includes(" c "))).toEqual([]);
    });

    it("hands every existing object to a new subscriber", async () => {
        const events: ClusterEvent[] = [];
        const stop = cluster.subscribe(["v1/Namespace"], (event) => events.push(event));
        await eventually("the namespaces are heard of", () => events.length >= 5);
        expect(events.map((e) => [e.type, e.object.apiVersion, e.object.kind])).toEqual(
            events.map(() => ["ADDED", "v1", "Namespace"]),
        );
        expect(events.map((e) => e.object.metadata.name)).toContain("demo");
        stop();
    });

    it("deletes a namespace with all that is in it, and children before their owner in the foreground", async () => {
        await cluster.create(namespace("leaving"));
        const owner = await cluster.create(configMap("owner", "leaving"));
        await cluster.create({
            ...configMap("child", "leaving"),
            metadata: {
                name: "child",
                namespace: "leaving",
                ownerReferences: [
                    { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid!, blockOwnerDeletion: true },
                ],
            },
        });
        await cluster.delete({ ...CONFIG_MAP, namespace: "leaving", name: "owner" }, { propagationPolicy: "Foreground" });
        await eventually("owner and child are gone", async () =>
            (await cluster.list("v1", "ConfigMap", "leaving")).every((c) => c.metadata.name === "kube-root-ca.crt"),
        );
        await cluster.delete({ apiVersion: "v1", kind: "Namespace", name: "leaving" });
        await eventually(
            "the namespace is gone",
            async () => (await cluster.get({ apiVersion: "v1", kind: "Namespace", name: "leaving" })) === undefined,
            40,
        );
    });

    it("deletes volume claims, which wait for nobody", async () => {
        await cluster.create({
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "data", namespace: "demo" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        });
        const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "demo", name: "data" };
        await cluster.delete(ref);
        await eventually("the claim is gone", async () => (await cluster.get(ref)) === undefined);
    });

    it("asks no webhook, as no pod runs that could answer", async () => {
        const webhook = {
            name: "nobody.example.com",
            admissionReviewVersions: ["v1"],
            sideEffects: "None",
            failurePolicy: "Fail",
            clientConfig: { service: { namespace: "demo", name: "nobody" } },
            rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
        };
        const kinds = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
        const refs = kinds.map((kind) => ({ apiVersion: "admissionregistration.k8s.io/v1", kind, name: "nobody" }));
        for (const { apiVersion, kind, name } of refs) {
            await cluster.create({ apiVersion, kind, metadata: { name }, webhooks: [webhook] });
        }
        // An API server takes a new webhook up within a second.
        await new Promise((resolve) => setTimeout(resolve, 2000));
        await expect(cluster.create(configMap("unasked", "demo"))).resolves.toMatchObject({ metadata: { name: "unasked" } });
        await Promise.all(refs.map((ref) => cluster.delete(ref)));
    });

    it("holds whoever uses the kubeconfig to strict validation, and records what is refused", async () => {
        const { clusters, users } = JSON.parse(cluster.kubeconfig()) as {
            clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
            users: { user: { token: string } }[];
        };
        const client = new ApiClient({
            server: clusters[0]!.cluster.server,
            ca: Buffer.from(clusters[0]!.cluster["certificate-authority-data"], "base64").toString(),
            token: users[0]!.user.token,
        });
        try {
            const path = "/api/v1/namespaces/demo/configmaps";
            await expect(
                client.request({ method: "POST", path, body: { ...configMap("front"), dat: {} } }),
            ).rejects.toMatchObject({ reason: "BadRequest" });
            await expect(
                client.request({
                    method: "POST",
                    path: `${path}?fieldValidation=Ignore&dryRun=All`,
                    body: { ...configMap("front"), dat: {} },
                }),
            ).rejects.toMatchObject({ reason: "BadRequest" });
            expect(cluster.refused).toEqual([
                expect.objectContaining({
                    method: "POST",
                    object: "ConfigMap demo/front (v1)",
                    client: "maas-rehearsal",
                    dryRun: false,
                    code: 400,
                    message: expect.stringContaining("dat"),
                }),
                expect.objectContaining({ dryRun: true }),
            ]);
            // What is gone already is no refusal.
            await expect(client.request({ method: "DELETE", path: `${path}/nothing` })).rejects.toMatchObject({
                reason: "NotFound",
            });
            expect(cluster.refused).toHaveLength(2);

            const seen: string[] = [];
            const stop = new AbortController();
            const watching = client.watch(
                `${path}?watch=1`,
                ({ type, object }) => seen.push(`${type} ${object.metadata.name}`),
                stop.signal,
            );
            await cluster.create(configMap("streamed"));
            await eventually("the watch through the front tells it", () => seen.includes("ADDED streamed"));
            stop.abort();
            await watching;
        } finally {
            client.close();
        }
    });
});

function namespace(name: string): KubeObject {
    return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

function configMap(name: string, namespaceName = "demo"): KubeObject {
    return { ...CONFIG_MAP, metadata: { name, namespace: namespaceName } };
}
