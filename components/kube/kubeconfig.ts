/** The cluster and its connection: the kubeconfig, read as kubectl and Pulumi's provider read it. */
import type { Cluster, Context, KubeConfig, User } from "@kubernetes/client-node";
import { spawn, type SpawnOptions } from "node:child_process";
import * as fs from "node:fs";
import type { RequestOptions } from "node:https";
import * as os from "node:os";
import * as path from "node:path";

import { didYouMean } from "../../catalogue/nearest";
import { KubeError } from "./objects";
import { defaultTimeOuts } from "./timeOuts";

/** A cluster of a kubeconfig, as far as TLS is concerned. */
export interface ClusterAccess {
    readonly name: string;
    readonly server: string;
    readonly tlsServerName?: string | undefined;
    readonly skipTLSVerify?: boolean | undefined;
}

/** The connection by which requests are sent to a cluster. */
export interface Access {
    /** As the kubeconfig has it. */
    readonly cluster: ClusterAccess;
    readonly server: URL;
    /** Agent, certificates and headers; they hold what logs in: never print them. */
    readonly options: RequestOptions;
    /** Its origin, in words: `context "prod" of /home/ann/.kube/config`. */
    readonly place: string;
}

/** One kubeconfig: a file, or its content. */
interface Source {
    /** As messages name it. */
    readonly name: string;
    /** The content, where that is given instead of a file. */
    readonly text?: string;
}

/** A context of the kubeconfig with what it names. */
interface Chosen {
    readonly config: KubeConfig;
    readonly cluster: Cluster;
    readonly place: string;
}

/** The place of the login of a pod in the cluster itself. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/**
 * Whether this process runs in a pod that may log in to its cluster: other machines may have a file at that place, without an address.
 * Source: kubernetes/client-go@v0.34.1:rest/config.go (InClusterConfig)
 */
export function isInPod(env: NodeJS.ProcessEnv = process.env, token = SERVICE_ACCOUNT): boolean {
    return (env["KUBERNETES_SERVICE_HOST"] ?? "") !== "" && (env["KUBERNETES_SERVICE_PORT"] ?? "") !== "" && fs.existsSync(token);
}

/**
 * Finds the cluster of a context.
 *
 * @param context Default: the current one
 * @param kubeconfig file or content, as Pulumi's provider takes them. Default: the files that KUBECONFIG lists, else ~/.kube/config,
 * else the service account of this pod
 * @throws KubeError with what is missing, where it was looked for, and what to do
 */
async function chosenCluster(context?: string, kubeconfig?: string): Promise<Chosen> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const { sources, named } = sourcesOf(kubeconfig);
    const config = new KubeConfig();
    if (sources.every(({ name }) => name === os.devNull)) {
        // A plan runs the program that way, so that it finds no cluster that its user happens to be logged in to.
        throw new KubeError(
            "KUBECONFIG is the null device, as in a plan, so the program connects to no cluster; otherwise, set it to a kubeconfig",
            0,
        );
    }
    const there = sources.filter(({ name, text }) => text !== undefined || fs.existsSync(name));
    const where = sources.map(({ name }) => name).join(" and ");
    if (there.length === 0) {
        if (!named && isInPod()) {
            config.loadFromCluster();
            return { config, cluster: config.getCurrentCluster()!, place: "the service account of this pod" };
        }
        throw new KubeError(
            `there is no kubeconfig: ${named ? "" : "KUBECONFIG is not set, and "}${where} ${sources.length === 1 ? "does" : "do"} not exist` +
                `${context === undefined ? "" : ` (context ${JSON.stringify(context)} was requested)`}; log in (oc login), or set KUBECONFIG to a kubeconfig`,
            0,
        );
    }
    config.loadFromOptions(merged(there.map((source) => read(new KubeConfig(), source, "filter"))));
    const wanted = context ?? (config.getCurrentContext() || undefined);
    const place = `context ${JSON.stringify(wanted)} of ${where}`;
    try {
        return { config, cluster: clusterOf(config, wanted, where, place), place };
    } catch (error) {
        // The missing part may be in an entry that was left out because it is wrong: that is told too.
        const wrong = there.flatMap((source) => problemOf(new KubeConfig(), source));
        throw wrong.length === 0 ? error : new KubeError(`${(error as Error).message} (${wrong.join("; ")})`, 0);
    }
}

/**
 * The same with its login. It may run the program that the kubeconfig names for that.
 *
 * @param logIn milliseconds after which that program is ended
 * @throws KubeError
 */
export async function accessOf(context?: string, kubeconfig?: string, logIn = defaultTimeOuts.logIn): Promise<Access> {
    const { config, cluster, place } = await chosenCluster(context, kubeconfig);
    const wrong = (problem: string): KubeError => new KubeError(`${place}: ${problem}; log in again (oc login)`, 0);
    if (!URL.canParse(cluster.server) || !/^https?:/.test(cluster.server)) {
        throw wrong(`server ${JSON.stringify(cluster.server)} is not an https address`);
    }
    const server = new URL(cluster.server);
    if (server.protocol === "http:" && !cluster.skipTLSVerify) {
        throw wrong(`server ${cluster.server} is not https, so the credentials would be sent unencrypted`);
    }
    const options: RequestOptions = {};
    try {
        await within(logIn, config, options);
    } catch (error) {
        // A file that it names, or a program that logs in.
        throw wrong((error as Error).message.split("\n")[0]!);
    }
    if (server.protocol === "http:") {
        delete options.agent;
    }
    return { cluster, server, options, place };
}

