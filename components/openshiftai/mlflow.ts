import type * as pulumi from "@pulumi/pulumi";

import { MLflow } from "../../kinds/mlflow.opendatahub.io";
import type { OpenShiftAiSettings } from "../../stacks/schema";

/** The MLflow server: one copy, its data and artefacts on one volume. Source: docs/sources/openshift-ai.md#mlflow. */
export function mlflowServer(
    name: string,
    { size, storageClass }: NonNullable<OpenShiftAiSettings["mlflow"]>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return new MLflow(
        name,
        {
            metadata: { name: "mlflow" },
            spec: {
                storage: {
                    accessModes: ["ReadWriteOnce"],
                    resources: { requests: { storage: size } },
                    ...(storageClass !== undefined && { storageClassName: storageClass }),
                },
                backendStoreUri: "sqlite:////mlflow/mlflow.db",
                artifactsDestination: "file:///mlflow/artifacts",
                serveArtifacts: true,
            },
        },
        opts,
    );
}
