import "../../../kinds";
import { VirtualClock } from "../../../rehearsal/clock";
import type { ApiError, ClusterEvent, KubeObject } from "../../../rehearsal/cluster/cluster";
import { ServedCluster } from "../../../rehearsal/cluster/served";
import { kindSchemas } from "../../../simulator/schemas";
import { EMPTIED, emptied, holder } from "../emptied";

const config = (name: string, data?: Record<string, string>, more: object = {}): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "a", ...more },
    ...(data && { data }),
});
const configRef = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name, namespace: "a" });
const ns = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const deployment = (image = "one", env: object[] = []): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", namespace: "a" },
    spec: {
        selector: { matchLabels: { app: "d" } },
        template: {
            metadata: { labels: { app: "d" } },
            spec: { containers: [{ name: "main", image, ...(env.length > 0 && { env }) }] },
        },
    },
});
const definition = (schema: object = { type: "object", "x-kubernetes-preserve-unknown-fields": true }): KubeObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "kuadrants.kuadrant.io" },
    spec: {
        group: "kuadrant.io",
        names: { kind: "Kuadrant", plural: "kuadrants" },
        scope: "Namespaced",
        versions: [
            { name: "v1beta1", served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } },
        ],
    },
});
const kuadrant = (spec: object = {}): KubeObject => ({
    apiVersion: "kuadrant.io/v1beta1",
    kind: "Kuadrant",
    metadata: { name: "k", namespace: "a" },
    spec,
});

describe("the cluster in memory", () => {
    let clock: VirtualClock;
    let cluster: ServedCluster;
    const seconds = (n: number): Promise<void> => new Promise((resolve) => clock.after(n, resolve));
    const refusal = (work: Promise<unknown>): Promise<ApiError> =>
        work.then(
            () => {
                throw new Error("was not refused");
            },
            (error: ApiError) => error,
        );

    beforeEach(async () => {
        clock = new VirtualClock();
        cluster = new ServedCluster(clock, kindSchemas);
        await cluster.create(ns("a"));
    });
    afterEach(async () => {
        clock.stop();
        await cluster.close();
    });

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

    describe("custom kinds", () => {
        test("are served shortly after their definition was created", async () => {
            await cluster.create(definition());
            expect((await refusal(cluster.create(kuadrant()))).reason).toBe("NoKindMatch");
            await seconds(5);
            expect(
                (await cluster.get({
                    apiVersion: "apiextensions.k8s.io/v1",
                    kind: "CustomResourceDefinition",
                    name: "kuadrants.kuadrant.io",
                }))!.status.conditions,
            ).toContainEqual(expect.objectContaining({ type: "Established", status: "True" }));
            await cluster.create(kuadrant({ observability: { enable: true } }));
        });

        test("follow the schema of kinds/, every field of it", async () => {
            await cluster.create(definition());
            await seconds(5);
            expect((await refusal(cluster.create(kuadrant({ observabilty: {} })))).message).toBe(
                'Kuadrant in version "v1beta1" cannot be handled as a Kuadrant: strict decoding error: unknown field "spec.observabilty"',
            );
            const wrong = await refusal(cluster.create(kuadrant({ observability: { enable: "yes" } })));
            expect(wrong).toMatchObject({ code: 422, reason: "Invalid" });
            expect(wrong.message).toContain(
                'Kuadrant.kuadrant.io "k" is invalid: spec.observability.enable: Invalid value: "yes"',
            );
        });

        test("follow the schema of their definition, status included", async () => {
            await cluster.create(
                definition({
                    type: "object",
                    properties: {
                        spec: {
                            type: "object",
                            properties: {
                                observability: { type: "object", properties: { enable: { type: "boolean", default: false } } },
                            },
                        },
                        status: { type: "object", required: ["phase"], properties: { phase: { type: "string", enum: ["Up"] } } },
                    },
                }),
            );
            await seconds(5);
            expect((await cluster.create(kuadrant({ observability: {} }))).spec).toEqual({ observability: { enable: false } });
            const ref = { apiVersion: "kuadrant.io/v1beta1", kind: "Kuadrant", name: "k", namespace: "a" };
            expect(
                (await refusal(cluster.mergePatch(ref, { status: { phase: "Down" } }, { subresource: "status" }))).message,
            ).toContain('status.phase: Unsupported value: "Down": supported values: "Up"');
            await cluster.mergePatch(ref, { status: { phase: "Up" } }, { subresource: "status" });
        });

        test("end with their definition, finalizers permitting", async () => {
            await cluster.create(definition());
            await seconds(5);
            await cluster.create({ ...kuadrant(), metadata: { ...kuadrant().metadata, finalizers: ["kuadrant.io/test"] } });
            const crd = {
                apiVersion: "apiextensions.k8s.io/v1",
                kind: "CustomResourceDefinition",
                name: "kuadrants.kuadrant.io",
            };
            await cluster.delete(crd);
            expect((await cluster.get(crd))!.metadata.deletionTimestamp).toBeDefined();
            await cluster.mergePatch(
                { apiVersion: "kuadrant.io/v1beta1", kind: "Kuadrant", name: "k", namespace: "a" },
                { metadata: { finalizers: null } },
            );
            expect(await cluster.get(crd)).toBeUndefined();
            expect((await refusal(cluster.create(kuadrant()))).reason).toBe("NoKindMatch");
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

    test("a kubeconfig is there once the cluster is served", async () => {
        expect(() => cluster.kubeconfig()).toThrow("await serve() first");
        await cluster.serve();
        expect(cluster.kubeconfig()).toMatch(/"server":"http:\/\/127\.0\.0\.1:\d+"/);
    });
});
