/** Which resources of a database Pulumi protects from deletion. */
import { Database } from "../../../components/governance/database";
import { databaseSchema } from "../../../stacks/schema/database";
import { deploy } from "../../deployment";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const rds = {
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    nodeSecurityGroupId: "sg-0123456789abcdef0",
    certificateAuthorities: CERTIFICATE,
};

/** The resources that hold data, by what the settings ask for. */
const holders: [string, object, string[]][] = [
    ["a server in the cluster", {}, ["kubernetes:apps/v1:StatefulSet", "kubernetes:core/v1:Namespace"]],
    ["CloudNativePG", { cloudNativePg: {} }, ["kubernetes:core/v1:Namespace", "kubernetes:postgresql.cnpg.io/v1:Cluster"]],
    ["Amazon RDS", { rds }, ["aws:rds/instance:Instance"]],
    ["a database that exists", { existing: { host: "db.example.com", secret: "db" } }, []],
];

async function protectedTypes(database: object, protect?: boolean): Promise<string[]> {
    const settings = databaseSchema.parse(database);
    const deployment = await deploy(
        () =>
            new Database("database", {
                settings,
                consumerNamespace: "maas-api",
                region: "us-east-2",
                infrastructureName: "prod-7x2kq",
                ...(protect !== undefined && { protect }),
            }),
    );
    expect(deployment.errors).toEqual([]);
    expect(deployment.registrations.length).toBeGreaterThan(2);
    return deployment.registrations
        .filter(({ request }) => request.protect)
        .map(({ type }) => type)
        .sort();
}

describe.each(holders)("%s", (_, database, types) => {
    it("protects what holds data, and nothing else, if asked", async () => {
        expect(await protectedTypes(database, true)).toEqual(types);
    });

    it("protects nothing by default", async () => {
        expect(await protectedTypes(database)).toEqual([]);
        expect(await protectedTypes(database, false)).toEqual([]);
    });
});
