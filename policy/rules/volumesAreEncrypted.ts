import type { Unchecked } from "../subject";
import { resourceRule } from "../rule";

/** The field of each type that enables encryption. */
const switches: Readonly<Record<string, string>> = {
    "aws:ebs/volume:Volume": "encrypted",
    "aws:efs/fileSystem:FileSystem": "encrypted",
    "aws:rds/instance:Instance": "storageEncrypted",
    "aws:rds/cluster:Cluster": "storageEncrypted",
    "aws:elasticache/replicationGroup:ReplicationGroup": "atRestEncryptionEnabled",
};
/** Provisioners whose volumes are encrypted only if the StorageClass enables it. */
const PROVISIONERS = ["ebs.csi.aws.com", "kubernetes.io/aws-ebs"];

/** Data is encrypted at rest. */
export const volumesAreEncrypted = resourceRule(
    {
        name: "volumes-are-encrypted",
        title: "Volumes, databases and caches are encrypted at rest",
        why: "Without this setting, the default of the AWS account applies, often no encryption. A copied snapshot or disk then contains keys, prompts and models unencrypted. Encryption cannot be enabled later.",
        remedy: 'Set encrypted: "true" in the parameters of the StorageClass, storageEncrypted or encrypted on the AWS resource.',
        severity: "high",
        source: "docs/sources/gpu-nodes.md#disks-and-metadata, docs/sources/aws.md#volumes",
    },
    (type) => switches[type] !== undefined || type.startsWith("kubernetes:storage.k8s.io/"),
    (subject, report) => {
        const field = switches[subject.type];
        if (field !== undefined) {
            if (!subject.unknownAt([field]) && subject.value[field] !== true) {
                report(`${field}: ${String(subject.value[field] ?? "not set")}; the data is not encrypted at rest; set true`);
            }
            return;
        }
        const { provisioner, parameters } = subject.value as { provisioner?: string; parameters?: Unchecked };
        const path = ["parameters", "encrypted"];
        if (PROVISIONERS.includes(String(provisioner)) && !subject.unknownAt(path)) {
            if (String(parameters?.encrypted) !== "true") {
                report(
                    `parameters.encrypted: ${String(parameters?.encrypted ?? "not set")}; volumes may not be encrypted; set "true"`,
                );
            }
        }
    },
);
