import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Provider } from "@pulumi/aws/provider";
import { Instance } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";

import type { DatabaseSettings } from "../../stacks/schema";
import { databasePassword } from "../databasePassword";
import type { DatabaseServer } from "./databaseServer";

/** A database of Amazon RDS. */
export interface RdsArgs {
    readonly settings: NonNullable<DatabaseSettings["rds"]>;
    readonly region: pulumi.Input<string>;
    /** The cluster's name, which names and tags of the AWS resources are made of. */
    readonly infrastructureName: pulumi.Input<string>;
    /** Name of the database and of its user. */
    readonly database: string;
    /** A word whose change creates a new password. Undefined: the first password stays. */
    readonly rotation: string | undefined;
    /** Whether Pulumi refuses to delete the instance. Default false. */
    readonly protect?: boolean | undefined;
}

/**
 * Amazon RDS for PostgreSQL: encrypted, backed up, with TLS required, and reachable from the nodes of the cluster alone. Its
 * deletion leaves a final snapshot.
 * Source: docs/sources/aws.md#rds.
 *
 * @param component parent of the resources
 * @param name prefix of their names
 */
export function rds(component: pulumi.ComponentResource, name: string, args: RdsArgs): DatabaseServer {
    const { settings, region, infrastructureName, database, rotation, protect } = args;
    const identifier = pulumi.interpolate`${infrastructureName}-${database}`;
    const tags = pulumi.output(infrastructureName).apply((cluster) => ({ [`kubernetes.io/cluster/${cluster}`]: "shared" }));
    const provider = new Provider(`${name}-aws`, { region: region as never }, { parent: component });
    const child = { parent: component, provider };
    const password = databasePassword(name, rotation, component);
    const subnets = new SubnetGroup(
        `${name}-subnets`,
        {
            name: identifier,
            description: pulumi.interpolate`API keys of ${infrastructureName}`,
            subnetIds: settings.subnetIds,
            tags,
        },
        child,
    );
    const { securityGroup, ingressRule } = nodeAccess(name, args, { name: identifier, tags }, child);
    const parameters = new ParameterGroup(
        `${name}-parameters`,
        {
            // Each major version has a family of its own: the new group is created before the old one is deleted.
            name: pulumi.interpolate`${identifier}-${settings.engineVersion}`,
            family: `postgres${settings.engineVersion}`,
            description: pulumi.interpolate`TLS alone, for ${infrastructureName}`,
            parameters: [{ name: "rds.force_ssl", value: "1" }],
            tags,
        },
        child,
    );
    // An account has one snapshot of a name: a second database of this stack, after a destroy, must leave another.
    const creation = new RandomId(`${name}-creation`, { byteLength: 4, keepers: { identifier } }, { parent: component });
    const running = new Instance(
        `${name}-instance`,
        {
            identifier,
            ...instanceOf(settings),
            dbName: database,
            username: database,
            password,
            dbSubnetGroupName: subnets.name,
            vpcSecurityGroupIds: [securityGroup.id],
            parameterGroupName: parameters.name,
            finalSnapshotIdentifier: pulumi.interpolate`${identifier}-last-${creation.hex}`,
            tags,
        },
        {
            ...child,
            dependsOn: [ingressRule],
            ...(protect === true && { protect }),
            // Encryption is decided once: another key would replace the database by an empty one.
            ignoreChanges: ["kmsKeyId", "storageEncrypted"],
        },
    );
    return { host: running.address, password, running };
}

/** A security group that admits the nodes of the cluster to port 5432, and nothing else. */
function nodeAccess(
    name: string,
    { settings, infrastructureName }: RdsArgs,
    named: { name: pulumi.Output<string>; tags: pulumi.Output<Record<string, string>> },
    child: pulumi.CustomResourceOptions,
) {
    const securityGroup = new SecurityGroup(
        `${name}-security-group`,
        {
            ...named,
            description: pulumi.interpolate`PostgreSQL of ${infrastructureName}, from its nodes`,
            vpcId: settings.vpcId,
        },
        child,
    );
    const ingressRule = new SecurityGroupIngressRule(
        `${name}-from-nodes`,
        {
            securityGroupId: securityGroup.id,
            referencedSecurityGroupId: settings.nodeSecurityGroupId,
            ipProtocol: "tcp",
            fromPort: 5432,
            toPort: 5432,
            tags: named.tags,
        },
        child,
    );
    return { securityGroup, ingressRule };
}

/** The part of the instance that follows from the settings. */
function instanceOf(settings: RdsArgs["settings"]) {
    return {
        engine: "postgres",
        engineVersion: settings.engineVersion,
        instanceClass: settings.instanceClass,
        allocatedStorage: settings.storageGiB,
        maxAllocatedStorage: settings.maxStorageGiB,
        storageType: "gp3",
        storageEncrypted: true,
        ...(settings.kmsKeyArn !== undefined && { kmsKeyId: settings.kmsKeyArn }),
        port: 5432,
        multiAz: settings.multiAz,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        publiclyAccessible: false,
        backupRetentionPeriod: settings.backupDays,
        backupWindow: "03:00-04:00",
        maintenanceWindow: "sun:04:30-sun:05:30",
        copyTagsToSnapshot: true,
        deletionProtection: settings.deletionProtection,
        skipFinalSnapshot: false,
        performanceInsightsEnabled: true,
        enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    };
}
