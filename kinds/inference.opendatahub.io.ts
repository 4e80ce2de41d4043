/** Models of providers elsewhere, from OpenShift AI 3.5 on. */
import { z } from "zod";

import { dnsLabel, stringMap } from "./common";
import { defineKind } from "./kind";
import { providerHost } from "./maas.opendatahub.io";
import { jsonPath } from "./readiness";

const auth = z.strictObject({
    type: z.enum(["apikey", "simple", "sigv4", "oauth2"]),
    secretRef: z.strictObject({ name: dnsLabel }),
});

/** A provider, and the key that it is called with. It has no status to wait for. */
export const ExternalProvider = defineKind({
    apiVersion: "inference.opendatahub.io/v1alpha1",
    kind: "ExternalProvider",
    plural: "externalproviders",
    scope: "Namespaced",
    operator: "rhods-operator",
    since: "3.5",
    body: z.strictObject({
        spec: z.strictObject({
            provider: z.string().min(1).max(63),
            endpoint: providerHost,
            auth,
            config: stringMap.optional(),
        }),
    }),
    source: "docs/sources/maas.md#external-models",
});

/** A model that providers serve, each its share by weight. */
export const ExternalModelV2 = defineKind(
    {
        apiVersion: "inference.opendatahub.io/v1alpha1",
        kind: "ExternalModel",
        plural: "externalmodels",
        scope: "Namespaced",
        operator: "rhods-operator",
        since: "3.5",
        body: z.strictObject({
            spec: z.strictObject({
                modelName: z.string().max(253).optional(),
                externalProviderRefs: z
                    .array(
                        z.strictObject({
                            ref: z.strictObject({ name: dnsLabel }),
                            targetModel: z.string().min(1).max(253),
                            apiFormat: z.string().min(1).max(63),
                            path: z.string().min(1).max(512).regex(/^\//, "expected a path that begins with /"),
                            weight: z.number().int().min(0).max(100).optional(),
                            auth: auth.optional(),
                            config: stringMap.optional(),
                        }),
                    )
                    .min(1)
                    .max(64),
            }),
        }),
        ready: [jsonPath(".status.phase", "Ready")],
        source: "docs/sources/maas.md#external-models",
    },
    {} as { phase?: string; httpRouteName?: string },
);
