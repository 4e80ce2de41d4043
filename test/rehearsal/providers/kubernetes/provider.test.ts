import { VirtualClock } from "../../../../rehearsal/clock";
import type { ClusterEvent } from "../../../../rehearsal/cluster/cluster";
import { ServedCluster } from "../../../../rehearsal/cluster/served";
import { secret, UNKNOWN, type Values } from "../../../../rehearsal/values";
import { KubernetesProvider } from "../../../../rehearsal/providers/kubernetes/provider";
import type { Subject } from "../../../../rehearsal/providers/provider";
import type { Rejection } from "../../../../rehearsal/result";

const subject = (type: string, name = "x", config: Values = {}): Subject => ({
    urn: `urn:pulumi:s::p::${type}::${name}`,
    type,
    name,
    config,
});
const MAP = "kubernetes:core/v1:ConfigMap";
const map = (data: Values, metadata: Values = {}): Values => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "m", namespace: "default", ...metadata },
    data,
});
const live = { apiVersion: "v1", kind: "ConfigMap", name: "m", namespace: "default" };

async function setUp(dryRun = false) {
    const clock = new VirtualClock();
    const cluster = new ServedCluster(clock);
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
    const rejected: Rejection[] = [];
    const said: string[] = [];
    const ended = new AbortController();
    const provider = new KubernetesProvider({
        cluster,
        clock,
        dryRun,
        signal: ended.signal,
        status: (_urn, message) => said.push(message),
        warn: (_urn, message) => said.push(message),
        reject: (r) => rejected.push(r),
    });
    return { clock, cluster, provider, rejected, said, ended };
}

describe("check", () => {
    it("completes names and namespaces, and encodes what is given as text", async () => {
        const { provider } = await setUp();
        expect(provider.check(subject(MAP), { apiVersion: "v1", kind: "ConfigMap" }, undefined)["metadata"]).toEqual({
            name: expect.stringMatching(/^x-[0-9a-f]{8}$/),
            namespace: "default",
            annotations: { "pulumi.com/autonamed": "true" },
        });
        const named = provider.check(
            subject(MAP, "x", { namespace: "team" }),
            { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" } },
            undefined,
        );
        expect(named["metadata"]).toEqual({ name: "m", namespace: "team" });
        const ns = provider.check(
            subject("kubernetes:core/v1:Namespace"),
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } },
            undefined,
        );
        expect(ns["metadata"]).toEqual({ name: "n" });
        const secretObject = (stringData: unknown) =>
            provider.check(
                subject("kubernetes:core/v1:Secret"),
                { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData } as Values,
                undefined,
            );
        expect(secretObject(secret({ a: "b" }))).toMatchObject({ data: secret({ a: "Yg==" }) });
        expect(secretObject({ a: secret("b") })).toMatchObject({ data: { a: secret("Yg==") } });
        expect(secretObject(UNKNOWN)).toMatchObject({ stringData: UNKNOWN });
    });

    it("refuses a patch without a name, also one whose name is not known yet", async () => {
        const { provider } = await setUp();
        const patch = (metadata: Values) => () =>
            provider.check(
                subject("kubernetes:core/v1:ConfigMapPatch"),
                { apiVersion: "v1", kind: "ConfigMap", metadata },
                undefined,
            );
        expect(patch({})).toThrow("patch resources require the `.metadata.name` field to be set");
        expect(patch({ name: UNKNOWN })).toThrow("patch resources require");
        expect(patch({ name: "there" })).not.toThrow();
    });
});

describe("create", () => {
    it("waits 63 s for a namespace, and goes on as soon as it exists", async () => {
        const { provider, cluster, clock, rejected } = await setUp();
        clock.after(20, () => void cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "late" } }));
        const done = await provider.create(subject(MAP), map({}, { namespace: "late" }), undefined);
        expect(done.id).toBe("late/m");
        expect(clock.now()).toBe(31);
        expect(rejected[0]).toMatchObject({ object: "ConfigMap late/m", reason: "NotFound" });

        const failure = await provider
            .create(subject(MAP), map({}, { namespace: "never" }), undefined)
            .catch((e: Error) => e.message);
        expect(failure).toMatch(
            /^resource "urn:.*" was not successfully created by the Kubernetes API server: namespaces "never" not found/,
        );
        expect(clock.now()).toBe(94);
    });

    it("leaves its fields to the provider's manager, so that a later update can take them away", async () => {
        const { provider, cluster } = await setUp();
        const first = await provider.create(subject(MAP), map({ a: "1", b: "2" }), undefined);
        await cluster.mergePatch(live, { data: { theirs: "3" } }, { fieldManager: "someone" });
        await provider.update(subject(MAP), first.id, map({ a: "1", b: "2" }), map({ a: "9" }), undefined);
        expect((await cluster.get(live))?.["data"]).toEqual({ a: "9", theirs: "3" });
    });

    it("ends early when the controller gives up", async () => {
        const { provider, cluster, clock } = await setUp();
        const job: Values = {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "j", namespace: "default" },
            spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "example.com/c:1" }] } } },
        };
        cluster.subscribe(["batch/v1/Job"], ({ type }: ClusterEvent) => {
            if (type === "ADDED") {
                const status = {
                    conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "it has failed" }],
                };
                clock.after(
                    30,
                    () =>
                        void cluster.mergePatch(
                            { apiVersion: "batch/v1", kind: "Job", name: "j", namespace: "default" },
                            { status },
                            { subresource: "status" },
                        ),
                );
            }
        });
        const done = await provider.create(subject("kubernetes:batch/v1:Job"), job, undefined);
        expect(done.pendingErrors?.[0]).toMatch(
            /was successfully created, but .*: Failed=True \(BackoffLimitExceeded: it has failed\)/,
        );
        expect(clock.now()).toBe(30);
    });

    it("refuses a gate that cannot be parsed before it writes anything", async () => {
        const { provider, cluster } = await setUp();
        const inputs = map({}, { annotations: { "pulumi.com/waitFor": "Ready" } });
        await expect(provider.create(subject(MAP), inputs, undefined)).rejects.toThrow('must begin with "jsonpath="');
        expect(await cluster.get(live)).toBeUndefined();
    });

    it("gives up when the run is ended", async () => {
        const { provider, clock, ended } = await setUp();
        const stop = clock.hold();
        const waiting = provider.create(
            subject(MAP),
            map({}, { annotations: { "pulumi.com/waitFor": "condition=Never" } }),
            undefined,
        );
        await new Promise((resolve) => setImmediate(resolve));
        ended.abort();
        expect((await waiting).pendingErrors?.[0]).toContain("the run was ended while it waited for: condition=Never");
        stop();
    });
});

