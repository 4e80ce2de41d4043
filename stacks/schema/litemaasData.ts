/** Parts of `litemaas` beside proxy and portal: databases, guardrails, MCP server, backups. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";
import { pinnedImage, renewsInTime, smallVolume } from "./fields";
import { digestImage, hostPrefix, resources, schedule } from "./litemaasFields";

export const databaseSchema = z
    .strictObject({
        image: pinnedImage
            .default("registry.redhat.io/rhel9/postgresql-16:9.6")
            .describe("Image of PostgreSQL 16. Default registry.redhat.io/rhel9/postgresql-16:9.6."),
        volumeGiB: smallVolume.describe("Size of the volume in GiB; it can only grow. Default 10."),
        storageClass: dnsLabel.optional().describe("StorageClass of the volume. Default: the cluster's."),
        maxConnections: z
            .number()
            .int()
            .min(50)
            .max(2000)
            .default(200)
            .describe("Connections that the server accepts. Default 200."),
        resources: resources({ cpu: "500m", memory: "512Mi" }, { cpu: "2", memory: "2Gi" }),
    })
    .prefault({})
    .describe("PostgreSQL, with a database and a user each for the proxies and for the portal.");

export const redisSchema = z
    .strictObject({
        image: pinnedImage
            .default("registry.redhat.io/rhel9/redis-7:9.6")
            .describe("Image of Redis 7; the tag is inferred. Default registry.redhat.io/rhel9/redis-7:9.6."),
        memoryMiB: z
            .number()
            .int()
            .min(64)
            .max(65_536)
            .default(768)
            .describe("Memory for keys in MiB; the oldest go first. Default 768."),
        resources: resources({ cpu: "200m", memory: "512Mi" }, { cpu: "500m", memory: "1Gi" }),
    })
    .prefault({})
    .describe("Redis, through which the proxies share limits and the state of routing.");

/** Patterns of LiteLLM's content filter. Source: docs/sources/litemaas.md#guardrails. */
export const guardrailPatterns = [
    "us_ssn",
    "email",
    "us_phone",
    "visa",
    "mastercard",
    "amex",
    "credit_card",
    "aws_access_key",
    "aws_secret_key",
    "github_token",
    "slack_token",
    "generic_api_key",
] as const;

const patterns = (standard: readonly (typeof guardrailPatterns)[number][], what: string) =>
    z
        .array(z.enum(guardrailPatterns))
        .default([...standard])
        .describe(`${what} Default ${standard.join(", ")}.`);

export const guardrailsSchema = z
    .strictObject({
        block: patterns(
            ["us_ssn", "aws_access_key", "github_token", "slack_token"],
            "Patterns in prompts by which a request is refused. generic_api_key also refuses prompts with text such as sk-….",
        ),
        mask: patterns(["us_ssn", "aws_access_key", "github_token"], "Patterns that are masked in answers."),
    })
    .optional()
    .describe("Filters of prompts and answers for all models. Default: none.");

export const mcpSchema = z
    .strictObject({
        image: digestImage.describe(
            "Image of the MCP server, by digest; the program knows none. Build it from the folder mcp of rhpds/rhpds.litemaas.",
        ),
        host: hostPrefix.default("litemaas-mcp").describe("First label of its host. Default litemaas-mcp."),
    })
    .optional()
    .describe(
        "A server of the Model Context Protocol, through which assistants of administrators operate LiteMaaS. Default: none.",
    );

export const gatewayKeySchema = z
    .strictObject({
        tier: z
            .string()
            .min(1)
            .describe(
                "Tier of `tiers`: its limits are those of all callers of the proxies together, and its models may be endpoints.",
            ),
        days: z.number().int().min(1).max(90).default(30).describe("Days that the key is valid. Default 30."),
        renewDays: z
            .number()
            .int()
            .min(1)
            .max(89)
            .default(7)
            .describe("The key is replaced this many days before its end, and the proxies start again, one by one. Default 7."),
    })
    .superRefine(renewsInTime)
    .optional()
    .describe(
        "The key with which the proxies call models of the stack's own gateway: a Job makes it for a ServiceAccount of the namespace, and a CronJob renews it. Endpoints with `model` that name no keyVariable use it. Default: none.",
    );

const s3Schema = z.strictObject({
    bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected the name of a bucket such as acme-litemaas-backups")
        .describe("Bucket."),
    prefix: z
        .string()
        .regex(/^[\w./-]*[\w.-]$/, "expected a prefix without a slash at its end, such as litemaas/prod")
        .default("litemaas-backups")
        .describe("Prefix of the names. Default litemaas-backups."),
    endpoint: z
        .string()
        .regex(/^https:\/\/[^\s@/]+$/, "expected an https address without a path, such as https://s3.example.com")
        .optional()
        .describe("Address of the store. Default: S3 of the cluster's region."),
    secret: dnsLabel.describe("Secret in the namespace with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."),
});

export const backupSchema = z
    .strictObject({
        schedule: schedule.default("17 2 * * *").describe("When, in cron's form. Default 17 2 * * *: each night."),
        volumeGiB: smallVolume.describe("Size of the volume with the dumps in GiB. Default 10."),
        keep: z.number().int().min(1).max(365).default(12).describe("Dumps that are kept. Default 12."),
        s3: s3Schema.optional().describe("A bucket that gets a copy of each dump. Default: none."),
        snapshotClass: dnsLabel
            .optional()
            .describe("VolumeSnapshotClass of a snapshot of the databases' volume beside the dumps. Default: no snapshots."),
        restore: z
            .string()
            .regex(/^\d{8}-\d{6}$/, "expected the time of a backup, such as 20261129-021700")
            .optional()
            .describe(
                "A backup that is brought back: a Job restores both databases from it once, each in one transaction, before proxies and portal are updated. Default: none.",
            ),
        restoreFrom: z
            .enum(["dump", "snapshot"])
            .default("dump")
            .describe(
                "What the backup is brought back from: its dumps, or its VolumeSnapshot, of which a second volume is made for the time that `restore` is set. Default dump.",
            ),
    })
    .superRefine(({ restore, restoreFrom }, context) => {
        if (restore === undefined && restoreFrom === "snapshot") {
            context.addIssue({ code: "custom", path: ["restoreFrom"], message: "brings nothing back; expected restore with it" });
        }
    })
    .optional()
    .describe(
        "Backups of both databases: a dump each, tested by a restore into a database that is dropped again. Default: none.",
    );
