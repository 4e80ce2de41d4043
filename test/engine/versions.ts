/** The versions of what a recording was made with. */
import { spawn } from "node:child_process";
import * as readline from "node:readline";

import * as grpc from "@grpc/grpc-js";

import { KUBERNETES_VERSION } from "../../rehearsal/apiserver/versions";
import type { PulumiCli } from "../../rehearsal/pulumi/find";

export interface Versions {
    readonly pulumi: string;
    readonly "pulumi-resource-kubernetes": string;
    readonly "pulumi-resource-random": string;
    readonly "@pulumi/pulumi": string;
    readonly "@pulumi/kubernetes": string;
    readonly "@pulumi/random": string;
    readonly "@pulumi/policy": string;
    readonly "kube-apiserver": string;
}

/** Asks the engine and the providers on PATH; a provider that the engine has installed itself is of its SDK's version. */
export async function versionsOf(cli: PulumiCli): Promise<Versions> {
    const sdk = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
    return {
        pulumi: cli.version,
        "pulumi-resource-kubernetes": (await providerVersion("pulumi-resource-kubernetes")) ?? sdk("@pulumi/kubernetes"),
        "pulumi-resource-random": (await providerVersion("pulumi-resource-random")) ?? sdk("@pulumi/random"),
        "@pulumi/pulumi": sdk("@pulumi/pulumi"),
        "@pulumi/kubernetes": sdk("@pulumi/kubernetes"),
        "@pulumi/random": sdk("@pulumi/random"),
        "@pulumi/policy": sdk("@pulumi/policy"),
        "kube-apiserver": KUBERNETES_VERSION,
    };
}

/** @returns undefined when there is no such program on PATH */
function providerVersion(command: string): Promise<string | undefined> {
    return new Promise((resolve) => {
        const provider = spawn(command, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
        const done = (version?: string): void => {
            provider.kill();
            resolve(version);
        };
        provider.once("error", () => resolve(undefined));
        provider.once("exit", () => resolve(undefined));
        // Its first line is the port on which it listens.
        readline.createInterface(provider.stdout).once("line", (port) => {
            const client = new grpc.Client(`127.0.0.1:${port.trim()}`, grpc.credentials.createInsecure());
            const messages = require("@pulumi/pulumi/proto/plugin_pb") as typeof import("@pulumi/pulumi/proto/plugin_pb");
            client.makeUnaryRequest(
                "/pulumirpc.ResourceProvider/GetPluginInfo",
                () => Buffer.alloc(0),
                (bytes: Buffer) => messages.PluginInfo.deserializeBinary(bytes),
                {},
                (error, info) => {
                    client.close();
                    done(error === null ? info?.getVersion() : undefined);
                },
            );
        });
    });
}
