/** OpenShift AI: pipeline servers. */
import { z } from "zod";

import { dnsLabel, hostname, quantity } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const word = z.string().regex(/^[a-zA-Z0-9_]+$/, "expected letters, digits and underscores");

/** The pipeline server of a project, with a MariaDB of its own and its artefacts in object storage that exists. */
export const DataSciencePipelinesApplication = defineKind({
    apiVersion: "datasciencepipelinesapplications.opendatahub.io/v1",
    kind: "DataSciencePipelinesApplication",
    plural: "datasciencepipelinesapplications",
    scope: "Namespaced",
    operator: "rhods-operator",
    body: z.strictObject({
        spec: z.strictObject({
            dspVersion: z.literal("v2"),
            podToPodTLS: z.boolean().optional(),
            apiServer: z.strictObject({
                deploy: z.literal(true),
                enableSamplePipeline: z.boolean().optional(),
                cacheEnabled: z.boolean().optional(),
            }),
            database: z.strictObject({
                mariaDB: z.strictObject({
                    deploy: z.literal(true),
                    pipelineDBName: word.optional(),
                    username: word.optional(),
                    pvcSize: quantity,
                    storageClassName: dnsLabel.optional(),
                }),
            }),
            objectStorage: z.strictObject({
                externalStorage: z.strictObject({
                    scheme: z.enum(["http", "https"]),
                    host: hostname.min(1),
                    port: z
                        .string()
                        .regex(/^([1-9][0-9]{0,4})?$/, "expected a port, or nothing")
                        .optional(),
                    region: z.string().optional(),
                    bucket: z.string().min(3).max(63),
                    basePath: z.string().optional(),
                    s3CredentialsSecret: z.strictObject({
                        secretName: dnsLabel,
                        accessKey: z.string().min(1),
                        secretKey: z.string().min(1),
                    }),
                }),
            }),
        }),
    }),
    ready: [condition("Ready")],
    source: "docs/sources/openshift-ai.md#projects-and-pipelines",
});
