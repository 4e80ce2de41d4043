import type * as pulumi from "@pulumi/pulumi";

import { MLflow } from "../../kinds/mlflow.opendatahub.io";

/** Arguments of {@link mlflowServer}. */
export interface MlflowServerArgs {
    /** Size of its volume: `10Gi`. */
    readonly size: pulumi.Input<string>;
    /** StorageClass of its volume. Default: the cluster's default. */
    readonly storageClass?: pulumi.Input<string> | undefined;
    /** Whether Pulumi refuses to delete it, with the data on its volume. Default: false. */
    readonly protect?: boolean | undefined;
}

/** The MLflow server: one replica, with data and artefacts on one volume. Source: docs/sources/openshift-ai.md#mlflow. */
export function mlflowServer(
    name: string,
    { size, storageClass, protect = false }: MlflowServerArgs,
    opts: pulumi.CustomResourceOptions = {},
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
        { ...opts, ...(protect && { protect }) },
    );
}
