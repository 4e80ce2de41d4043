import { cluster, definition, eachWithCluster, kuadrant, refusal, seconds } from "./memory";

eachWithCluster();

describe("the cluster in memory", () => {
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
});
