/** KServe: models that are served. */
import { z } from "zod";

import { dnsLabel, podSpec } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

/** A model served by llm-d: vLLM pods, an endpoint picker in front of them, and a route on a gateway. */
export const LLMInferenceService = defineKind(
    {
        apiVersion: "serving.kserve.io/v1alpha2",
        kind: "LLMInferenceService",
        plural: "llminferenceservices",
        scope: "Namespaced",
        operator: "rhods-operator",
        body: z.strictObject({
            spec: z.strictObject({
                // Without a name the dashboard's generative AI pages crash.
                model: z.strictObject({
                    name: z.string().min(1),
                    uri: z.string().regex(/^(oci|hf|s3|pvc):\/\/\S+$/, "expected oci://, hf://, s3:// or pvc://"),
                }),
                replicas: z.number().int().min(0),
                router: z.strictObject({
                    gateway: z.strictObject({
                        refs: z.array(z.strictObject({ name: z.string().min(1).max(253), namespace: dnsLabel })).optional(),
                    }),
                    route: z.strictObject({}),
                    scheduler: z.strictObject({}).optional(),
                }),
                template: podSpec,
            }),
        }),
        ready: [condition("Ready")],
        // A first pull of an image of tens of GB, then the load into GPU memory.
        readyWithinMinutes: 60,
        source: "facts/platform.md 9.3, facts/maas.md 29",
    },
    {} as { url?: string },
);
