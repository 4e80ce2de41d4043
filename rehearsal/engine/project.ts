/** The project and stack files, read as Pulumi reads them. */
import * as fs from "node:fs";
import * as path from "node:path";

import { didYouMean } from "../../catalogue/nearest";
import { parseAsPulumi } from "./goYaml";

/** A mistake of the user: a file that is missing or unreadable, a stack that does not exist. */
export class ProjectError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "ProjectError";
    }
}

/** The fields of Pulumi.yaml that running the program needs. */
export interface Project {
    readonly name: string;
    /** The folder of Pulumi.yaml. */
    readonly root: string;
    /** The folder that the program runs in. */
    readonly pwd: string;
    /** The file or folder that is run, relative to `pwd`. */
    readonly entryPoint: string;
    /** The folder of the stack files. */
    readonly stackDir: string;
    /** `runtime.options`. */
    readonly options: { readonly typescript: boolean; readonly nodeargs: readonly string[]; readonly tsconfig?: string };
    /** Defaults of configuration that the project gives. */
    readonly config: StackConfig;
}

/** The configuration of one stack. */
export interface StackConfig {
    /** By `namespace:key`; objects are JSON text. */
    readonly values: Readonly<Record<string, string>>;
    readonly secretKeys: readonly string[];
}

type Yaml = Record<string, unknown>;

function readYaml(file: string): unknown {
    try {
        return parseAsPulumi(fs.readFileSync(file, "utf8"));
    } catch (e) {
        throw new ProjectError(`${file} is not YAML: ${(e as Error).message.trim()}`);
    }
}

/**
 * Reads Pulumi.yaml.
 *
 * @throws ProjectError when it is missing, empty or not YAML, or when its program is not written for Node.js
 */
export function readProject(projectDir: string): Project {
    const root = path.resolve(projectDir);
    const file = path.join(root, "Pulumi.yaml");
    if (!fs.existsSync(file)) {
        throw new ProjectError(`${root} holds no Pulumi.yaml: this is not a Pulumi project`);
    }
    const yaml = readYaml(file);
    if (typeof yaml !== "object" || yaml === null || typeof (yaml as Yaml)["name"] !== "string") {
        throw new ProjectError(`${file} gives the project no name`);
    }
    const { name, runtime, main, stackConfigDir, config } = yaml as Yaml & { name: string };
    const runtimeName = typeof runtime === "string" ? runtime : (runtime as Yaml | undefined)?.["name"];
    if (runtimeName !== "nodejs") {
        throw new ProjectError(`${file}: runtime is ${JSON.stringify(runtimeName)}; only nodejs programs can be run here`);
    }
    const options = ((runtime as Yaml)["options"] ?? {}) as Yaml;
    const program = path.resolve(root, typeof main === "string" ? main : ".");
    if (!fs.existsSync(program)) {
        throw new ProjectError(`${file}: main is ${String(main)}, which does not exist`);
    }
    const isFolder = fs.statSync(program).isDirectory();
    return {
        name,
        root,
        pwd: isFolder ? program : path.dirname(program),
        entryPoint: isFolder ? "." : path.basename(program),
        stackDir: path.resolve(root, typeof stackConfigDir === "string" ? stackConfigDir : "."),
        options: {
            typescript: options["typescript"] !== false,
            nodeargs: typeof options["nodeargs"] === "string" ? options["nodeargs"].split(/\s+/).filter(Boolean) : [],
            ...(typeof options["tsconfig"] === "string" && { tsconfig: options["tsconfig"] }),
        },
        config: configOf(name, projectDefaults(config), file),
    };
}

/** `config:` of Pulumi.yaml holds values, or declarations with a default. */
function projectDefaults(config: unknown): Yaml {
    const result: Yaml = {};
    for (const [key, entry] of Object.entries((config ?? {}) as Yaml)) {
        const declared = typeof entry === "object" && entry !== null ? (entry as Yaml) : { value: entry };
        const value = declared["value"] ?? declared["default"];
        if (value !== undefined && value !== null) {
            result[key] = value;
        }
    }
    return result;
}

