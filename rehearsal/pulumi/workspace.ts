/** A copy of the project in which the real engine can write without leaving anything behind. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { readProject, readStackConfig } from "../engine/project";
import { parse, stringify } from "yaml";

/** Left out of the copy: the engine needs no such file, or gets one that is written for it. */
const NOT_LINKED = new Set(["Pulumi.yaml", ".git"]);
/** The folder of the stack file in the copy. */
const STACK_FILES = ".rehearsed-stacks";
/** Environment variables that the engine, its plugins and npm need; none holds credentials of the user. */
const PASSED_ON = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "LANG",
    "LC_ALL",
    "TZ",
    "USER",
    "LOGNAME",
    "SHELL",
    "CI",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "XDG_CACHE_HOME",
];

export interface Workspace {
    /** Contains everything; its creator removes it. */
    readonly folder: string;
    /** The folder in which the engine finds Pulumi.yaml: everything but the stack files is a link into the project. */
    readonly project: string;
    /** The whole environment of the engine. */
    readonly env: Readonly<Record<string, string>>;
    /** Changes the configuration of the stack: the whole of it. */
    writeConfig(values: Readonly<Record<string, string>>): void;
}

/**
 * Makes a workspace: the project's files as links, a stack file without secrets, a folder for state, an engine home of
 * its own (plugins are shared with the user's) and a random passphrase.
 *
 * @param kubeconfig the cluster that the program may reach
 * @param more variables beside those that are passed on
 * @throws ProjectError when the project or the stack file cannot be read
 */
export function makeWorkspace(
    projectDir: string,
    stack: string,
    kubeconfig: string,
    env: NodeJS.ProcessEnv = process.env,
    more: Readonly<Record<string, string>> = {},
): Workspace {
    const source = readProject(projectDir);
    const config = readStackConfig(source, stack);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-pulumi-"));
    const project = path.join(folder, "project");
    const [state, home] = [path.join(folder, "state"), path.join(folder, "home")];
    for (const made of [project, path.join(project, STACK_FILES), state, home]) {
        fs.mkdirSync(made);
    }
    for (const name of fs.readdirSync(source.root).filter((n) => !NOT_LINKED.has(n))) {
        fs.symlinkSync(path.join(source.root, name), path.join(project, name));
    }
    linkPlugins(home, env);
    const yaml = parse(fs.readFileSync(path.join(source.root, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
    delete yaml["backend"];
    fs.writeFileSync(path.join(project, "Pulumi.yaml"), stringify({ ...yaml, stackConfigDir: STACK_FILES }));
    const writeConfig = (values: Readonly<Record<string, string>>): void => {
        const written = path.join(project, STACK_FILES, `Pulumi.${stack}.yaml`);
        const before = fs.existsSync(written) ? (parse(fs.readFileSync(written, "utf8")) as Record<string, unknown>) : {};
        fs.writeFileSync(
            written,
            stringify({ ...before, config: Object.fromEntries(Object.entries(values).map(([k, v]) => [k, structured(v)])) }),
        );
    };
    writeConfig(config.values);
    const passed = Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
    return {
        folder,
        project,
        writeConfig,
        env: {
            ...passed,
            KUBECONFIG: kubeconfig,
            PULUMI_HOME: home,
            PULUMI_BACKEND_URL: `file://${state}`,
            PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
            PULUMI_SKIP_UPDATE_CHECK: "true",
            // Requests to a cloud find no way to the user's account.
            AWS_EC2_METADATA_DISABLED: "true",
            AWS_CONFIG_FILE: path.join(home, "aws-config"),
            AWS_SHARED_CREDENTIALS_FILE: path.join(home, "aws-credentials"),
            ...more,
        },
    };
}

/** Objects and lists are written as such: the engine reads them back as it reads the user's own file. */
function structured(value: string): unknown {
    if (/^\s*[[{]/.test(value)) {
        try {
            return JSON.parse(value) as unknown;
        } catch {
            // Text that merely looks like it.
        }
    }
    return value;
}

function linkPlugins(home: string, env: NodeJS.ProcessEnv): void {
    const shared = path.join(env["PULUMI_HOME"] ?? path.join(env["HOME"] ?? os.homedir(), ".pulumi"), "plugins");
    fs.mkdirSync(shared, { recursive: true });
    fs.symlinkSync(shared, path.join(home, "plugins"));
}