describe("update", () => {
    it("is in conflict with whoever changed the same field, unless it is forced", async () => {
        const { provider, cluster, rejected } = await setUp();
        await provider.create(subject(MAP), map({ a: "1" }), undefined);
        await cluster.apply(
            { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", namespace: "default" }, data: { a: "5" } },
            { fieldManager: "someone", force: true },
        );
        const update = (config: Values) =>
            provider.update(subject(MAP, "x", config), "default/m", map({ a: "1" }), map({ a: "2" }), undefined);
        // The provider says what the object is, and why it is not as it should be.
        expect((await update({})).pendingErrors?.join()).toMatch(
            /server-side apply field conflict detected\nThe resource managed by field manager "pulumi-kubernetes" had an apply conflict: .*someone/s,
        );
        expect(rejected.map((r) => r.reason)).toEqual(["Conflict"]);
        expect((await update({ enablePatchForce: "true" })).outputs["data"]).toEqual({ a: "2" });
    });

    it("leaves to others what they changed in fields whose changes are ignored", async () => {
        const { provider, cluster } = await setUp();
        await provider.create(subject(MAP), map({ a: "1", scaled: "1" }), undefined);
        await cluster.mergePatch(live, { data: { scaled: "3" } }, { fieldManager: "autoscaler" });
        const old = map({ a: "1", scaled: "1" });
        await provider.update(
            { ...subject(MAP), ignoreChanges: ["data.scaled"] },
            "default/m",
            old,
            map({ a: "2", scaled: "1" }),
            undefined,
        );
        expect((await cluster.get(live))?.["data"]).toEqual({ a: "2", scaled: "3" });
    });
});

describe("diff", () => {
    it("asks for a new object where the API would not change the old one", async () => {
        const { provider } = await setUp();
        const diff = (a: Values, b: Values, config: Values = {}) =>
            provider.diff(subject(`kubernetes:x:${String(a["kind"])}`, "x", config), "default/m", a, b);
        expect(diff(map({ a: "1" }), map({ a: "1" }))).toEqual({ changed: false, replaces: [], deleteBeforeReplace: false });
        expect(diff(map({ a: "1" }), map({ a: "2" }))).toEqual({
            changed: true,
            replaces: [".data.a"],
            deleteBeforeReplace: true,
        });
        expect(diff(map({ a: "1" }), map({ a: "2" }), { enableConfigMapMutable: "true" })).toEqual({
            changed: true,
            replaces: [],
            deleteBeforeReplace: false,
        });
        expect(
            diff(
                { ...map({ a: "1" }), immutable: true },
                { ...map({ a: "2" }), immutable: true },
                { enableConfigMapMutable: true },
            ).replaces,
        ).toEqual([".data.a"]);
        expect(diff(map({}), map({}, { name: "other" }))).toEqual({
            changed: true,
            replaces: [".metadata.name"],
            deleteBeforeReplace: false,
        });
        const autonamed = { annotations: { "pulumi.com/autonamed": "true" } };
        expect(diff(map({ a: "1" }, autonamed), map({ a: "2" }, autonamed)).deleteBeforeReplace).toBe(false);
        expect(diff(map({}), map({}, { labels: { a: "b" } }))).toMatchObject({ changed: true, replaces: [] });
    });
});

describe("delete", () => {
    it("counts as done what is gone already, and spares an object that somebody else created again", async () => {
        const { provider, cluster } = await setUp();
        const { outputs } = await provider.create(subject(MAP), map({}), undefined);
        await cluster.delete(live);
        await provider.delete(subject(MAP), "default/m", map({}), outputs, undefined);
        await cluster.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", namespace: "default" } });
        await provider.delete(subject(MAP), "default/m", map({}), outputs, undefined);
        expect(await cluster.get(live)).toBeDefined();
    });
});

describe("in a preview", () => {
    it("nothing is written, and what is asked for is echoed", async () => {
        const { provider, cluster } = await setUp(true);
        expect(await provider.create(subject(MAP), map({ a: UNKNOWN }), undefined)).toMatchObject({
            id: "",
            outputs: map({ a: UNKNOWN }),
        });
        await provider.delete(subject(MAP), "default/m", map({}), {}, undefined);
        expect(await cluster.get(live)).toBeUndefined();
        // A read is done in a preview too.
        expect(await provider.read(subject(MAP), "default/m", {})).toBeUndefined();
    });
});
