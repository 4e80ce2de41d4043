/** `openshiftAi`: components of OpenShift AI and their configuration. */
import { z } from "zod";

import { profiles } from "../../catalogue/operators";
import { dnsLabel, quantity } from "../../kinds/common";
import { type DashboardFlag, dashboardFlags, refusedDashboardFlags } from "../../kinds/opendatahub.io";
import { serverSchema } from "./database";
import { pemCertificates, refused } from "./fields";
import { projectSchema } from "./projects";

const component = (what: string): z.ZodDefault<z.ZodBoolean> => z.boolean().default(false).describe(`${what} Default false.`);
const retention = z.string().regex(/^[1-9]\d*(h|d|w)$/, "expected a duration such as 2160h or 90d");

const componentsSchema = z
    .strictObject({
        batchGateway: component("Batch requests through the AI gateway; from 3.5 on, with Models-as-a-Service."),
        dashboard: z.boolean().default(true).describe("The dashboard. Default true."),
        featureStore: component("Feast, the feature store."),
        kserve: refused("the platform always enables serving; expected no value"),
        kueue: refused("the product does not manage Kueue; expected the setting kueue instead"),
        llamaStack: component(
            "Llama Stack's operator (OGX from 3.5 on). Its guides require Service Mesh 3, which conflicts with the gateways of OpenShift 4.21 and is not installed.",
        ),
        mcpLifecycle: component("The operator of MCP servers; from 3.5 on."),
        mlflow: z.boolean().optional().describe("MLflow's operator. Default: whether `mlflow` is given."),
        modelRegistry: z
            .boolean()
            .optional()
            .describe("The registries' operator and the model catalogue. Default: whether `modelRegistry` is given."),
        modelsAsService: refused("tiers enable or disable it; expected no value"),
        nim: component("NVIDIA NIM; enter the NGC key in the dashboard."),
        pipelines: component(
            "AI pipelines. Each project needs a pipeline server with S3 storage. The cluster must not have another installation of Argo Workflows.",
        ),
        ray: component("KubeRay."),
        spark: component("The Spark operator."),
        trainer: component("Kubeflow Trainer v2; the JobSet operator is installed for it."),
        trainingOperator: component("Kubeflow's training operator v1."),
        trustyai: z
            .union([
                z.boolean(),
                z.strictObject({
                    permitOnline: z.boolean().default(false).describe("Evaluations may use the network. Default false."),
                    permitCodeExecution: z
                        .boolean()
                        .default(false)
                        .describe("Evaluations may run code of their data sets. Default false."),
                }),
            ])
            .default(false)
            .describe("TrustyAI: evaluation, guardrails, bias; an object sets what evaluations may do. Default false."),
        variantAutoscaler: component("The autoscaler of model variants."),
        workbenches: component("Workbenches (notebooks), in namespace rhods-notebooks."),
    })
    .prefault({})
    .describe("Components in addition to serving. `tiers` enables Models-as-a-Service, `kueue` enables queues.");

const flagsSchema = z
    .strictObject({
        ...(Object.fromEntries(
            dashboardFlags.map((flag) => [
                flag,
                z.boolean().optional().describe("Flag of OdhDashboardConfig: true or false. Default: as described above."),
            ]),
        ) as Record<DashboardFlag, z.ZodOptional<z.ZodBoolean>>),
        ...(Object.fromEntries(Object.entries(refusedDashboardFlags).map(([flag, why]) => [flag, refused(why)])) as Record<
            keyof typeof refusedDashboardFlags,
            z.ZodOptional<z.ZodUnknown>
        >),
    })
    .prefault({});

const dashboardSchema = z
    .strictObject({
        flags: flagsSchema.describe(
            "Flags by the product's names. Default: the pages of installed components are shown (registry, queues, distributed workloads, Models-as-a-Service), Gen AI studio with Models-as-a-Service, the observability page with monitoring.",
        ),
    })
    .optional()
    .describe("Flags of the dashboard. The program sets them and restarts the dashboard. Default: unchanged.");

