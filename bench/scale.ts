/**
 * How `maas plan` grows with a stack: 10, 20 and 40 models on 6 pools in 3 zones, many tiers and users, a password in Vault for each
 * user, and a workspace for each of up to 2,000 users. It measures the time of the processors, which other programs on the machine
 * do not change.
 * `npm run bench:scale`, or some of the series: `npm run bench:scale models users passwords workspaces`
 *
 * Exits with 1 when the largest exceeds its budget, or when the time for each further resource grows with their number.
 */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.dirname(__dirname);
const POOLS = 6;

interface Size {
    readonly models: number;
    readonly tiers: number;
    readonly users: number;
    /** What keeps the passwords of the users. Default: they have none. */
    readonly store?: "vault";
    /** Whether each user has a workspace. Default: no. */
    readonly workspaces?: true;
    /** Milliseconds of the processors that it may take. */
    readonly budget: number;
}

/** Stacks that grow. */
interface Series {
    readonly sizes: readonly Size[];
    /** Milliseconds that each further resource may take. Default: any number, as long as it does not grow. */
    readonly slope?: number;
    /** Megabytes that each process may take at its most: `maas`, the program and the policies. Default: {@link MEMORY}. */
    readonly memory?: number;
    /** How often each is planned; the best counts. */
    readonly runs: number;
}

const series: Readonly<Record<string, Series>> = {
    models: { sizes: [10, 20, 40].map((models) => ({ models, tiers: 3, users: 30, budget: 6000 })), runs: 3 },
    users: { sizes: [50, 100, 200].map((models) => ({ models, tiers: 12, users: 10 * models, budget: 15_000 })), runs: 3 },
    passwords: {
        sizes: [50, 100, 200].map((models) => ({ models, tiers: 12, users: 10 * models, store: "vault", budget: 15_000 })),
        runs: 3,
    },
    workspaces: {
        sizes: [500, 1000, 2000].map((users) => ({ models: 6, tiers: 3, users, workspaces: true, budget: 90_000 })),
        slope: 3,
        // 24,000 resources; Node.js takes what it gets.
        memory: 2800,
        runs: 2,
    },
};

/** Megabytes that each process of a plan may take where a series says nothing. */
const MEMORY = 1000;
/** Milliseconds for each further resource from which on their growth is looked at. */
const FLOOR = 5;
/** Milliseconds between two looks at the memory and the time of all. */
const LOOK = 100;
/** Milliseconds of a tick, in which Linux counts the time of processes. */
const TICK = 10;

/** Where the users are: settings with so many are more than an engine hands over. */
const USERS = "stacks/users.csv";

/** A stack of a size, whose models fill their pools. */
function settings({ models, tiers, store, workspaces }: Size): object {
    const zones = ["us-east-2a", "us-east-2b", "us-east-2c"];
    const name = (kind: string, i: number): string => `${kind}-${i}`;
    const list = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));
    return {
        release: "3.4",
        cluster: {
            domain: "apps.cluster.example.com",
            region: "us-east-2",
            infrastructureName: "maas-7x2kq",
            ami: "ami-0123456789abcdef0",
            zones,
        },
        gpu: {
            pools: list(POOLS, (i) => ({
                name: name("pool", i),
                instanceType: "g6e.2xlarge",
                replicas: Math.ceil(models / POOLS / zones.length),
            })),
        },
        models: list(models, (i) => ({
            name: name("model", i),
            source: "oci://registry.redhat.io/rhelai1/modelcar-gpt-oss-20b:1.5",
            pool: name("pool", i % POOLS),
        })),
        tiers: list(tiers, (t) => ({
            name: name("tier", t),
            models: list(models, (i) => name("model", i)),
            requests: { limit: 5 * (t + 1), window: "2m" },
            tokens: [{ limit: 1000 * (t + 1), window: "1m" }],
        })),
        identity: {
            usersFile: USERS,
            ...(store === "vault" && { store, vault: { address: "https://vault.example.com:8200" } }),
        },
        ...(workspaces === true && { workspaces: {} }),
    };
}

/** What a process and its descendants have taken, each by itself; none where there is no /proc. */
function takenBy(pid: number): { pid: number; memory: number; time: number }[] {
    const read = (file: string): string => {
        try {
            return readFileSync(`/proc/${pid}/${file}`, "utf8");
        } catch {
            return ""; // it has ended
        }
    };
    let threads: string[] = [];
    try {
        threads = readdirSync(`/proc/${pid}/task`);
    } catch {
        return [];
    }
    const children = threads.flatMap((thread) => read(`task/${thread}/children`).split(" ").filter(Boolean));
    const memory = /VmHWM:\s+(\d+) kB/.exec(read("status"))?.[1];
    // After the name, which may contain anything: time in the program and in the kernel are fields 14 and 15.
    const fields = read("stat")
        .replace(/^.*\) /s, "")
        .split(" ");
    const time = (Number(fields[11]) + Number(fields[12])) * TICK;
    return [
        ...(memory === undefined || Number.isNaN(time) ? [] : [{ pid, memory: Number(memory) / 1024, time }]),
        ...children.flatMap((child) => takenBy(Number(child))),
    ];
}

