/** What a kind sends for an object, and when that object is ready. */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { checked, SpecError } from "../../kinds/check";
import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import { DSCInitializationPatch } from "../../kinds/dscinitialization.opendatahub.io";
import { defineKind, definePatch, gatesOf, type KindDefinition, registeredKinds, registeredPatches } from "../../kinds/kind";
import { RateLimitPolicy } from "../../kinds/kuadrant.io";
import { MaaSModelRef } from "../../kinds/maas.opendatahub.io";
import { OpenTelemetryCollector } from "../../kinds/opentelemetry.io";
import { OperatorGroup } from "../../kinds/operators.coreos.com";
import { condition, jsonPath, waitFor } from "../../kinds/readiness";
import { deploy } from "../deployment";

const metadata = { name: "x", namespace: "n" };
const gates = (kind: unknown, spec?: object): readonly string[] =>
    gatesOf((kind as { definition: KindDefinition }).definition, spec === undefined ? {} : { spec });

/** What was sent for the one object of a program, and what went wrong. */
async function sent(program: () => unknown, preview = false): Promise<{ inputs: any; request: any; errors: string[] }> {
    const { registrations, errors } = await deploy(program, { preview });
    const [found, ...more] = registrations.filter((r) => r.type.startsWith("kubernetes:"));
    expect(more).toEqual([]);
    return { inputs: found?.inputs, request: found?.request, errors: errors.map((e) => e.message) };
}

const limits = (limit: pulumi.Input<number>): any => ({
    targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "g" },
    limits: { free: { rates: [{ limit, window: "2m" }] } },
});

describe("an object", () => {
    it("is sent as it was written, with what it waits for", async () => {
        const { inputs, errors } = await sent(() => {
            new RateLimitPolicy("a", { metadata: { ...metadata, annotations: { mine: "1" } }, spec: limits(5) });
        });
        expect(errors).toEqual([]);
        expect(inputs).toMatchObject({ apiVersion: "kuadrant.io/v1", kind: "RateLimitPolicy", spec: limits(5) });
        expect(inputs.metadata).toEqual({
            ...metadata,
            annotations: { mine: "1", "pulumi.com/waitFor": '["condition=Accepted","condition=Enforced"]' },
        });
    });

    it("that is ready at once has no annotations", async () => {
        const { inputs, request, errors } = await sent(() => {
            new OperatorGroup("a", { metadata, spec: { targetNamespaces: ["n"] } });
        });
        expect([inputs.metadata, inputs.spec, errors]).toEqual([metadata, { targetNamespaces: ["n"] }, []]);
        expect(request.customtimeouts?.create ?? "").toBe("");
    });

    it("keeps the annotations that it was given", async () => {
        const { inputs } = await sent(() => {
            new OperatorGroup("a", { metadata: { ...metadata, annotations: { mine: "1" } }, spec: {} });
        });
        expect(inputs.metadata).toEqual({ ...metadata, annotations: { mine: "1" } });
    });

    it("may take the time that its kind says, unless the program says another", async () => {
        const made = (opts?: pulumi.CustomResourceOptions): (() => unknown) => {
            return () => new DataScienceCluster("a", { metadata: { name: "default-dsc" }, spec: { components: {} } }, opts);
        };
        expect((await sent(made())).request.customtimeouts).toMatchObject({ create: "30m", update: "30m" });
        expect((await sent(made({ customTimeouts: { create: "5m" } }))).request.customtimeouts).toMatchObject({
            create: "5m",
            update: "",
        });
    });

    it("that somebody else owns is patched", async () => {
        const { inputs, request } = await sent(() => {
            new DSCInitializationPatch("a", {
                metadata: { name: "default-dsci" },
                spec: { monitoring: { managementState: "Managed" } },
            });
        });
        expect(request.type).toBe("kubernetes:dscinitialization.opendatahub.io/v2:DSCInitializationPatch");
        expect(inputs.kind).toBe("DSCInitialization");
    });
});

/** What an output is made of: each promise of one that fails must be heard. */
interface Promises {
    promise(): Promise<unknown>;
    allResources(): Promise<unknown>;
    readonly isKnown: Promise<unknown>;
    readonly isSecret: Promise<unknown>;
}

