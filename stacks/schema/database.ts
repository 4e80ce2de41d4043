/** `database`: the database of the API keys. */
import { z } from "zod";

import { dnsLabel, hostname } from "../../kinds/common";
import { pemCertificates, pinnedImage } from "./fields";

/** A name that needs no quotes in PostgreSQL and no escaping in URLs. */
export const postgresName = z
    .string()
    .max(63)
    .regex(/^[a-z_][a-z0-9_]*$/, "expected lower-case letters, digits and underscores, such as maas_keys");

const volumeGiB = z.number().int().min(1).max(1000).default(10);

const cloudNativePgSchema = z.strictObject({
    instances: z
        .number()
        .int()
        .min(1)
        .max(9)
        .default(3)
        .describe("Number of servers: one primary, the others are standbys. Default 3."),
    volumeGiB: volumeGiB.describe("Size of the volume of each in GiB; it can only grow. Default 10."),
    storageClass: dnsLabel.optional().describe("StorageClass of the volumes. Default: the cluster's."),
    image: pinnedImage.optional().describe("Image of PostgreSQL. Default: the operator's."),
});

const rdsSchema = z.strictObject({
    instanceClass: z
        .string()
        .regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "expected an instance class such as db.t4g.medium")
        .default("db.t4g.medium")
        .describe("Instance class. Default db.t4g.medium."),
    engineVersion: z
        .enum(["14", "15", "16", "17"])
        .default("16")
        .describe("Major version of PostgreSQL; AWS chooses the minor one. Default 16."),
    storageGiB: z.number().int().min(20).max(65_536).default(50).describe("Storage in GiB. Default 50."),
    maxStorageGiB: z
        .number()
        .int()
        .min(20)
        .max(65_536)
        .default(200)
        .describe("Maximum size of storage autoscaling, in GiB. Default 200."),
    multiAz: z.boolean().default(true).describe("Whether RDS runs a standby in another zone. Default true."),
    backupDays: z.number().int().min(1).max(35).default(7).describe("Retention of backups in days. Default 7."),
    kmsKeyArn: z
        .string()
        .regex(
            /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
            "expected the ARN of a KMS key such as arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        )
        .optional()
        .describe(
            "KMS key that encrypts the storage of a new database; an existing one keeps its key. Default: the account's key for RDS.",
        ),
    vpcId: z
        .string()
        .regex(/^vpc-[0-9a-f]{8,17}$/, "expected the id of a VPC such as vpc-0abc1234def567890")
        .describe("VPC of the cluster."),
    subnetIds: z
        .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, "expected the id of a subnet such as subnet-0abc1234def567890"))
        .min(2)
        .describe("Private subnets of at least two zones."),
    nodeSecurityGroupId: z
        .string()
        .regex(/^sg-[0-9a-f]{8,17}$/, "expected the id of a security group such as sg-0abc1234def567890")
        .describe("Security group of the worker nodes, which alone may connect."),
    certificateAuthorities: pemCertificates.describe(
        "Certificate authorities of RDS in the region, in PEM, as AWS publishes them (truststore.pki.rds.amazonaws.com); clients refuse other servers.",
    ),
    deletionProtection: z
        .boolean()
        .default(true)
        .describe("Deletion protection of RDS. Default true: set it to false and run `up` before `destroy`."),
});

const existingSchema = z.strictObject({
    host: hostname
        .optional()
        .describe(
            "Host of the database. Default: you provide the Secret maas-db-config with the whole connection, e.g. with External Secrets.",
        ),
    port: z.number().int().min(1).max(65_535).default(5432).describe("Port of the database. Default 5432."),
    name: postgresName.default("maas").describe("Name of the database. Default maas."),
    secret: dnsLabel
        .optional()
        .describe(
            "Secret with the keys username and password for the connection. Required with `host`. `up` waits 30 minutes for it: create it by hand or with External Secrets.",
        ),
    secretNamespace: dnsLabel
        .default("maas-platform")
        .describe(
            "Namespace of that Secret. Default maas-platform, which `up` creates first: create the Secret while `up` waits for it, or run `up` again.",
        ),
    sslMode: z
        .enum(["require", "verify-ca", "verify-full"])
        .default("require")
        .describe(
            "Verification of the server's certificate; verify-ca and verify-full need certificateAuthorities. Default require: the connection is encrypted, and the server's identity is not verified.",
        ),
    certificateAuthorities: pemCertificates.optional().describe("Certificate authorities of the server, in PEM."),
});

const server = {
    image: pinnedImage
        .default("registry.redhat.io/rhel9/postgresql-16:9.6")
        .describe("Image of PostgreSQL 16. The tag of the default is inferred: pin the digest that you have tested."),
    volumeGiB: volumeGiB.describe(
        "Size of its volume in GiB; a larger size enlarges the existing volume while the server runs. It cannot be reduced. Default 10.",
    ),
};

/** A server in the cluster. */
export const serverSchema = z.strictObject(server).prefault({});

export const databaseSchema = z
    .strictObject({
        ...server,
        cloudNativePg: cloudNativePgSchema
            .optional()
            .describe("PostgreSQL with standbys in the cluster, managed by CloudNativePG. Default: one server."),
        rds: rdsSchema
            .optional()
            .describe(
                "An Amazon RDS instance, which the program creates. `destroy` leaves a snapshot <infrastructure name>-maas-last-<number>, another one for each database. Default: a server in the cluster.",
            ),
        existing: existingSchema.optional().describe("An existing database. Default: the program creates one."),
        rotation: z
            .string()
            .min(1)
            .max(63)
            .regex(/^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$/, "expected a word such as 2026-11")
            .optional()
            .describe(
                "Change this value, e.g. to the current month, to rotate the password: the server and the MaaS API restart. Default: no rotation.",
            ),
    })
    .prefault({})
    .describe("The database of the API keys: a server in the cluster, unless cloudNativePg, rds or existing is set.");

export type DatabaseSettings = z.output<typeof databaseSchema>;
