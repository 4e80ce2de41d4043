/**
 * How `maas plan` grows with a stack: 10, 20 and 40 models on 6 pools in 3 zones, many tiers and users, and a password in Vault
 * for each user.
 * `npm run bench:scale`
 *
 * Exits with 1 when the largest exceeds its budget, or when the time for each further resource grows with their number.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
    /** Milliseconds that it may take. */
    readonly budget: number;
}

const series: readonly (readonly Size[])[] = [
    [10, 20, 40].map((models) => ({ models, tiers: 3, users: 30, budget: 6000 })),
    [50, 100, 200].map((models) => ({ models, tiers: 12, users: 10 * models, budget: 15_000 })),
    [50, 100, 200].map((models) => ({ models, tiers: 12, users: 10 * models, store: "vault", budget: 15_000 })),
];

/** Megabytes that `maas` may take for a plan at its most. */
const MEMORY = 1000;

/** Where the users are: settings with so many are more than an engine hands over. */
const USERS = "stacks/users.csv";

/** A stack of a size, whose models fill their pools. */
function settings({ models, tiers, store }: Size): object {
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
    };
}

/** @returns milliseconds, resources and peak memory in MB of one plan, the best of three */
function measure(folder: string, size: Size): { wall: number; resources: number; memory: number } {
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
    const runs = Array.from({ length: 3 }, () => {
        const begun = performance.now();
        const { status, stdout, stderr } = spawnSync(
            process.execPath,
            [
                path.join(root, "cli/maas.js"),
                ...["plan", stack, "--project", folder, "--json", result, "--timings", "--policy-config", budget],
            ],
            { encoding: "utf8" },
        );
        if (status !== 0) {
            throw new Error(`maas plan ended with ${status}:\n${stdout}${stderr}`);
        }
        return { wall: performance.now() - begun, memory: Number(/(\d+) MB/.exec(stderr)?.[1] ?? NaN) };
    });
    const { resources } = JSON.parse(readFileSync(result, "utf8")) as { resources: unknown[] };
    return { ...runs.sort((a, b) => a.wall - b.wall)[0]!, resources: resources.length };
}

function main(): void {
    const folder = mkdtempSync(path.join(os.tmpdir(), "maas-scale-"));
    try {
        copyFileSync(path.join(root, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
        mkdirSync(path.join(folder, "stacks"));
        for (const file of ["pulumi.js", "lean.js", "node_modules", "package.json"]) {
            symlinkSync(path.join(root, file), path.join(folder, file));
        }
        process.stdout.write("models  tiers  users  passwords  resources        ms  MB of maas\n");
        for (const sizes of series) {
            const results = sizes.map((size) => {
                const result = measure(folder, size);
                const { models, tiers, users, store } = size;
                const cells = [models, tiers, users, store ?? "-", result.resources, Math.round(result.wall), result.memory];
                process.stdout.write(`${cells.map((c, i) => String(c).padStart([6, 5, 5, 9, 9, 8, 10][i]!)).join("  ")}\n`);
                if (result.memory > MEMORY) {
                    process.stdout.write(`over the budget of ${MEMORY} MB\n`);
                    process.exitCode = 1;
                }
                if (result.wall > size.budget) {
                    process.stdout.write(`over the budget of ${size.budget} ms\n`);
                    process.exitCode = 1;
                }
                return result;
            });
            const slopes = results.slice(1).map((r, i) => (r.wall - results[i]!.wall) / (r.resources - results[i]!.resources));
            process.stdout.write(`ms for each further resource: ${slopes.map((s) => s.toFixed(2)).join(", ")}\n`);
            // Quadratic growth would double it with each doubling of the size.
            if (slopes.at(-1)! > 2 * Math.max(slopes[0]!, 1)) {
                process.stdout.write("it grows faster than the stack\n");
                process.exitCode = 1;
            }
        }
    } finally {
        rmSync(folder, { recursive: true });
    }
}

main();
