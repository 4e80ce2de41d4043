/** OpenShift AI: which models there are, in which versions. */
import { z } from "zod";

import { dnsLabel, hostname } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const keyOf = z.strictObject({ name: z.string().min(1), key: z.string().min(1) });

/** A registry with a PostgreSQL of its own, behind a proxy that asks OpenShift who may read it. */
export const ModelRegistry = defineKind({
    apiVersion: "modelregistry.opendatahub.io/v1beta1",
    kind: "ModelRegistry",
    plural: "modelregistries",
    scope: "Namespaced",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            rest: z.strictObject({ port: z.number().int().min(1).max(65535).optional() }),
            kubeRBACProxy: z.strictObject({ serviceRoute: z.enum(["enabled", "disabled"]).optional() }).optional(),
            postgres: z.strictObject({
                host: hostname.min(1),
                port: z.number().int().min(1).max(65535).optional(),
                database: dnsLabel,
                username: dnsLabel,
                passwordSecret: keyOf,
                sslMode: z.enum(["require", "verify-ca", "verify-full"]),
                sslRootCertificateConfigMap: keyOf.optional(),
            }),
        }),
    }),
    ready: [condition("Available")],
    source: "docs/sources/openshift-ai.md#model-registry",
});
