/** Settings of the database of API keys that are accepted, and that are refused. */
import { type Draft, problemsOf, shipped } from "../settings";

const PEM = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n";
const rds = {
    vpcId: "vpc-0123456789abcdef0",
    subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    nodeSecurityGroupId: "sg-0123456789abcdef0",
    certificateAuthorities: PEM,
};

const problems = (change: (settings: Draft) => void): string[] => problemsOf(shipped("code-assistant", change));

describe("accepted", () => {
    it.each<[string, (settings: Draft) => void]>([
        ["RDS", (s) => (s.database = { rds })],
        [
            "an existing database, checked",
            (s) =>
                (s.database = {
                    existing: { host: "pg.example.com", secret: "pg", sslMode: "verify-full", certificateAuthorities: PEM },
                }),
        ],
        ["a connection that somebody else brings", (s) => (s.database = { existing: {} })],
    ])("%s", (_, change) => {
        expect(problems(change)).toEqual([]);
    });
});

describe("refused", () => {
    it.each<[string, (settings: Draft) => void, string[]]>([
        [
            "two databases",
            (s) => (s.database = { cloudNativePg: {}, rds }),
            ["database.rds: cannot be combined with database.cloudNativePg; expected one of them"],
        ],
        [
            "an existing database without its user",
            (s) => (s.database = { existing: { host: "pg.example.com" } }),
            [
                "database.existing.secret: is missing; expected both host and secret, or neither if you provide the Secret maas-db-config",
            ],
        ],
        [
            "a certificate that is to be checked against nothing",
            (s) => (s.database = { existing: { host: "pg.example.com", secret: "pg", sslMode: "verify-full" } }),
            [
                "database.existing.certificateAuthorities: is missing; sslMode verify-full verifies the server's certificate with it",
            ],
        ],
        [
            "one zone for RDS",
            (s) => (s.database = { rds: { ...rds, subnetIds: [rds.subnetIds[0], rds.subnetIds[0]] } }),
            ["database.rds.subnetIds: has only one subnet; expected subnets of at least two zones"],
        ],
    ])("%s", (_, change, expected) => {
        expect(problems(change).map((problem, i) => problem.slice(0, expected[i]?.length))).toEqual(expected);
    });
});
