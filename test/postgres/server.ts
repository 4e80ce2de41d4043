/** A PostgreSQL for tests: a folder of its own, a socket in it, nothing on the network. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { REQUIRED } from "../rehearsal/apiserver/support";
import { BIN, broughtPostgres } from "./install";

/** Folders in which distributions keep PostgreSQL 16 and later. */
const FOLDERS = [16, 17, 18].map((version) => `/usr/lib/postgresql/${version}/bin`);

const bin = [broughtPostgres(process.env), ...FOLDERS].find((folder) => existsSync(path.join(folder, "initdb")));
const MISSING = "PostgreSQL 16 is missing: bring it with `npm run postgres`, or install it";

/** `describe` where there is a PostgreSQL. Elsewhere the tests are skipped, which is said aloud, or fail where they are required. */
export const describePostgres: jest.Describe = bin !== undefined || REQUIRED ? describe : skipped();

function skipped(): jest.Describe {
    process.stderr.write(`SKIPPED: databases of LiteMaaS: ${MISSING}\n`);
    return describe.skip as unknown as jest.Describe;
}

/** PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;
const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** What a program printed, and how it ended. */
export interface Ran {
    readonly code: number | null;
    readonly output: string;
}

/** A server. */
export class Postgres {
    readonly folder: string;
    private readonly bin: string;

    constructor() {
        if (bin === undefined) {
            throw new Error(MISSING);
        }
        this.folder = mkdtempSync(path.join(tmpdir(), "pg-"));
        chmodSync(this.folder, 0o755);
        if (asRoot) {
            chownSync(this.folder, NOBODY, NOBODY);
        }
        this.bin = asRoot ? this.reachable(bin) : bin;
        this.program("initdb", ["--pgdata", this.data, "--username", "postgres", "--auth", "trust"]);
        // As in the image: its own scripts come through the socket without a password, others with one.
        execFileSync(
            "bash",
            ["-c", `printf 'local all postgres trust\nlocal all all scram-sha-256\n' > ${this.data}/pg_hba.conf`],
            user,
        );
        this.start();
    }

    private start(): void {
        this.program("pg_ctl", [
            "--pgdata",
            this.data,
            "--options",
            `-c listen_addresses='' -c unix_socket_directories='${this.folder}' -c fsync=off`,
            "--wait",
            "--log",
            path.join(this.folder, "log"),
            "start",
        ]);
    }

    /**
     * Copies its files as a snapshot of a volume has them: as after a crash, in the folder of the image, with the configuration that
     * includes a file of the image.
     *
     * @returns folder of the volume
     */
    snapshot(): string {
        const volume = mkdtempSync(path.join(this.folder, "volume-"));
        chmodSync(volume, 0o777);
        this.program("pg_ctl", ["--pgdata", this.data, "--mode", "immediate", "stop"]);
        execFileSync(
            "bash",
            [
                "-euc",
                `cp -a '${this.data}' '${volume}/userdata'; echo 99999 > '${volume}/userdata/postmaster.pid'
                echo "include '/var/lib/pgsql/openshift-custom-postgresql.conf'" >> '${volume}/userdata/postgresql.conf'
                chmod 2770 '${volume}/userdata'`,
            ],
            user,
        );
        this.start();
        return volume;
    }

    private get data(): string {
        return path.join(this.folder, "data");
    }

    /** Environment of programs that talk to it. */
    get env(): Record<string, string> {
        return { PATH: `${this.bin}:/usr/bin:/bin`, HOME: this.folder, PGHOST: this.folder, PGPORT: "5432", TMPDIR: this.folder };
    }

    /** Runs a script with bash. */
    bash(file: string, env: Record<string, string>): Ran {
        const { status, stdout, stderr } = spawnSync("bash", ["-eu", file], {
            ...user,
            env: { ...this.env, ...env },
            encoding: "utf8",
            cwd: this.folder,
        });
        return { code: status, output: `${stdout}${stderr}` };
    }

    /** Starts a command, as its image would: PostgreSQL's programs are found, the server through its socket. */
    spawn([program, ...args]: readonly string[], env: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
        return spawn(program!, args, { ...user, env: { ...this.env, ...env }, cwd: this.folder, stdio: "pipe" });
    }

    /** Runs SQL. @returns what it answers, a line for each row, or the error */
    sql(
        database: string,
        text: string,
        as: { readonly user: string; readonly password?: string } = { user: "postgres" },
    ): string {
        const { stdout, stderr } = spawnSync(
            path.join(this.bin, "psql"),
            ["--no-psqlrc", "--tuples-only", "--no-align", "--dbname", database, "--username", as.user, "--command", text],
            {
                ...user,
                env: { ...this.env, ...(as.password !== undefined && { PGPASSWORD: as.password }) },
                encoding: "utf8",
                cwd: this.folder,
            },
        );
        return `${stdout}${stderr}`.trim();
    }

    stop(): void {
        this.program("pg_ctl", ["--pgdata", this.data, "--mode", "immediate", "stop"]);
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** The programs where another user than root finds them: the cache may be in root's home. */
    private reachable(from: string): string {
        const copy = path.join(this.folder, "installed");
        // The wheel keeps libraries beside the folder of the programs.
        const [source, programs] = from.endsWith(BIN) ? [from.slice(0, -BIN.length), BIN] : [from, ""];
        execFileSync("bash", ["-c", 'cp -al "$0" "$1" 2>/dev/null || cp -a "$0" "$1"', source, copy]);
        return path.join(copy, programs);
    }

    private program(name: string, args: readonly string[]): void {
        execFileSync(path.join(this.bin, name), args, {
            ...user,
            env: this.env,
            cwd: this.folder,
            stdio: ["ignore", "ignore", "inherit"],
        });
    }
}
