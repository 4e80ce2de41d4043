/** A bucket of Amazon S3 for one purpose, and a user who may use it and nothing else. */
import { AccessKey } from "@pulumi/aws/iam/accessKey";
import { User } from "@pulumi/aws/iam/user";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy";
import { Provider } from "@pulumi/aws/provider";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link privateBucket}. */
export interface PrivateBucketArgs {
    /** Name of the bucket, unique in all of AWS, and of its user. */
    readonly bucket: pulumi.Input<string>;
    readonly region: pulumi.Input<string>;
    /** The cluster's name, for the tags. */
    readonly infrastructureName: pulumi.Input<string>;
    /** Key that encrypts the objects. Plain: it decides which rights the user needs. Default: a key of S3. */
    readonly kmsKeyArn?: string | undefined;
    /** Days after which objects are deleted. Plain. Default: never. */
    readonly expireDays?: number | undefined;
    /** Whether objects are deleted with the bucket. */
    readonly deleteObjects: pulumi.Input<boolean>;
    /** Whether Pulumi refuses to delete the bucket. Default: false. */
    readonly protect?: boolean | undefined;
}

/** A bucket, and a key for it. */
export interface PrivateBucket {
    readonly bucket: pulumi.Output<string>;
    readonly accessKeyId: pulumi.Output<string>;
    /** A secret. */
    readonly secretAccessKey: pulumi.Output<string>;
    /** Resources that must exist before anything is written into it. */
    readonly ready: readonly pulumi.Resource[];
}

/** Days after which S3 removes the parts of an upload that was not finished. */
const UNFINISHED_DAYS = 7;

/**
 * A bucket that is encrypted, closed to the public and reachable over TLS alone, and an IAM user whose only right is this bucket.
 * The key is static, because the pipeline server accepts no other credentials.
 * Source: docs/sources/aws.md#buckets.
 *
 * @param parent parent of the resources
 * @param name prefix of their names
 */
export function privateBucket(parent: pulumi.Resource, name: string, args: PrivateBucketArgs): PrivateBucket {
    const { region, infrastructureName, kmsKeyArn, expireDays, deleteObjects, protect = false } = args;
    const tags = pulumi.output(infrastructureName).apply((cluster) => ({ [`kubernetes.io/cluster/${cluster}`]: "shared" }));
    const provider = new Provider(`${name}-aws`, { region: region as never }, { parent });
    const child = { parent, provider };
    const { bucket, arn } = new Bucket(
        `${name}-bucket`,
        { bucket: args.bucket, forceDestroy: deleteObjects, tags },
        { ...child, ...(protect && { protect }) },
    );
    const encrypted = new BucketServerSideEncryptionConfiguration(
        `${name}-encryption`,
        {
            bucket,
            rules: [
                {
                    applyServerSideEncryptionByDefault:
                        kmsKeyArn === undefined
                            ? { sseAlgorithm: "AES256" }
                            : { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
                    ...(kmsKeyArn !== undefined && { bucketKeyEnabled: true }),
                },
            ],
        },
        child,
    );
    const closed = new BucketPublicAccessBlock(
        `${name}-closed`,
        { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
        child,
    );
    new BucketOwnershipControls(`${name}-ownership`, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, child);
    const overTls = new BucketPolicy(
        `${name}-tls`,
        { bucket, policy: arn.apply(tlsAlone) },
        // S3 refuses two changes of a bucket's access at once.
        { ...child, dependsOn: [closed] },
    );
    new BucketLifecycleConfiguration(`${name}-lifecycle`, { bucket, rules: lifecycle(expireDays) }, child);
    const user = new User(`${name}-user`, { name: args.bucket, tags }, child);
    const rights = new UserPolicy(
        `${name}-rights`,
        { user: user.name, name: "bucket", policy: arn.apply((of) => rightsOn(of, kmsKeyArn)) },
        child,
    );
    const key = new AccessKey(`${name}-key`, { user: user.name }, child);
    return {
        bucket,
        accessKeyId: key.id,
        secretAccessKey: pulumi.secret(key.secret),
        ready: [encrypted, closed, overTls, rights],
    };
}

function lifecycle(expireDays: number | undefined) {
    const all = { status: "Enabled", filter: { prefix: "" } };
    return [
        { ...all, id: "unfinished-uploads", abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_DAYS } },
        ...(expireDays === undefined ? [] : [{ ...all, id: "expire", expiration: { days: expireDays } }]),
    ];
}

const policy = (...statements: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** The policy of a bucket that refuses whoever comes without TLS. */
function tlsAlone(arn: string): string {
    return policy({
        Sid: "TlsAlone",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
}

/** The rights of the user: this bucket, its objects, and the key that encrypts them. */
function rightsOn(arn: string, kmsKeyArn: string | undefined): string {
    const allow = (Action: readonly string[], Resource: string): object => ({ Effect: "Allow", Action, Resource });
    return policy(
        allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], arn),
        allow(
            ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
            `${arn}/*`,
        ),
        ...(kmsKeyArn === undefined ? [] : [allow(["kms:Decrypt", "kms:GenerateDataKey"], kmsKeyArn)]),
    );
}
