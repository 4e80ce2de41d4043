/** Checks the settings of the database against each other. */
import { databaseSchema } from "../schema/database";
import type { SettingsProblem } from "../problem";

/** @param given the value of `database` */
export function databaseProblems(given: unknown): SettingsProblem[] {
    const { data: database } = databaseSchema.safeParse(given ?? {});
    if (database === undefined) {
        return [];
    }
    const problems: SettingsProblem[] = [];
    const chosen = (["cloudNativePg", "rds", "existing"] as const).filter((kind) => database[kind] !== undefined);
    for (const kind of chosen.slice(1)) {
        problems.push({
            path: `database.${kind}`,
            message: `cannot be combined with database.${chosen[0]}; expected one of them`,
        });
    }
    const { rds, existing } = database;
    if (rds !== undefined) {
        if (rds.maxStorageGiB < rds.storageGiB) {
            problems.push({
                path: "database.rds.maxStorageGiB",
                message: `${rds.maxStorageGiB} is less than storageGiB, ${rds.storageGiB}; expected at least that`,
            });
        }
        if (new Set(rds.subnetIds).size < 2) {
            problems.push({
                path: "database.rds.subnetIds",
                message: "has only one subnet; expected subnets of at least two zones",
            });
        }
    }
    if (existing !== undefined) {
        if ((existing.host === undefined) !== (existing.secret === undefined)) {
            const missing = existing.host === undefined ? "host" : "secret";
            problems.push({
                path: `database.existing.${missing}`,
                message: "is missing; expected both host and secret, or neither if you provide the Secret maas-db-config",
            });
        }
        const verified = existing.sslMode !== "require";
        if (verified !== (existing.certificateAuthorities !== undefined)) {
            problems.push(
                verified
                    ? {
                          path: "database.existing.certificateAuthorities",
                          message: `is missing; sslMode ${existing.sslMode} verifies the server's certificate with it`,
                      }
                    : {
                          path: "database.existing.certificateAuthorities",
                          message: "has no effect with sslMode require; expected sslMode verify-full",
                      },
            );
        }
    }
    return problems;
}
