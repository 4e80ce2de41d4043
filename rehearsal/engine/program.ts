/** Runs a Pulumi program as Pulumi's language host for Node.js runs it. */
import { type Child, spawnChild } from "./child";
import { preloads, resolveSdk } from "./preload";
import type { Project, StackConfig } from "./project";

/** With this code the SDK ends a program whose errors it has logged already. */
const ERRORS_WERE_LOGGED = 32;

export interface ProgramOptions {
    readonly project: Project;
    readonly stack: string;
    readonly config: StackConfig;
    readonly organization: string;
    readonly dryRun: boolean;
    /** The address of the monitor and of the engine. */
    readonly address: string;
    /** Added to this process's environment. */
    readonly env?: Readonly<Record<string, string>>;
    /** Called with each line that the program prints. */
    readonly onLine?: (stream: "stdout" | "stderr", line: string) => void;
}

/** The end of a program. */
export interface ProgramEnd {
    /** Absent when it ended well, or has logged its errors. */
    readonly error?: string;
    /** True unless it ended well. */
    readonly failed: boolean;
    readonly stdout: string;
    readonly stderr: string;
}

/** A program that runs. */
export interface Program {
    readonly end: Promise<ProgramEnd>;
    readonly child: Child;
}

/** Configuration as the language host hands it over: `{"project:config:key": "value"}`. */
export function configEnvironment(config: StackConfig): Record<string, string> {
    const renamed = Object.entries(config.values).map(([key, value]) => [key.replace(":", ":config:"), value]);
    return {
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(renamed)),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
    };
}

/** Starts the program. @throws ProjectError when the SDK is not installed */
export function startProgram(options: ProgramOptions): Program {
    const { project, stack, config, organization, dryRun, address } = options;
    const args = [
        ...preloads(project.pwd),
        ...project.options.nodeargs,
        resolveSdk("cmd/run", project.pwd),
        "--monitor",
        address,
        "--engine",
        address,
        "--organization",
        organization,
        "--project",
        project.name,
        "--root-directory",
        project.root,
        "--stack",
        stack,
        "--pwd",
        project.pwd,
        ...(dryRun ? ["--dry-run"] : []),
        // Anything above 1 lets the SDK send registrations as soon as their dependencies allow.
        "--parallel",
        "16",
        project.entryPoint,
    ];
    const child = spawnChild(process.execPath, args, {
        cwd: project.pwd,
        env: {
            ...process.env,
            ...configEnvironment(config),
            ...(project.options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
            ...(project.options.tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: project.options.tsconfig }),
            ...options.env,
        },
    });
    const stdout = collect(child.process.stdout!, (line) => options.onLine?.("stdout", line));
    const stderr = collect(child.process.stderr!, (line) => options.onLine?.("stderr", line));
    const end = child.exit.then(
        ({ code, signal }): ProgramEnd => {
            const printed = { stdout: stdout(), stderr: stderr() };
            if (code === 0) {
                return { failed: false, ...printed };
            }
            if (code === ERRORS_WERE_LOGGED) {
                return { failed: true, ...printed };
            }
            const how = signal !== null ? `the program was killed by ${signal}` : `the program exited with code ${code}`;
            const memory = /JavaScript heap out of memory/.test(printed.stderr) ? " (it ran out of memory)" : "";
            const said = printed.stderr.trim();
            return { failed: true, error: `${how}${memory}${said === "" ? "" : `:\n${said}`}`, ...printed };
        },
        (e: Error): ProgramEnd => ({
            failed: true,
            error: `the program could not be started: ${e.message}`,
            stdout: "",
            stderr: "",
        }),
    );
    return { end, child };
}

/** Collects the text of a stream and calls `onLine` with each line. @returns the text so far */
export function collect(stream: NodeJS.ReadableStream, onLine: (line: string) => void): () => string {
    let all = "";
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
        all += chunk;
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        lines.forEach(onLine);
    });
    stream.on("end", () => {
        if (rest !== "") {
            onLine(rest);
        }
    });
    return () => all;
}