/** The stacks that have a file, sorted. */
export function stacksOf(project: Project): string[] {
    if (!fs.existsSync(project.stackDir)) {
        return [];
    }
    return fs
        .readdirSync(project.stackDir)
        .flatMap((f) => /^Pulumi\.(.+)\.yaml$/.exec(f)?.[1] ?? [])
        .sort();
}

/**
 * Reads the configuration of a stack.
 *
 * Values that are encrypted cannot be read without the stack's secrets provider: the program gets `[secret]`
 * for them, marked as secret.
 *
 * @throws ProjectError when there is no such stack (naming the nearest), or its file is empty or not YAML
 */
export function readStackConfig(project: Project, stack: string): StackConfig {
    const file = path.join(project.stackDir, `Pulumi.${stack}.yaml`);
    const stacks = stacksOf(project);
    if (!stacks.includes(stack)) {
        const near = didYouMean(stack, stacks);
        throw new ProjectError(
            `there is no stack ${JSON.stringify(stack)}${near === "" ? "." : near}` +
                (stacks.length > 0
                    ? ` The stacks of ${project.name} are ${stacks.join(", ")}.`
                    : ` ${project.stackDir} holds no file Pulumi.<stack>.yaml.`),
        );
    }
    const yaml = readYaml(file);
    if (yaml === null || yaml === undefined) {
        throw new ProjectError(`${file} is empty: a stack file begins with \`config:\``);
    }
    if (typeof yaml !== "object" || Array.isArray(yaml)) {
        throw new ProjectError(`${file} does not hold a map: a stack file begins with \`config:\``);
    }
    const config = (yaml as Yaml)["config"] ?? {};
    if (typeof config !== "object" || Array.isArray(config)) {
        throw new ProjectError(`${file}: config must be a map of \`project:key\` to values`);
    }
    const own = configOf(project.name, config as Yaml, file);
    return {
        values: { ...project.config.values, ...own.values },
        secretKeys: [...new Set([...project.config.secretKeys, ...own.secretKeys])].sort(),
    };
}

function configOf(projectName: string, config: Yaml, file: string): StackConfig {
    const values: Record<string, string> = {};
    const secretKeys: string[] = [];
    for (const [written, value] of Object.entries(config)) {
        const parts = written.split(":");
        const key =
            parts.length === 1
                ? `${projectName}:${written}`
                : parts.length === 3 && parts[1] === "config"
                  ? `${parts[0]}:${parts[2]}`
                  : written;
        if (key.split(":").length !== 2) {
            throw new ProjectError(
                `${file}: ${JSON.stringify(written)} is not a configuration key, which has the form project:key`,
            );
        }
        const clear = withoutSecrets(value);
        if (clear.secret) {
            secretKeys.push(key);
        }
        values[key] =
            typeof clear.value === "object" && clear.value !== null ? json(clear.value, file) : String(clear.value ?? "");
    }
    return { values, secretKeys };
}

function json(value: object, file: string): string {
    return JSON.stringify(value, (_key, part: unknown) => {
        if (typeof part === "number" && !Number.isFinite(part)) {
            throw new ProjectError(
                `${file} has the number ${part}, which Pulumi's configuration cannot hold; quote it if it is a text`,
            );
        }
        return part;
    });
}

function withoutSecrets(value: unknown): { value: unknown; secret: boolean } {
    if (Array.isArray(value)) {
        const items = value.map(withoutSecrets);
        return { value: items.map((i) => i.value), secret: items.some((i) => i.secret) };
    }
    if (typeof value === "object" && value !== null) {
        const keys = Object.keys(value);
        if (keys.length === 1 && keys[0] === "secure" && typeof (value as Yaml)["secure"] === "string") {
            return { value: "[secret]", secret: true };
        }
        const items = Object.entries(value).map(([k, v]) => [k, withoutSecrets(v)] as const);
        return { value: Object.fromEntries(items.map(([k, v]) => [k, v.value])), secret: items.some(([, v]) => v.secret) };
    }
    return { value, secret: false };
}
