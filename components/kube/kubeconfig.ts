/** Which cluster is meant, and how it is reached: the kubeconfig, read as kubectl and Pulumi's provider read it. */
import type { Cluster, Context, KubeConfig, User } from "@kubernetes/client-node";
import * as fs from "node:fs";
import type { RequestOptions } from "node:https";
import * as os from "node:os";
import * as path from "node:path";

import { didYouMean } from "../../catalogue/nearest";
import { KubeError } from "./objects";

/** A cluster of a kubeconfig, as far as TLS is concerned. */
export interface ClusterAccess {
    readonly name: string;
    readonly server: string;
    readonly tlsServerName?: string | undefined;
    readonly skipTLSVerify?: boolean | undefined;
}

/** What it takes to send requests to a cluster. */
export interface Access {
    /** As the kubeconfig has it. */
    readonly cluster: ClusterAccess;
    readonly server: URL;
    /** Agent, certificates and headers; they hold what logs in: never print them. */
    readonly options: RequestOptions;
    /** Where that is from, in words: `context "prod" of /home/ann/.kube/config`. */
    readonly place: string;
}

/** A context of the kubeconfig with what it names. */
interface Chosen {
    readonly config: KubeConfig;
    readonly cluster: Cluster;
    readonly place: string;
}

/** Where a pod of the cluster itself finds its login. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/**
 * Finds the cluster of a context.
 *
 * @param context Default: the current one
 * @param kubeconfig file. Default: those that KUBECONFIG lists, else ~/.kube/config, else the service account of this pod
 * @throws KubeError with what is missing, where it was looked for, and what to do
 */
async function chosenCluster(context?: string, kubeconfig?: string): Promise<Chosen> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const { files, named } = filesOf(kubeconfig);
    const config = new KubeConfig();
    if (files.every((file) => file === os.devNull)) {
        // A plan runs the program that way, so that it finds no cluster that its user happens to be logged in to.
        throw new KubeError(
            "KUBECONFIG is the null device, as in a plan, so no cluster is asked; elsewhere, set it to a kubeconfig",
            0,
        );
    }
    const there = files.filter((file) => fs.existsSync(file));
    const where = files.join(" and ");
    if (there.length === 0) {
        if (!named && fs.existsSync(SERVICE_ACCOUNT)) {
            config.loadFromCluster();
            return { config, cluster: config.getCurrentCluster()!, place: "the service account of this pod" };
        }
        throw new KubeError(
            `there is no kubeconfig: ${named ? "" : "KUBECONFIG is not set, and "}${where} ${files.length === 1 ? "does" : "do"} not exist` +
                `${context === undefined ? "" : ` (context ${JSON.stringify(context)} was asked for)`}; log in (oc login), or set KUBECONFIG to a kubeconfig`,
            0,
        );
    }
    config.loadFromOptions(merged(there.map((file) => read(new KubeConfig(), file, "filter"))));
    const wanted = context ?? (config.getCurrentContext() || undefined);
    const place = `context ${JSON.stringify(wanted)} of ${where}`;
    try {
        return { config, cluster: clusterOf(config, wanted, where, place), place };
    } catch (error) {
        // What is missing may be in an entry that was left out because it is wrong: that is told too.
        const wrong = there.flatMap((file) => problemOf(new KubeConfig(), file));
        throw wrong.length === 0 ? error : new KubeError(`${(error as Error).message} (${wrong.join("; ")})`, 0);
    }
}

/** The same with its login. It may run the program that the kubeconfig names for that. @throws KubeError */
export async function accessOf(context?: string, kubeconfig?: string): Promise<Access> {
    const { config, cluster, place } = await chosenCluster(context, kubeconfig);
    const wrong = (problem: string): KubeError => new KubeError(`${place}: ${problem}; log in again (oc login)`, 0);
    if (!URL.canParse(cluster.server) || !/^https?:/.test(cluster.server)) {
        throw wrong(`server ${JSON.stringify(cluster.server)} is no https address`);
    }
    const server = new URL(cluster.server);
    if (server.protocol === "http:" && !cluster.skipTLSVerify) {
        throw wrong(`server ${cluster.server} is not https, and would be sent the login in the clear`);
    }
    const options: RequestOptions = {};
    try {
        await config.applyToHTTPSOptions(options);
    } catch (error) {
        // A file that it names, or a program that logs in.
        throw wrong((error as Error).message.split("\n")[0]!);
    }
    if (server.protocol === "http:") {
        delete options.agent;
    }
    return { cluster, server, options, place };
}

/** @returns the files, and whether somebody has named them */
function filesOf(kubeconfig: string | undefined): { readonly files: readonly string[]; readonly named: boolean } {
    const named = kubeconfig === undefined ? (process.env["KUBECONFIG"] ?? "").split(path.delimiter) : [kubeconfig];
    const files = named.filter((file) => file !== "");
    return files.length > 0
        ? { files, named: true }
        : { files: [path.join(process.env["HOME"] ?? os.homedir(), ".kube", "config")], named: false };
}

/** @param onInvalidEntry what becomes of an entry that is wrong: left out, as other contexts do not need it, or told */
function read(config: KubeConfig, file: string, onInvalidEntry: "filter" | "throw"): KubeConfig {
    const wrong = (problem: string): KubeError =>
        new KubeError(`the kubeconfig ${file} ${problem}; log in (oc login), or set KUBECONFIG to another`, 0);
    let text: string;
    try {
        text = fs.readFileSync(file, "utf8");
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
        throw wrong(error instanceof TypeError ? "has nothing in it that a kubeconfig has" : `is wrong: ${message}`);
    }
    config.makePathsAbsolute(path.dirname(path.resolve(file)));
    return config;
}

/** What is wrong with an entry of a file. */
function problemOf(config: KubeConfig, file: string): string[] {
    try {
        read(config, file, "throw");
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

/** Makes a context the current one. @param place what it is called in messages @throws KubeError when something of it is not there */
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
        throw new KubeError(`${place} names ${missing.join(" and ")}, which is not there; log in again (oc login)`, 0);
    }
    return cluster!;
}