const tracesSchema = z.strictObject({
    sampleRatio: z.number().min(0).max(1).default(0.1).describe("Share of requests that are traced. Default 0.1."),
    retention: retention.default("2160h").describe("Retention of traces. Default 2160h (90 days)."),
    storage: z
        .discriminatedUnion("backend", [
            z.strictObject({
                backend: z.literal("pv").describe("A volume."),
                size: quantity.default("10Gi").describe("Size of the volume. Default 10Gi."),
            }),
            z.strictObject({
                backend: z.enum(["s3", "gcs"]).describe("A bucket."),
                secret: dnsLabel.describe("Secret in redhat-ods-monitoring with the access to the bucket, in Tempo's format."),
            }),
        ])
        .prefault({ backend: "pv" })
        .describe("Storage of traces. Default: a volume of 10Gi."),
});

const monitoringSchema = z
    .strictObject({
        metrics: z
            .strictObject({
                retention: retention.default("90d").describe("Retention of metrics. Default 90d."),
                size: quantity.default("5Gi").describe("Size of the volume of each Prometheus. Default 5Gi."),
                replicas: z.number().int().min(1).max(10).default(1).describe("Replicas of Prometheus. Default 1."),
            })
            .optional()
            .describe(
                "Stores metrics of OpenShift AI's components in its own Prometheus. Installs the observability and OpenTelemetry operators. Default: no storage.",
            ),
        traces: tracesSchema
            .optional()
            .describe(
                "Stores traces in Tempo. Without `observability.traces`, Authorino, Limitador and models send theirs to it. Installs the Tempo and OpenTelemetry operators. Default: no storage.",
            ),
        alerting: z.boolean().default(false).describe("Alert rules of the components; needs metrics. Default false."),
        collectorReplicas: z
            .number()
            .int()
            .min(1)
            .max(10)
            .optional()
            .describe("Replicas of the OpenTelemetry collector; needs metrics or traces. Default: the product's (2)."),
    })
    .optional()
    .describe("OpenShift AI's own monitoring. Default: the operator's configuration, without storage.");

export const openShiftAiSchema = z
    .strictObject({
        profile: z
            .enum(profiles)
            .default("stable")
            .describe(
                "stable: the supported release. early-access: an unsupported preview from channel beta. OLM cannot switch between them: destroy the stack before you change it. Default stable.",
            ),
        components: componentsSchema,
        dashboard: dashboardSchema,
        hardwareProfiles: z
            .boolean()
            .default(false)
            .describe(
                "A hardware profile in the dashboard for each GPU pool, and with `kueue` one for the queue. Default false.",
            ),
        mlflow: z
            .strictObject({
                size: quantity.default("10Gi").describe("Size of the volume of its data and artefacts. Default 10Gi."),
                storageClass: z.string().min(1).optional().describe("Storage class. Default: the cluster's."),
            })
            .optional()
            .describe("An MLflow server. Default: none."),
        modelRegistry: z
            .strictObject({
                name: dnsLabel.max(40).default("registry").describe("Name of the registry. Default registry."),
                displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
                database: serverSchema.describe("Its PostgreSQL."),
            })
            .optional()
            .describe("A model registry with its own PostgreSQL, over TLS. Default: none."),
        monitoring: monitoringSchema,
        projects: z
            .array(projectSchema)
            .default([])
            .describe("Data science projects with object storage and pipeline servers. Default: none."),
        trustedCa: z
            .strictObject({
                managed: z
                    .boolean()
                    .default(true)
                    .describe("Distribute the cluster's and these certificates to every namespace. Default true."),
                certificates: pemCertificates.optional().describe("Additional trusted certificates in PEM. Default: none."),
            })
            .optional()
            .describe("Certificates that components trust. Default: the operator's configuration (the cluster's certificates)."),
    })
    .prefault({})
    .describe("OpenShift AI and its components.");

export type OpenShiftAiSettings = z.output<typeof openShiftAiSchema>;