/** Runs a plan. @returns milliseconds of the processors, or of the clock where they are not known, and megabytes of its largest process */
async function run(args: readonly string[]): Promise<{ time: number; memory: number }> {
    const begun = performance.now();
    const child = spawn(process.execPath, [path.join(root, "cli/maas.js"), "plan", ...args], {
        stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    let memory = NaN;
    const times = new Map<number, number>();
    const look = setInterval(() => {
        for (const taken of takenBy(child.pid!)) {
            memory = Math.max(taken.memory, memory || 0);
            times.set(taken.pid, taken.time);
        }
    }, LOOK);
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    clearInterval(look);
    if (status !== 0) {
        throw new Error(`maas plan ended with ${status}:\n${said}`);
    }
    const wall = performance.now() - begun;
    return { time: times.size === 0 ? wall : [...times.values()].reduce((sum, time) => sum + time, 0), memory };
}

/** @returns milliseconds of the processors, resources and peak memory in MB of the largest process of one plan, the best of some */
async function measure(folder: string, size: Size, times: number): Promise<{ time: number; resources: number; memory: number }> {
    const stack = `m${size.models}t${size.tiers}u${size.users}`;
    // JSON is YAML.
    writeFileSync(
        path.join(folder, `stacks/Pulumi.${stack}.yaml`),
        JSON.stringify({ config: { "maas:settings": settings(size) } }),
    );
    writeFileSync(
        path.join(folder, USERS),
        Array.from({ length: size.users }, (_, u) => `user-${u},tier-${u % size.tiers}\n`).join(""),
    );
    const result = path.join(folder, "plan.json");
    // What it would cost is not what is measured.
    const budget = path.join(folder, "policy.json");
    writeFileSync(
        budget,
        JSON.stringify({
            "nodes-within-budget": { monthlyUsd: 1_000_000 },
            "gpus-within-quota": { vcpus: { "L-DB2E81BA": 10_000 } },
        }),
    );
    const runs: { time: number; memory: number }[] = [];
    for (let i = 0; i < times; i++) {
        runs.push(await run([stack, "--project", folder, "--json", result, "--policy-config", budget]));
    }
    const { resources } = JSON.parse(readFileSync(result, "utf8")) as { resources: unknown[] };
    return { ...runs.sort((a, b) => a.time - b.time)[0]!, resources: resources.length };
}

/** @throws Error for a series that does not exist */
function chosen(names: readonly string[]): Series[] {
    return (names.length === 0 ? Object.keys(series) : names).map((name) => {
        const found = series[name];
        if (found === undefined) {
            throw new Error(`there is no series ${name}; expected some of ${Object.keys(series).join(", ")}`);
        }
        return found;
    });
}

async function main(): Promise<void> {
    const folder = mkdtempSync(path.join(os.tmpdir(), "maas-scale-"));
    try {
        copyFileSync(path.join(root, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
        mkdirSync(path.join(folder, "stacks"));
        for (const file of ["pulumi.js", "register.js", "node_modules", "package.json"]) {
            symlinkSync(path.join(root, file), path.join(folder, file));
        }
        process.stdout.write("models  tiers  users  passwords  workspaces  resources        ms  MB (one)\n");
        for (const { sizes, slope, runs, memory = MEMORY } of chosen(process.argv.slice(2))) {
            const results: { time: number; resources: number }[] = [];
            for (const size of sizes) {
                const result = await measure(folder, size, runs);
                const { models, tiers, users, store, workspaces } = size;
                const cells = [
                    models,
                    tiers,
                    users,
                    store ?? "-",
                    workspaces === true ? users : "-",
                    result.resources,
                    Math.round(result.time),
                    Math.round(result.memory),
                ];
                process.stdout.write(`${cells.map((c, i) => String(c).padStart([6, 5, 5, 9, 10, 9, 8, 9][i]!)).join("  ")}\n`);
                if (result.memory > memory) {
                    process.stdout.write(`over the budget of ${memory} MB\n`);
                    process.exitCode = 1;
                }
                if (result.time > size.budget) {
                    process.stdout.write(`over the budget of ${size.budget} ms\n`);
                    process.exitCode = 1;
                }
                results.push(result);
            }
            const slopes = results.slice(1).map((r, i) => (r.time - results[i]!.time) / (r.resources - results[i]!.resources));
            process.stdout.write(`ms per additional resource: ${slopes.map((s) => s.toFixed(2)).join(", ")}\n`);
            if (slope !== undefined && Math.max(...slopes) > slope) {
                process.stdout.write(`over the budget of ${slope} ms for each resource\n`);
                process.exitCode = 1;
            }
            // Quadratic growth would double it with each doubling of the size; what is below the floor is noise.
            if (slopes.at(-1)! > 2 * Math.max(slopes[0]!, FLOOR)) {
                process.stdout.write("the time grows faster than the stack\n");
                process.exitCode = 1;
            }
        }
    } finally {
        rmSync(folder, { recursive: true });
    }
}

void main();
