/** Data science projects: their object storage, who may use it, and their pipeline servers. */
import * as pulumi from "@pulumi/pulumi";

import { DataScienceProject, type DataScienceProjectArgs } from "../../components/openshiftai";
import { privateBucket } from "../../components/openshiftai/bucket";
import { projectSchema } from "../../stacks/schema";
import { deploy, type Deployment, type Registration } from "../deployment";

/** Marks a value of the engine's protocol as secret. */
const SECRET = "4dabf18193072939515e22adb298388d";
const SERVER = "kubernetes:datasciencepipelinesapplications.opendatahub.io/v1:DataSciencePipelinesApplication";
const ARN = "arn:aws:s3:::maas-7x2kq-science";
const outputs = {
    "aws:s3/bucket:Bucket": ({ bucket }: { bucket: string }) => ({ arn: `arn:aws:s3:::${bucket}` }),
    "aws:iam/accessKey:AccessKey": () => ({ secret: "the-secret" }),
};

async function made(project: object, more: Partial<DataScienceProjectArgs> = {}): Promise<Deployment> {
    const deployment = await deploy(
        () =>
            new DataScienceProject("project-science", {
                project: projectSchema.parse({ name: "science", ...project }),
                region: "us-east-2",
                infrastructureName: pulumi.output("maas-7x2kq"),
                after: [],
                ...more,
            }),
        { outputs },
    );
    expect(deployment.errors).toEqual([]);
    return deployment;
}

/** The data of a Secret, which is a secret for the engine too. */
const dataOf = (secret: Registration, field = "stringData"): Record<string, string> => {
    const { [SECRET]: sig, value } = secret.inputs[field];
    expect(sig).toBeDefined();
    return value;
};
const policyOf = (deployment: Deployment, type: string): { Statement: Record<string, any>[] } =>
    JSON.parse(deployment.one(type).inputs["policy"]);

describe("a bucket that the program creates", () => {
    let deployment: Deployment;
    beforeAll(async () => {
        deployment = await made({ storage: { bucket: {} }, pipelines: {} });
    });

    it("is named by cluster and project, and keeps its objects", () => {
        expect(deployment.one("aws:s3/bucket:Bucket").inputs).toMatchObject({
            bucket: "maas-7x2kq-science",
            forceDestroy: false,
            tags: { "kubernetes.io/cluster/maas-7x2kq": "shared" },
        });
    });

    it("is encrypted, closed to the public and reachable over TLS alone", () => {
        const bucket = "maas-7x2kq-science";
        expect(
            deployment.one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs,
        ).toEqual({ bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] });
        expect(deployment.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs).toEqual({
            bucket,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        });
        expect(deployment.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs).toEqual({
            bucket,
            rule: { objectOwnership: "BucketOwnerEnforced" },
        });
        expect(policyOf(deployment, "aws:s3/bucketPolicy:BucketPolicy").Statement).toEqual([
            {
                Sid: "TlsAlone",
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Resource: [ARN, `${ARN}/*`],
                Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
        ]);
        expect(deployment.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"]).toEqual([
            {
                id: "unfinished-uploads",
                status: "Enabled",
                filter: { prefix: "" },
                abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            },
        ]);
    });

    it("has a user who may use it and nothing else", () => {
        const { Statement } = policyOf(deployment, "aws:iam/userPolicy:UserPolicy");
        expect(new Set(Statement.map(({ Resource }) => Resource))).toEqual(new Set([ARN, `${ARN}/*`]));
        expect(
            Statement.every(({ Effect, Action }) => Effect === "Allow" && Action.every((a: string) => /^s3:\w+$/.test(a))),
        ).toBe(true);
        expect(deployment.all("aws:iam/userPolicyAttachment:UserPolicyAttachment")).toEqual([]);
        expect(deployment.one("aws:iam/accessKey:AccessKey").inputs).toEqual({ user: "maas-7x2kq-science" });
    });

    it("is a connection of the project, once it is closed and its user has the rights", () => {
        const connection = deployment.one("kubernetes:core/v1:Secret");
        expect(connection.inputs["metadata"]).toMatchObject({
            name: "object-storage",
            namespace: "science",
            labels: { "opendatahub.io/dashboard": "true" },
            annotations: { "opendatahub.io/connection-type-ref": "s3" },
        });
        expect(Object.keys(dataOf(connection)).sort()).toEqual([
            "AWS_ACCESS_KEY_ID",
            "AWS_DEFAULT_REGION",
            "AWS_S3_BUCKET",
            "AWS_S3_ENDPOINT",
            "AWS_SECRET_ACCESS_KEY",
        ]);
        expect(dataOf(connection)).toMatchObject({ AWS_S3_ENDPOINT: "https://s3.us-east-2.amazonaws.com" });
        for (const type of [
            "aws:s3/bucketPolicy:BucketPolicy",
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            "aws:iam/userPolicy:UserPolicy",
        ]) {
            expect([type, deployment.happensAfter(connection, deployment.one(type))]).toEqual([type, true]);
        }
    });

    it("keeps the artefacts of a pipeline server", () => {
        const server = deployment.one(SERVER);
        expect(server.inputs["metadata"]).toMatchObject({ name: "dspa", namespace: "science" });
        expect(server.inputs["spec"]).toEqual({
            dspVersion: "v2",
            podToPodTLS: true,
            apiServer: { deploy: true, enableSamplePipeline: false },
            database: { mariaDB: { deploy: true, pvcSize: "10Gi" } },
            objectStorage: {
                externalStorage: {
                    scheme: "https",
                    host: "s3.us-east-2.amazonaws.com",
                    region: "us-east-2",
                    bucket: "maas-7x2kq-science",
                    s3CredentialsSecret: {
                        secretName: "object-storage",
                        accessKey: "AWS_ACCESS_KEY_ID",
                        secretKey: "AWS_SECRET_ACCESS_KEY",
                    },
                },
            },
        });
        expect(deployment.happensAfter(server, deployment.one("kubernetes:core/v1:Secret"))).toBe(true);
    });
});