describe("values that other resources give", () => {
    it("are sent when they are known, deep in the body too", async () => {
        const { inputs, errors } = await sent(() => {
            new RateLimitPolicy("a", { metadata, spec: limits(pulumi.output(5)) });
        });
        expect([inputs.spec, errors]).toEqual([limits(5), []]);
    });

    it.each<[string, (limit: any) => pulumi.Input<any>]>([
        ["an output", (limit) => pulumi.output(limit)],
        ["a promise", (limit) => Promise.resolve(limit)],
    ])("are judged when they are known: %s", async (_what, wrapped) => {
        const { definition } = RateLimitPolicy as unknown as { definition: KindDefinition };
        const spec = checked(definition, "x", { spec: limits(wrapped("5")) }).body["spec"] as Promises;
        const told = [spec.promise(), spec.isKnown, spec.isSecret, spec.allResources()].map((promise) =>
            promise.then(() => "accepted", String),
        );
        expect((await Promise.all(told))[0]).toMatch(
            /breaks its schema and was not sent:\n {2}spec\.limits\.free\.rates\[0\]\.limit: /,
        );
        expect(() => checked(definition, "x", { spec: limits("5" as never) })).toThrow(SpecError);
    });

    it("are not told of while nobody knows them", async () => {
        const { inputs, errors } = await sent(() => {
            const other = new Other("other");
            new RateLimitPolicy("a", { metadata, spec: limits(other.unknown) });
        }, true);
        expect([inputs.kind, errors]).toEqual(["RateLimitPolicy", []]);
    });

    it("hide nothing else of the body from a preview while they are unknown", async () => {
        const { inputs, errors } = await sent(() => {
            const other = new Other("other");
            new RateLimitPolicy("a", { metadata, spec: limits(other.unknown) });
        }, true);
        const { limit, ...rate } = inputs.spec.limits.free.rates[0];
        expect([inputs.metadata.name, inputs.spec.targetRef.name, rate, errors]).toEqual(["x", "g", { window: "2m" }, []]);
        expect(limit).toMatchObject({ __pulumiUnknown: true });
    });

    it.each<[string, (spec: any) => void, RegExp]>([
        ["wrong outputs", (spec) => (spec.targetRef.name = pulumi.output(5)), /spec\.targetRef\.name: /],
        ["wrong secrets", (spec) => (spec.targetRef.name = pulumi.secret(5)), /spec\.targetRef\.name: /],
        [
            "what is wrong beside a value that is unknown",
            (spec) => spec.limits.free.rates.push({ limit: 1, window: "1d" }),
            /spec\.limits\.free\.rates\[1\]\.window: /,
        ],
    ])("do not keep a preview from refusing %s", async (_what, change, message) => {
        const { definition } = RateLimitPolicy as unknown as { definition: KindDefinition };
        let judged: Promise<string> | undefined;
        await deploy(
            () => {
                const spec = limits(new Other("other").unknown);
                change(spec);
                const told = checked(definition, "x", { spec }).judged as unknown as Promises;
                // Whatever hangs on it fails as well, and nobody else hears of it here.
                [told.isKnown, told.isSecret, told.allResources()].forEach((promise) => promise.catch(() => undefined));
                judged = told.promise().then(() => "accepted", String);
            },
            { preview: true },
        );
        expect(await judged).toMatch(message);
    });
});

/** A resource whose output is known after its creation alone. */
class Other extends pulumi.CustomResource {
    declare readonly unknown: pulumi.Output<number>;
    constructor(name: string) {
        super("test:index:Other", name, { unknown: undefined });
    }
}

describe("readiness", () => {
    it("is what the kind says", () => {
        expect(gates(RateLimitPolicy, {})).toEqual(["condition=Accepted", "condition=Enforced"]);
        expect(gates(OperatorGroup, {})).toEqual([]);
    });

    it("of OpenShift AI is that of Models-as-a-Service too, where that is managed", () => {
        const of = (components?: object): readonly string[] => gates(DataScienceCluster, components && { components });
        const state = (managementState: string): object => ({ managementState });
        expect(of({})).toEqual(["condition=Ready"]);
        expect(of()).toEqual(["condition=Ready"]);
        expect(of({ kserve: {}, aigateway: {} })).toEqual(["condition=Ready"]);
        expect(of({ kserve: { modelsAsService: state("Removed") }, aigateway: { modelsAsAService: state("Removed") } })).toEqual([
            "condition=Ready",
        ]);
        expect(of({ kserve: { modelsAsService: state("Managed") } })).toEqual([
            "condition=Ready",
            "condition=ModelsAsServiceReady",
        ]);
        expect(of({ aigateway: { modelsAsAService: state("Managed") } })).toEqual([
            "condition=Ready",
            "condition=ModelsAsAServiceReady",
        ]);
    });

    it("of a model's name is not waited for where it names its tenant", () => {
        const modelRef = { kind: "LLMInferenceService", name: "m" };
        expect(gates(MaaSModelRef, { modelRef })).toEqual(["jsonpath={.status.phase}=Ready"]);
        expect(gates(MaaSModelRef, { modelRef, tenantRef: "t" })).toEqual([]);
    });

    it("of a collector is that of all of its pods", () => {
        expect(gates(OpenTelemetryCollector, {})).toEqual(["jsonpath={.status.scale.statusReplicas}=1/1"]);
        expect(gates(OpenTelemetryCollector, { replicas: 3 })).toEqual(["jsonpath={.status.scale.statusReplicas}=3/3"]);
    });

    it("is written as the provider reads it", () => {
        expect([condition("Ready"), condition("Stalled", "False"), jsonPath(".status.url"), jsonPath(".a", "b")]).toEqual([
            "condition=Ready",
            "condition=Stalled=False",
            "jsonpath={.status.url}",
            "jsonpath={.a}=b",
        ]);
        expect(waitFor(condition("Ready"))).toEqual({ "pulumi.com/waitFor": "condition=Ready" });
        expect(waitFor(condition("Ready"), jsonPath(".a"))).toEqual({
            "pulumi.com/waitFor": '["condition=Ready","jsonpath={.a}"]',
        });
    });
});

it("defines a kind, and a patch of it, once each", () => {
    const definition = {
        apiVersion: "test.example.com/v1",
        kind: "Thing",
        plural: "things",
        scope: "Cluster",
        body: z.strictObject({}),
        source: "this test",
    } as const;
    const [type, patch] = ["kubernetes:test.example.com/v1:Thing", "kubernetes:test.example.com/v1:ThingPatch"];
    try {
        expect([defineKind(definition).type, definePatch(definition).type]).toEqual([type, patch]);
        expect([registeredKinds().get(type), registeredPatches().get(patch)]).toEqual([definition, definition]);
        expect(() => defineKind(definition)).toThrow(`kind ${type} is defined twice`);
        expect(() => definePatch(definition)).toThrow(`kind ${patch} is defined twice`);
    } finally {
        (registeredKinds() as Map<string, unknown>).delete(type);
        (registeredPatches() as Map<string, unknown>).delete(patch);
    }
});
