/**
 * How long `maas plan <stack>`, or `maas render <stack>`, takes, and how much memory: run several times as its users run it, each time
 * in a new process. `npm run bench -- [stack] [runs] [plan|render]`
 *
 * Exits with 1 when the median exceeds the budget.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const budget = { milliseconds: 2000, megabytes: 400 };
const root = path.dirname(__dirname);

interface Run {
    /** Wall time in milliseconds, from the start of the process to its end. */
    readonly wall: number;
    /** Processor time in milliseconds of all processes, to some 50 ms for each; 0 where there is no /proc. */
    readonly processor: number;
    /** Peak memory in MB: of `maas` itself, and of it and its children together. */
    readonly own: number;
    readonly together: number;
    /** When each part was over, in milliseconds since the process began. */
    readonly parts: ReadonlyMap<string, number>;
}

async function measure(words: readonly string[]): Promise<Run> {
    const begun = performance.now();
    const child = spawn(process.execPath, [path.join(root, "cli/maas.js"), ...words, "--quiet"], {
        stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (data: Buffer) => (err += data.toString()));
    let together = 0;
    const processor = new Map<number, number>();
    const watch = setInterval(() => {
        const tree = treeOf(child.pid!);
        together = Math.max(together, memoryOf(tree));
        tree.forEach((pid) => processor.set(pid, Math.max(processor.get(pid) ?? 0, processorTimeOf(pid))));
    }, 50);
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const wall = performance.now() - begun;
    clearInterval(watch);
    if (code !== 0) {
        throw new Error(`maas ${words.join(" ")} ended with ${code}:\n${err}`);
    }
    const parts = new Map([...err.matchAll(/^timing +(\d+) ms {2}(.+)$/gm)].map((m) => [m[2]!, Number(m[1])]));
    const spent = [...processor.values()].reduce((sum, each) => sum + each, 0);
    return { wall, processor: spent, own: Number(/(\d+) MB/.exec(err)?.[1] ?? 0), together, parts };
}

/** A process and everything it started; empty where there is no /proc. */
function treeOf(top: number): ReadonlySet<number> {
    const parents = new Map<number, number>();
    try {
        for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
            parents.set(Number(pid), Number(read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[1]));
        }
    } catch {
        return new Set();
    }
    const tree = new Set([top]);
    for (let size = 0; size !== tree.size;) {
        size = tree.size;
        parents.forEach((parent, pid) => tree.has(parent) && tree.add(pid));
    }
    return tree;
}

/** Processor time of a process in milliseconds. Linux counts in hundredths of a second. */
function processorTimeOf(pid: number): number {
    const [user, system] = (read(`/proc/${pid}/stat`).split(") ")[1] ?? "").split(" ").slice(11, 13);
    return 10 * (Number(user ?? 0) + Number(system ?? 0));
}

/** Memory in MB, with what several of the processes share counted once. */
function memoryOf(tree: ReadonlySet<number>): number {
    const kilobytes = [...tree].map((pid) => Number(/^Pss: +(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
    return Math.round(kilobytes.reduce((sum, kb) => sum + kb, 0) / 1024);
}

/** Empty when the process has ended meanwhile. */
function read(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return "";
    }
}

function spread(values: readonly number[]): { min: number; median: number; max: number } {
    const ordered = [...values].sort((a, b) => a - b);
    return { min: ordered[0]!, median: ordered[Math.floor(ordered.length / 2)]!, max: ordered[ordered.length - 1]! };
}

/** Runs a command line several times, after a first time that reads everything from disk. */
async function runsOf(stack: string, times: number, verb: string): Promise<Run[]> {
    const folder = mkdtempSync(path.join(tmpdir(), "maas-bench-"));
    const words = verb === "render" ? ["render", stack, "--out", folder, "--path", "bench"] : [verb, stack, "--timings"];
    try {
        const runs: Run[] = [];
        for (let i = 0; i <= times; i++) {
            runs.push(await measure(words));
        }
        return runs.slice(1);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

async function main(): Promise<void> {
    const [stack = "code-assistant", times = "7", verb = "plan"] = process.argv.slice(2);
    const runs = await runsOf(stack, Number(times), verb);
    const at = (run: Run, part: string): number => run.parts.get(part) ?? NaN;
    const rows: [string, (run: Run) => number, string][] = [
        ["start", (r) => at(r, "start"), "ms"],
        ["program", (r) => at(r, "program") - at(r, "start"), "ms"],
        ["policy", (r) => at(r, "planned") - at(r, "program"), "ms"],
        ["report", (r) => at(r, "report") - at(r, "planned"), "ms"],
        ["whole", (r) => r.wall, "ms"],
        ["processors", (r) => r.processor, "ms"],
        ["memory of maas", (r) => r.own || NaN, "MB"],
        ["memory together", (r) => r.together, "MB"],
    ];
    process.stdout.write(`maas ${verb} ${stack}, ${runs.length} runs, Node ${process.version}\n`);
    process.stdout.write(`${"".padEnd(16)}${["min", "median", "max"].map((t) => t.padStart(9)).join("")}\n`);
    // Only a plan tells its parts.
    for (const [name, value, unit] of rows.filter(([, of]) => !Number.isNaN(of(runs[0]!)))) {
        const { min, median, max } = spread(runs.map(value));
        process.stdout.write(`${name.padEnd(16)}${[min, median, max].map((n) => n.toFixed(0).padStart(9)).join("")} ${unit}\n`);
    }
    const { median } = spread(runs.map((r) => r.wall));
    const most = spread(runs.map((r) => Math.max(r.own, r.together))).max;
    if (median > budget.milliseconds || most > budget.megabytes) {
        process.stdout.write(`over the budget of ${budget.milliseconds} ms and ${budget.megabytes} MB\n`);
        process.exitCode = 1;
    }
}

void main();
