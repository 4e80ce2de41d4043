/** OpenShift AI: tracking of experiments. */
import { z } from "zod";

import { quantity } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

/** MLflow's server, with its files on a volume. One per cluster; the product runs it in its own namespace. */
export const MLflow = defineKind({
    apiVersion: "mlflow.opendatahub.io/v1",
    kind: "MLflow",
    plural: "mlflows",
    scope: "Cluster",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            storage: z.strictObject({
                accessModes: z.array(z.enum(["ReadWriteOnce", "ReadWriteMany"])).min(1),
                resources: z.strictObject({ requests: z.strictObject({ storage: quantity }) }),
                storageClassName: z.string().min(1).optional(),
            }),
            backendStoreUri: z.string().regex(/^sqlite:\/\/\/\//, "expected sqlite:////<path on the volume>"),
            artifactsDestination: z.string().regex(/^(file|s3):\/\//, "expected file:///<path on the volume> or s3://<bucket>"),
            // Artefacts on a volume reach their users through the server alone.
            serveArtifacts: z.literal(true),
            replicas: z.number().int().min(1).optional(),
        }),
    }),
    names: ["mlflow"],
    ready: [condition("Available")],
    source: "docs/sources/openshift-ai.md#mlflow",
});
