import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { VirtualClock } from "../../../rehearsal/clock";
import { ServedCluster } from "../../../rehearsal/cluster/served";

interface Kubeconfig {
    clusters: [{ cluster: { server: string } }];
    users: [{ user: { token: string } }];
}

describe("the REST API of the cluster in memory", () => {
    let clock: VirtualClock;
    let cluster: ServedCluster;
    let server: string;
    let token: string;

    beforeEach(async () => {
        clock = new VirtualClock();
        cluster = new ServedCluster(clock);
        await cluster.serve();
        const config = JSON.parse(cluster.kubeconfig()) as Kubeconfig;
        server = config.clusters[0].cluster.server;
        token = config.users[0].user.token;
        await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } });
    });
    afterEach(async () => {
        clock.stop();
        await cluster.close();
    });

    const call = async (method: string, url: string, body?: unknown, type = "application/json") => {
        const response = await fetch(`${server}${url}`, {
            method,
            headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": type }) },
            ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        });
        return { code: response.status, date: response.headers.get("date"), body: (await response.json()) as any };
    };
    const config = (name: string, data = {}, labels = {}) => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, labels },
        data,
    });
    const maps = "/api/v1/namespaces/a/configmaps";

    test("wants its token", async () => {
        const response = await fetch(`${server}${maps}`);
        expect(response.status).toBe(401);
        await response.text();
        token = "x".repeat(48);
        expect((await call("GET", maps)).code).toBe(401);
    });

    test("creates, reads, lists, replaces, patches and deletes", async () => {
        expect(await call("POST", maps, config("one", { k: "1" }, { app: "x" }))).toMatchObject({
            code: 201,
            body: { metadata: { namespace: "a", name: "one" } },
        });
        await call("POST", maps, config("two", {}, { app: "y" }));
        expect((await call("GET", `${maps}/one`)).body.data).toEqual({ k: "1" });
        const names = async (query: string): Promise<string[]> =>
            (await call("GET", `${maps}?${query}`)).body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
        expect(await names("")).toEqual(["one", "two"]);
        expect(await names("labelSelector=app%3Dx")).toEqual(["one"]);
        expect(await names("labelSelector=app+in+(y,z)")).toEqual(["two"]);
        expect(await names("fieldSelector=metadata.name%3Dtwo")).toEqual(["two"]);
        expect((await call("GET", "/api/v1/configmaps?fieldSelector=metadata.namespace%3Db")).body.items).toEqual([]);
        expect((await call("PUT", `${maps}/one`, config("one", { k: "2" }))).body.data).toEqual({ k: "2" });
        expect(
            (await call("PATCH", `${maps}/one`, { data: { k: null, l: "3" } }, "application/merge-patch+json")).body.data,
        ).toEqual({ l: "3" });
        expect(
            (await call("PATCH", `${maps}/one`, [{ op: "add", path: "/data/m", value: "4" }], "application/json-patch+json")).body
                .data,
        ).toEqual({ l: "3", m: "4" });
        expect(
            (
                await call(
                    "PATCH",
                    `${maps}/one?fieldManager=me`,
                    JSON.stringify(config("one", { n: "5" })),
                    "application/apply-patch+yaml",
                )
            ).body.data,
        ).toMatchObject({ n: "5" });
        expect(
            (
                await call(
                    "PATCH",
                    `${maps}/one?fieldManager=me`,
                    JSON.stringify(config("one", { l: "6" })),
                    "application/apply-patch+yaml",
                )
            ).body,
        ).toMatchObject({
            kind: "Status",
            code: 409,
            reason: "Conflict",
        });
        expect((await call("DELETE", `${maps}/one`)).body).toMatchObject({ kind: "Status", status: "Success" });
        expect(await call("GET", `${maps}/one`)).toMatchObject({
            code: 404,
            body: { kind: "Status", reason: "NotFound", message: 'configmaps "one" not found' },
        });
    });

    test("strategic patches merge lists by their keys", async () => {
        const url = "/apis/apps/v1/namespaces/a/deployments";
        await call("POST", url, {
            metadata: { name: "d" },
            spec: {
                selector: { matchLabels: { a: "b" } },
                template: {
                    metadata: { labels: { a: "b" } },
                    spec: { containers: [{ name: "main", image: "one" }, { name: "side" }] },
                },
            },
        });
        const patch = {
            spec: {
                template: {
                    spec: {
                        containers: [
                            { name: "main", image: "two" },
                            { name: "side", $patch: "delete" },
                        ],
                    },
                },
            },
        };
        expect(
            (await call("PATCH", `${url}/d`, patch, "application/strategic-merge-patch+json")).body.spec.template.spec.containers,
        ).toEqual([{ name: "main", image: "two" }]);
        expect(
            (
                await call(
                    "PATCH",
                    `${url}/d/status`,
                    { status: { replicas: 1 }, spec: { replicas: 5 } },
                    "application/merge-patch+json",
                )
            ).body,
        ).toMatchObject({
            spec: { replicas: 1 },
            status: { replicas: 1 },
        });
    });

    test.each([
        ["POST", maps, "{", 400],
        ["POST", maps, "[]", 400],
        ["POST", maps, { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } }, 400],
        ["PUT", `${maps}/one`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "two" } }, 400],
        ["PATCH", `${maps}/one`, {}, 415],
        ["GET", `${maps}?labelSelector=a%20b`, undefined, 400],
        ["GET", "/apis/nowhere.io/v1/things", undefined, 404],
        ["GET", "/nonsense", undefined, 404],
        ["OPTIONS", maps, undefined, 405],
    ])("%s %s %j is refused with %i", async (method, url, body, code) => {
        expect(await call(method, url, body)).toMatchObject({ code, body: { kind: "Status", status: "Failure", code } });
    });

    test("the Date header tells rehearsed time", async () => {
        expect((await call("GET", "/version")).date).toBe("Thu, 01 Jan 2026 00:00:00 GMT");
        await new Promise<void>((resolve) => clock.after(3600, resolve));
        const answer = await call("GET", "/version");
        expect(answer.date).toBe("Thu, 01 Jan 2026 01:00:00 GMT");
        expect(answer.body).toMatchObject({ major: "1", minor: "34" });
    });

    const watched = async (query: string): Promise<{ type: string; object: { metadata: { name: string } } }[]> => {
        // Time stands still until the watch exists, as the engine sees to in a rehearsal.
        const release = clock.hold();
        const response = await fetch(`${server}${maps}?watch=true&${query}`, { headers: { authorization: `Bearer ${token}` } });
        release();
        expect(response.status).toBe(200);
        return (await response.text())
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => JSON.parse(line) as { type: string; object: { metadata: { name: string } } });
    };

    test("a watch tells what happened since a version, what happens, and ends with its time", async () => {
        const { metadata } = (await call("GET", maps)).body;
        await call("POST", maps, config("before"));
        const release = clock.hold();
        clock.after(30, () => void cluster.create({ ...config("during"), metadata: { name: "during", namespace: "a" } }));
        clock.after(40, () => void cluster.delete({ apiVersion: "v1", kind: "ConfigMap", name: "before", namespace: "a" }));
        clock.after(90, () => void cluster.create({ ...config("after"), metadata: { name: "after", namespace: "a" } }));
        setTimeout(release, 50);
        const events = await watched(`resourceVersion=${metadata.resourceVersion}&timeoutSeconds=60`);
        expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
            "ADDED before",
            "ADDED during",
            "DELETED before",
        ]);
        expect(clock.now()).toBeGreaterThanOrEqual(60);
    });

    test("a watch of one name sees that name alone", async () => {
        await call("POST", maps, config("one"));
        const release = clock.hold();
        setTimeout(release, 50);
        clock.after(5, () => void cluster.create({ ...config("two"), metadata: { name: "two", namespace: "a" } }));
        clock.after(
            6,
            () =>
                void cluster.mergePatch(
                    { apiVersion: "v1", kind: "ConfigMap", name: "one", namespace: "a" },
                    { data: { k: "1" } },
                ),
        );
        expect(
            (await watched("fieldSelector=metadata.name%3Done&timeoutSeconds=10")).map(
                ({ type, object }) => `${type} ${object.metadata.name}`,
            ),
        ).toEqual(["ADDED one", "MODIFIED one"]);
    });

    test("a watch of a kind that is not served is refused", async () => {
        expect((await call("GET", "/apis/kuadrant.io/v1/authpolicies?watch=1")).code).toBe(404);
    });

    test("close ends watches at once", async () => {
        const waiting = watched("").catch(() => []);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await cluster.close();
        expect(await waiting).toEqual([]);
    });

    test("the official client reads, patches and watches through its kubeconfig", async () => {
        clock.askBefore(async () => {
            const before = clock.activity;
            await new Promise((resolve) => setTimeout(resolve, 300));
            return clock.activity === before;
        });
        const folder = await mkdtemp(path.join(os.tmpdir(), "maas-http-"));
        try {
            await writeFile(path.join(folder, "kubeconfig"), cluster.kubeconfig());
            const script = `
                const k8s = require("@kubernetes/client-node");
                (async () => {
                    const config = new k8s.KubeConfig();
                    config.loadFromFile(process.argv[1]);
                    const objects = k8s.KubernetesObjectApi.makeApiClient(config);
                    await objects.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "a" }, data: { k: "1" } });
                    const read = await objects.read({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "a" } });
                    const events = [];
                    await new Promise((resolve, reject) => new k8s.Watch(config).watch("/api/v1/namespaces/a/configmaps",
                        { fieldSelector: "metadata.name=c", resourceVersion: read.metadata.resourceVersion, timeoutSeconds: 600 },
                        (type, object) => { events.push(type + " " + object.data.k); },
                        (error) => (error ? reject(error) : resolve())).then(() =>
                            objects.patch({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "a" }, data: { k: "2" } },
                                undefined, undefined, "me", undefined, k8s.PatchStrategy.MergePatch)));
                    const list = await objects.list("v1", "ConfigMap", "a");
                    console.log(JSON.stringify({ read: read.data, events, names: list.items.map((item) => item.metadata.name) }));
                })().catch((error) => { console.error(error); process.exit(1); });`;
            const { stdout } = await promisify(execFile)(process.execPath, ["-e", script, path.join(folder, "kubeconfig")], {
                cwd: path.resolve(__dirname, "../../.."),
            });
            expect(JSON.parse(stdout)).toEqual({ read: { k: "1" }, events: ["MODIFIED 2"], names: ["c"] });
        } finally {
            await rm(folder, { recursive: true, force: true });
        }
    });
});
