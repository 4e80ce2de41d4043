import type { Unchecked } from "../subject";
import { resourceRule } from "../rule";

/** Where a kind says whether it is encrypted. */
const switches: Readonly<Record<string, string>> = {
    "aws:ebs/volume:Volume": "encrypted",
    "aws:efs/fileSystem:FileSystem": "encrypted",
    "aws:rds/instance:Instance": "storageEncrypted",
    "aws:rds/cluster:Cluster": "storageEncrypted",
    "aws:elasticache/replicationGroup:ReplicationGroup": "atRestEncryptionEnabled",
};
/** Those whose volumes are encrypted only where the class says so. */
const PROVISIONERS = ["ebs.csi.aws.com", "kubernetes.io/aws-ebs"];

/** What is written down can be carried away. */
export const volumesAreEncrypted = resourceRule(
    {
        name: "volumes-are-encrypted",
        title: "Volumes, databases and caches are encrypted at rest",
        why: "The account sets the default of AWS, often no encryption. A snapshot or a disk that leaves the account then contains keys, prompts and models unencrypted, and encryption cannot be enabled later.",
        remedy: 'Set encrypted: "true" in the parameters of the StorageClass, storageEncrypted or encrypted on the AWS resource.',
        severity: "high",
        source: "docs/sources/gpu-nodes.md#disks-and-metadata, docs/sources/aws.md#volumes",
    },
    (type) => switches[type] !== undefined || type.startsWith("kubernetes:storage.k8s.io/"),
    (subject, report) => {
        const field = switches[subject.type];
        if (field !== undefined) {
            if (!subject.unknownAt([field]) && subject.value[field] !== true) {
                report(`${field}: ${String(subject.value[field] ?? "left out")}, expected true`);
            }
            return;
        }
        const { provisioner, parameters } = subject.value as { provisioner?: string; parameters?: Unchecked };
        const path = ["parameters", "encrypted"];
        if (PROVISIONERS.includes(String(provisioner)) && !subject.unknownAt(path)) {
            if (String(parameters?.encrypted) !== "true") {
                report(`parameters.encrypted: ${String(parameters?.encrypted ?? "left out")}, expected "true"`);
            }
        }
    },
);
