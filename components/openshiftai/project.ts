import { Namespace, Secret, SecretPatch } from "@pulumi/kubernetes/core/v1";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { DataSciencePipelinesApplication } from "../../kinds/datasciencepipelinesapplications.opendatahub.io";
import type { ProjectSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { expectedSecret } from "../expectedSecret";
import { privateBucket } from "./bucket";

/** Arguments of {@link DataScienceProject}. */
export interface DataScienceProjectArgs {
    /** Plain: a gate waits for the Secret that the settings name. */
    readonly project: ProjectSettings;
    readonly region: pulumi.Input<string>;
    /** Infrastructure name of the cluster, for the name of a bucket. */
    readonly infrastructureName: pulumi.Input<string>;
    /** Whether Pulumi refuses to delete the bucket and the pipeline server with its database. Default: false. */
    readonly protect?: boolean | undefined;
    /** The components of OpenShift AI, before which nobody makes a pipeline server. */
    readonly after: readonly pulumi.Resource[];
}

/** The names by which OpenShift AI knows the fields of a connection to S3. */
const KEYS = { accessKey: "AWS_ACCESS_KEY_ID", secretKey: "AWS_SECRET_ACCESS_KEY" } as const;

/** Secret of a bucket that the program creates. */
const CONNECTION = "object-storage";

/** The pipeline server as the dashboard names it. */
const SERVER = "dspa";

/** A bucket of objects, and the Secret with its key. */
interface Storage {
    readonly scheme: "http" | "https";
    readonly host: pulumi.Input<string>;
    readonly port?: string;
    readonly region: pulumi.Input<string>;
    readonly bucket: pulumi.Input<string>;
    readonly secretName: pulumi.Input<string>;
}

/**
 * A data science project: its namespace, object storage as an OpenShift AI connection, and a pipeline server. Ready when the server
 * reaches its database and the storage.
 * Source: docs/sources/openshift-ai.md#projects-and-pipelines.
 */
export class DataScienceProject extends pulumi.ComponentResource {
    /** Namespace of the project. */
    public readonly namespace: pulumi.Output<string>;
    /** Secret with the connection to the object storage. */
    public readonly connection: pulumi.Output<string>;
    /** The bucket. */
    public readonly bucket: pulumi.Output<string>;

    constructor(name: string, args: DataScienceProjectArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:DataScienceProject", name, describedBy(args), opts);
        const { project, protect = false, after } = args;
        const namespace = new Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: project.name,
                    labels: { "opendatahub.io/dashboard": "true" },
                    annotations: { "openshift.io/display-name": project.displayName ?? project.name },
                },
            },
            { parent: this },
        );
        this.namespace = namespace.metadata.name;
        project.groups.forEach((group, i) => this.editors(`${name}-editors-${i + 1}`, group, i));
        const storage =
            project.storage.existing === undefined
                ? this.created(name, args)
                : this.existing(name, project.storage.existing, project.name, namespace);
        this.connection = pulumi.output(storage.secretName);
        this.bucket = pulumi.output(storage.bucket);
        if (project.pipelines !== undefined) {
            this.pipelineServer(`${name}-pipelines`, project.pipelines, storage, {
                parent: this,
                dependsOn: [...after],
                ...(protect && { protect }),
            });
        }
        this.registerOutputs({ namespace: this.namespace, connection: this.connection, bucket: this.bucket });
    }

    /** A group whose members edit the project. */
    private editors(name: string, group: string, index: number): void {
        new RoleBinding(
            name,
            {
                metadata: {
                    name: `editors-${index + 1}`,
                    namespace: this.namespace,
                    labels: { "opendatahub.io/dashboard": "true" },
                },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
                subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
            },
            { parent: this },
        );
    }

    /** A bucket that the program creates. */
    private created(name: string, { project, region, infrastructureName, protect }: DataScienceProjectArgs): Storage {
        const { name: bucketName, ...settings } = project.storage.bucket!;
        const made = privateBucket(this, `${name}-storage`, {
            ...settings,
            bucket: bucketName ?? pulumi.interpolate`${infrastructureName}-${project.name}`,
            region,
            infrastructureName,
            protect,
        });
        const host = pulumi.output(region).apply((of) => `s3.${of}.amazonaws.com${of.startsWith("cn-") ? ".cn" : ""}`);
        const secret = new Secret(
            `${name}-connection`,
            {
                metadata: { name: CONNECTION, namespace: this.namespace, ...marks(CONNECTION) },
                stringData: {
                    [KEYS.accessKey]: made.accessKeyId,
                    [KEYS.secretKey]: made.secretAccessKey,
                    AWS_S3_ENDPOINT: pulumi.interpolate`https://${host}`,
                    AWS_DEFAULT_REGION: region,
                    AWS_S3_BUCKET: made.bucket,
                },
            },
            { parent: this, dependsOn: [...made.ready] },
        );
        return { scheme: "https", host, region, bucket: made.bucket, secretName: secret.metadata.name };
    }

    /** A bucket that exists: somebody brings the key, and the program makes a connection of it. */
    private existing(
        name: string,
        { endpoint, bucket, region, secret }: NonNullable<ProjectSettings["storage"]["existing"]>,
        namespace: string,
        created: Namespace,
    ): Storage {
        const brought = expectedSecret(
            `${name}-storage-key`,
            {
                namespace,
                secret,
                keys: Object.values(KEYS),
                what: "openshiftAi.projects[].storage.existing.secret",
            },
            { parent: this, dependsOn: [created] },
        );
        const { labels, annotations } = marks(secret);
        const fields = { AWS_S3_ENDPOINT: endpoint, AWS_DEFAULT_REGION: region, AWS_S3_BUCKET: bucket };
        const { metadata } = new SecretPatch(
            `${name}-connection`,
            {
                metadata: {
                    name: secret,
                    namespace,
                    labels,
                    annotations: { ...annotations, "pulumi.com/patchForce": "true" },
                },
                data: Object.fromEntries(
                    Object.entries(fields).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
                ),
            },
            { parent: this, dependsOn: [brought] },
        );
        const { protocol, hostname, port } = new URL(endpoint);
        return {
            scheme: protocol === "http:" ? "http" : "https",
            host: hostname,
            ...(port !== "" && { port }),
            region,
            bucket,
            secretName: metadata.name,
        };
    }

    private pipelineServer(
        name: string,
        { volumeGiB, samplePipeline }: NonNullable<ProjectSettings["pipelines"]>,
        { secretName, ...storage }: Storage,
        opts: pulumi.CustomResourceOptions,
    ): void {
        new DataSciencePipelinesApplication(
            name,
            {
                metadata: { name: SERVER, namespace: this.namespace },
                spec: {
                    dspVersion: "v2",
                    podToPodTLS: true,
                    apiServer: { deploy: true, enableSamplePipeline: samplePipeline },
                    database: { mariaDB: { deploy: true, pvcSize: `${volumeGiB}Gi` } },
                    objectStorage: { externalStorage: { ...storage, s3CredentialsSecret: { secretName, ...KEYS } } },
                },
            },
            opts,
        );
    }
}

/** By these the dashboard finds a Secret, and knows it as a connection to S3. */
function marks(displayName: string): { labels: Record<string, string>; annotations: Record<string, string> } {
    return {
        labels: { "opendatahub.io/dashboard": "true", "opendatahub.io/managed": "true" },
        annotations: {
            "opendatahub.io/connection-type": "s3",
            "opendatahub.io/connection-type-protocol": "s3",
            "opendatahub.io/connection-type-ref": "s3",
            "openshift.io/display-name": displayName,
        },
    };
}
