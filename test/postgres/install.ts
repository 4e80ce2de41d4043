/**
 * Brings PostgreSQL 16 from PyPI, for machines on which it is not installed. Run as a script:
 * `node -r ./typescript test/postgres/install.ts`.
 */
import { bringOrTell, programsOf, type Wheel } from "../wheel";

/** A wheel that contains the programs of PostgreSQL 16.2, for Linux with any Python. */
const WHEEL: Wheel = {
    product: "PostgreSQL",
    package: "pgserver==0.1.4",
    sha256: "d595789b47624a3d963aa9aa6359da9be31beb7e61f1a45541953242068b8813",
    platform: ["--platform", "manylinux2014_x86_64", "--python-version", "3.11", "--implementation", "cp"],
    programs: "pgserver/pginstall/bin",
    needs: "Install Python 3 with pip, or PostgreSQL 16.",
};

/** The programs in the wheel. */
export const BIN = WHEEL.programs;

/** Where the programs are kept once they were brought. */
export function broughtPostgres(env: NodeJS.ProcessEnv): string {
    return programsOf(WHEEL, env);
}

if (require.main === module) {
    void bringOrTell(WHEEL);
}