it("has what its settings say: name, key, days, deletion, protection", async () => {
    const kmsKeyArn = "arn:aws:kms:us-east-2:123456789012:key/1";
    const bucket = { name: "acme-science", kmsKeyArn, expireDays: 90, deleteObjects: true };
    const deployment = await made({ storage: { bucket }, pipelines: {} }, { region: "cn-north-1", protect: true });
    expect(deployment.one("aws:s3/bucket:Bucket").inputs).toMatchObject({ bucket: "acme-science", forceDestroy: true });
    expect(
        deployment.one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs["rules"],
    ).toEqual([
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn }, bucketKeyEnabled: true },
    ]);
    expect(deployment.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs["rules"][1]).toMatchObject({
        expiration: { days: 90 },
    });
    expect(policyOf(deployment, "aws:iam/userPolicy:UserPolicy").Statement.at(-1)).toEqual({
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: kmsKeyArn,
    });
    expect(dataOf(deployment.one("kubernetes:core/v1:Secret"))["AWS_S3_ENDPOINT"]).toBe("https://s3.cn-north-1.amazonaws.com.cn");
    const kept = deployment.registrations.filter(({ request }) => request.protect).map(({ type }) => type);
    expect(kept.sort()).toEqual(["aws:s3/bucket:Bucket", SERVER].sort());
});

it("hands out the key of a bucket as a secret", async () => {
    let isSecret: Promise<boolean> | undefined;
    await deploy(
        () => {
            const parent = new pulumi.ComponentResource("t:index:T", "t");
            const args = { bucket: "b", region: "us-east-2", infrastructureName: "c", deleteObjects: false };
            isSecret = pulumi.isSecret(privateBucket(parent, "storage", args).secretAccessKey);
        },
        { outputs },
    );
    expect(await isSecret).toBe(true);
});

describe("a bucket that exists", () => {
    const existing = { endpoint: "http://minio.storage.svc:9000", bucket: "artifacts", secret: "minio" };

    it("waits for the key that somebody brings, and makes a connection of it", async () => {
        const deployment = await made({ storage: { existing }, pipelines: { samplePipeline: true, volumeGiB: 20 } });
        const gate = deployment.one("kubernetes:core/v1:ConfigMap", "project-science-storage-key");
        expect(gate.inputs["data"]).toEqual({
            object: "Secret science/minio",
            keys: "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
        });
        expect(deployment.happensAfter(gate, deployment.one("kubernetes:core/v1:Namespace"))).toBe(true);
        const patch = deployment.one("kubernetes:core/v1:SecretPatch");
        expect(deployment.happensAfter(patch, gate)).toBe(true);
        const text = Object.entries(dataOf(patch, "data")).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]);
        expect(Object.fromEntries(text)).toEqual({
            AWS_S3_ENDPOINT: "http://minio.storage.svc:9000",
            AWS_DEFAULT_REGION: "us-east-1",
            AWS_S3_BUCKET: "artifacts",
        });
        const server = deployment.one(SERVER);
        expect(server.inputs["spec"]).toMatchObject({
            apiServer: { enableSamplePipeline: true },
            database: { mariaDB: { pvcSize: "20Gi" } },
            objectStorage: {
                externalStorage: {
                    scheme: "http",
                    host: "minio.storage.svc",
                    port: "9000",
                    s3CredentialsSecret: { secretName: "minio" },
                },
            },
        });
        expect(deployment.happensAfter(server, patch)).toBe(true);
        expect(deployment.registrations.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
    });

    it("needs no pipeline server, and is open to the groups that the settings name", async () => {
        const deployment = await made({ displayName: "Science", groups: ["analysts", "Data team"], storage: { existing } });
        expect(deployment.all(SERVER)).toEqual([]);
        expect(deployment.one("kubernetes:core/v1:Namespace").inputs["metadata"]).toMatchObject({
            annotations: { "openshift.io/display-name": "Science" },
        });
        expect(
            deployment
                .all("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
                .map(({ inputs }) => [inputs["metadata"].namespace, inputs["roleRef"].name, inputs["subjects"][0].name]),
        ).toEqual([
            ["science", "edit", "analysts"],
            ["science", "edit", "Data team"],
        ]);
    });
});
