/** `openshiftAi.projects[]`: data science projects, their object storage and their pipeline servers. */
import { z } from "zod";

import { smallVolume } from "./fields";
import { dnsLabel } from "../../kinds/common";

/** A name that every region of S3, and other S3 servers, accept. */
const bucketName = z
    .string()
    .regex(
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "expected 3 to 63 lower-case letters, digits, dots and dashes, beginning and ending with a letter or digit, such as models-prod",
    );

const endpoint = z
    .string()
    .regex(
        /^https?:\/\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?$/,
        "expected the address of the S3 server without bucket and path, such as https://s3.us-east-2.amazonaws.com",
    );

const bucketSchema = z.strictObject({
    name: bucketName
        .optional()
        .describe(
            "Name of the bucket, unique in all of AWS. Default: `<infrastructure name>-<project>`, in the cluster's region.",
        ),
    kmsKeyArn: z
        .string()
        .regex(
            /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
            "expected the ARN of a key in KMS, such as arn:aws:kms:us-east-2:123456789012:key/1a2b3c4d",
        )
        .optional()
        .describe(
            "KMS key that encrypts the objects; its key policy must let IAM policies of the account grant its use. Default: a key of S3.",
        ),
    expireDays: z
        .number()
        .int()
        .min(1)
        .max(36500)
        .optional()
        .describe("Days after which S3 deletes an object, artefacts of pipelines included. Default: never."),
    deleteObjects: z
        .boolean()
        .default(false)
        .describe("`pulumi destroy` deletes the objects with the bucket. Default false: it stops at a bucket that has objects."),
});

const existingSchema = z.strictObject({
    endpoint: endpoint.describe("Address of the S3 server: AWS, OpenShift Data Foundation, MinIO."),
    bucket: bucketName.describe("Name of the bucket, which exists."),
    region: z.string().min(1).default("us-east-1").describe("Region that requests are signed for. Default us-east-1."),
    secret: dnsLabel.describe(
        "Secret in the project with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. `up` creates the project and waits 30 minutes for it: create it by hand or with External Secrets. The program adds the address and the bucket, so that it is an OpenShift AI connection.",
    ),
});

export const projectSchema = z.strictObject({
    name: dnsLabel.max(35).describe("Namespace of the project, which the program creates."),
    displayName: z.string().min(1).optional().describe("Name in the dashboard. Default: the name."),
    groups: z
        .array(z.string().min(1))
        .default([])
        .describe("Groups whose members may edit the project (ClusterRole edit). Default: cluster administrators alone use it."),
    storage: z
        .strictObject({
            bucket: bucketSchema
                .optional()
                .describe(
                    "A bucket of Amazon S3 that the program creates: encrypted, closed to the public, reachable over TLS alone, with an IAM user that may use this bucket and nothing else. Needs credentials for AWS.",
                ),
            existing: existingSchema.optional().describe("A bucket that exists, on any S3 server."),
        })
        .describe("Object storage: exactly one of `bucket` and `existing`. The project gets an OpenShift AI connection to it."),
    pipelines: z
        .strictObject({
            volumeGiB: smallVolume.describe("Size in GiB of the volume of its MariaDB. Default 10."),
            samplePipeline: z
                .boolean()
                .default(false)
                .describe("The product's example is in the list of pipelines. Default false."),
        })
        .optional()
        .describe("A pipeline server, which keeps artefacts in the storage. Needs `components.pipelines`. Default: none."),
});

export type ProjectSettings = z.output<typeof projectSchema>;
