import type * as pulumi from "@pulumi/pulumi";

import type { DatabaseSettings } from "../../stacks/schema";
import { databasePassword } from "../databasePassword";

/** Which database, and where. */
export interface RdsArgs {
    readonly settings: NonNullable<DatabaseSettings["rds"]>;
    readonly region: string;
    /** The cluster's name, which the objects are named after. */
    readonly infrastructureName: string;
    /** Name of the database and of its user. */
    readonly database: string;
    readonly rotation: string | undefined;
}

/**
 * Amazon RDS for PostgreSQL: encrypted, backed up, with TLS alone, reached from the cluster's nodes and from nowhere
 * else. What is deleted leaves a last snapshot.
 * Source: docs/sources/aws.md#rds.
 *
 * @param component whose children its objects are
 * @param name what their names begin with
 */
export function rds(
    component: pulumi.ComponentResource,
    name: string,
    { settings, region, infrastructureName, database, rotation }: RdsArgs,
): { host: pulumi.Output<string>; password: pulumi.Output<string>; running: pulumi.Resource } {
    // Loaded here, and only these modules: the whole of the package takes seconds, and most stacks need none of it.
    const aws = {
        Provider: (require("@pulumi/aws/provider") as typeof import("@pulumi/aws/provider")).Provider,
        SubnetGroup: (require("@pulumi/aws/rds/subnetGroup") as typeof import("@pulumi/aws/rds/subnetGroup")).SubnetGroup,
        ParameterGroup: (require("@pulumi/aws/rds/parameterGroup") as typeof import("@pulumi/aws/rds/parameterGroup"))
            .ParameterGroup,
        Instance: (require("@pulumi/aws/rds/instance") as typeof import("@pulumi/aws/rds/instance")).Instance,
        SecurityGroup: (require("@pulumi/aws/ec2/securityGroup") as typeof import("@pulumi/aws/ec2/securityGroup")).SecurityGroup,
        IngressRule: (
            require("@pulumi/aws/vpc/securityGroupIngressRule") as typeof import("@pulumi/aws/vpc/securityGroupIngressRule")
        ).SecurityGroupIngressRule,
    };
    const parent = { parent: component };
    const tags = { [`kubernetes.io/cluster/${infrastructureName}`]: "shared" };
    const identifier = `${infrastructureName}-${database}`;
    const provider = new aws.Provider(`${name}-aws`, { region: region as never }, parent);
    const child = { parent: component, provider };
    const password = databasePassword(name, rotation, component);
    const subnets = new aws.SubnetGroup(
        `${name}-subnets`,
        { name: identifier, description: `API keys of ${infrastructureName}`, subnetIds: settings.subnetIds, tags },
        child,
    );
    const fence = new aws.SecurityGroup(
        `${name}-security-group`,
        {
            name: identifier,
            description: `PostgreSQL of ${infrastructureName}, from its nodes`,
            vpcId: settings.vpcId,
            tags,
        },
        child,
    );
    const admitted = new aws.IngressRule(
        `${name}-from-nodes`,
        {
            securityGroupId: fence.id,
            referencedSecurityGroupId: settings.nodeSecurityGroupId,
            ipProtocol: "tcp",
            fromPort: 5432,
            toPort: 5432,
            tags,
        },
        child,
    );
    const parameters = new aws.ParameterGroup(
        `${name}-parameters`,
        {
            // A major version has a family of its own: the new one is made before the old one goes.
            name: `${identifier}-${settings.engineVersion}`,
            family: `postgres${settings.engineVersion}`,
            description: `TLS alone, for ${infrastructureName}`,
            parameters: [{ name: "rds.force_ssl", value: "1" }],
            tags,
        },
        child,
    );
    const running = new aws.Instance(
        `${name}-instance`,
        {
            identifier,
            engine: "postgres",
            engineVersion: settings.engineVersion,
            instanceClass: settings.instanceClass,
            allocatedStorage: settings.storageGiB,
            maxAllocatedStorage: settings.maxStorageGiB,
            storageType: "gp3",
            storageEncrypted: true,
            ...(settings.kmsKeyArn !== undefined && { kmsKeyId: settings.kmsKeyArn }),
            dbName: database,
            username: database,
            password,
            port: 5432,
            multiAz: settings.multiAz,
            dbSubnetGroupName: subnets.name,
            vpcSecurityGroupIds: [fence.id],
            parameterGroupName: parameters.name,
            caCertIdentifier: "rds-ca-rsa2048-g1",
            publiclyAccessible: false,
            backupRetentionPeriod: settings.backupDays,
            backupWindow: "03:00-04:00",
            maintenanceWindow: "sun:04:30-sun:05:30",
            copyTagsToSnapshot: true,
            deletionProtection: settings.deletionProtection,
            skipFinalSnapshot: false,
            finalSnapshotIdentifier: `${identifier}-last`,
            performanceInsightsEnabled: true,
            enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
            tags,
        },
        { ...child, dependsOn: [admitted] },
    );
    return { host: running.address, password, running };
}