/** Logs in. Neither client-node nor client-go gives the program of a kubeconfig a time to end by. */
async function within(milliseconds: number, config: KubeConfig, options: RequestOptions): Promise<void> {
    // The authenticators are private; each that starts a program has the function that it starts it with.
    const { authenticators = [] } = config as unknown as { authenticators?: { execFn?: unknown }[] };
    for (const authenticator of authenticators) {
        if (authenticator.execFn !== undefined) {
            authenticator.execFn = (command: string, args: readonly string[] = [], of: SpawnOptions = {}) =>
                spawn(command, args, { ...of, timeout: milliseconds, killSignal: "SIGKILL" });
        }
    }
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
        const late = (): void => reject(new Error(`no login within ${milliseconds / 1000} s`));
        timer = setTimeout(late, milliseconds);
    });
    try {
        await Promise.race([config.applyToHTTPSOptions(options), overdue]);
    } finally {
        clearTimeout(timer);
    }
}

/** Matches the text of a kubeconfig, given in place of a file (pulumi/pulumi-kubernetes@94977969d:provider/pkg/provider/util.go). */
const CONTENT = /\n|^\s*\{/;

/** @returns the kubeconfigs, and whether somebody has named them */
function sourcesOf(kubeconfig: string | undefined): { readonly sources: readonly Source[]; readonly named: boolean } {
    const home = process.env["HOME"] ?? os.homedir();
    if (kubeconfig !== undefined && kubeconfig !== "") {
        const file = kubeconfig.replace(/^~(?=$|\/)/, home);
        return {
            sources: [
                CONTENT.test(file) && !fs.existsSync(file)
                    ? { name: "the kubeconfig given as text", text: file }
                    : { name: file },
            ],
            named: true,
        };
    }
    const files = (process.env["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "");
    return files.length > 0
        ? { sources: files.map((name) => ({ name })), named: true }
        : { sources: [{ name: path.join(home, ".kube", "config") }], named: false };
}

/** @param onInvalidEntry what becomes of an entry that is wrong: left out, as other contexts do not need it, or told */
function read(config: KubeConfig, source: Source, onInvalidEntry: "filter" | "throw"): KubeConfig {
    const called = source.text === undefined ? `the kubeconfig ${source.name}` : source.name;
    const wrong = (problem: string): KubeError =>
        new KubeError(`${called} ${problem}; log in (oc login), or set KUBECONFIG to another`, 0);
    let text: string;
    try {
        text = source.text ?? fs.readFileSync(source.name, "utf8");
    } catch (error) {
        throw wrong(`cannot be read (${(error as NodeJS.ErrnoException).code ?? "unreadable"})`);
    }
    if (text.trim() === "") {
        throw wrong("is empty");
    }
    try {
        config.loadFromString(text, { onInvalidEntry });
    } catch (error) {
        // Of what the parser says no more than this: it quotes the file, and with it tokens.
        const { name, reason, mark, message } = error as Error & { reason?: string; mark?: { line: number } };
        if (name === "YAMLException") {
            throw wrong(`is no YAML (line ${(mark?.line ?? 0) + 1}: ${reason ?? "unreadable"})`);
        }
        throw wrong(error instanceof TypeError ? "has no content of a kubeconfig" : `is wrong: ${message}`);
    }
    config.makePathsAbsolute(source.text === undefined ? path.dirname(path.resolve(source.name)) : process.cwd());
    return config;
}

/** The problems of an entry of a kubeconfig. */
function problemOf(config: KubeConfig, source: Source): string[] {
    try {
        read(config, source, "throw");
        return [];
    } catch (error) {
        return [(error as Error).message.replace(/; .*/, "")];
    }
}

/** Of what several files name, the first counts, as for kubectl. */
function merged(configs: readonly KubeConfig[]): {
    clusters: Cluster[];
    contexts: Context[];
    users: User[];
    currentContext: string;
} {
    const first = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
        all.filter(({ name }, at) => all.findIndex((other) => other.name === name) === at);
    return {
        clusters: first(configs.flatMap((config) => config.getClusters())),
        contexts: first(configs.flatMap((config) => config.getContexts())),
        users: first(configs.flatMap((config) => config.getUsers())),
        currentContext: configs.map((config) => config.getCurrentContext()).find(Boolean) ?? "",
    };
}

/** Makes a context the current one. @param place what it is called in messages @throws KubeError when something of it does not exist */
function clusterOf(config: KubeConfig, context: string | undefined, where: string, place: string): Cluster {
    const names = config.getContexts().map(({ name }) => name);
    const known = names.length === 0 ? "it has none" : `it has ${names.map((name) => JSON.stringify(name)).join(", ")}`;
    const choose = "choose one (oc config use-context, or cluster.context in the stack file), or log in (oc login)";
    if (context === undefined) {
        throw new KubeError(`${where} names no current context; ${known}: ${choose}`, 0);
    }
    const found = config.getContexts().find(({ name }) => name === context);
    if (found === undefined) {
        const meant = didYouMean(context, names);
        throw new KubeError(`there is no context ${JSON.stringify(context)} in ${where}; ${known}${meant}: ${choose}`, 0);
    }
    config.setCurrentContext(context);
    const cluster = config.getCluster(found.cluster);
    const missing = [
        ...(cluster === null ? [`cluster ${JSON.stringify(found.cluster)}`] : []),
        ...(config.getUser(found.user) === null ? [`user ${JSON.stringify(found.user)}`] : []),
    ];
    if (missing.length > 0) {
        throw new KubeError(`${place} names ${missing.join(" and ")}, which do not exist; log in again (oc login)`, 0);
    }
    return cluster!;
}
