/** The process of a policy pack, started as Pulumi's language host for Node.js starts it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

import type { Level } from "./analyzerMessages";
import { type Child, spawnChild } from "./child";
import { preloads, resolveSdk } from "./preload";
import { collect, configEnvironment } from "./program";
import { type Project, ProjectError, type StackConfig } from "./project";

/** Configuration of policies, as `--policy-pack-config` takes it: a level, or properties and optionally a level. */
export type PolicyConfig = Readonly<
    Record<string, Level | (Readonly<Record<string, unknown>> & { readonly enforcementLevel?: Level })>
>;

export interface AnalyzerOptions {
    /** The folder of PulumiPolicy.yaml. */
    readonly pack: string;
    readonly config?: PolicyConfig;
    readonly project: Project;
    readonly stack: string;
    readonly stackConfig: StackConfig;
    readonly organization: string;
    readonly dryRun: boolean;
    /** The address of the engine. */
    readonly address: string;
}

/** Time limit for the start of a pack, in milliseconds of wall time. */
const START_MILLISECONDS = 60_000;

/** Starts the process of a pack, which prints its port. @throws ProjectError when the folder contains no pack */
export function spawnPack(options: AnalyzerOptions): Child {
    const pack = path.resolve(options.pack);
    const file = path.join(pack, "PulumiPolicy.yaml");
    if (!fs.existsSync(file)) {
        throw new ProjectError(`${pack} holds no PulumiPolicy.yaml: this is not a policy pack`);
    }
    const yaml = (parse(fs.readFileSync(file, "utf8")) ?? {}) as {
        main?: string;
        runtime?: string | { name?: string; options?: { typescript?: boolean } };
    };
    const typescript = typeof yaml.runtime === "object" && yaml.runtime.options?.typescript === false ? "false" : "true";
    const entry = yaml.main === undefined ? pack : path.join(pack, yaml.main);
    return spawnChild(process.execPath, [...preloads(pack), resolveSdk("cmd/run-policy-pack", pack), options.address, entry], {
        cwd: pack,
        env: {
            ...process.env,
            PULUMI_CONFIG: configEnvironment(options.stackConfig)["PULUMI_CONFIG"],
            PULUMI_NODEJS_TYPESCRIPT: typescript,
            PULUMI_NODEJS_ORGANIZATION: options.organization,
            PULUMI_NODEJS_PROJECT: options.project.name,
            PULUMI_NODEJS_STACK: options.stack,
            PULUMI_NODEJS_DRY_RUN: String(options.dryRun),
        },
    });
}

/** @returns the first line that the pack prints @throws ProjectError when it ends before that, or exceeds the time limit */
export function firstLine(child: Child, errors: () => string): Promise<string> {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
            reject(new ProjectError(`the policy pack did not start within ${START_MILLISECONDS / 1000} s:\n${errors().trim()}`));
        }, START_MILLISECONDS);
        collect(child.process.stdout!, (line) => {
            clearTimeout(timer);
            resolve(line.trim());
        });
        child.exit.then(
            ({ code, signal }) => {
                clearTimeout(timer);
                reject(
                    new ProjectError(
                        `the policy pack ended (${signal ?? `code ${code}`}) before it was ready:\n${errors().trim()}`,
                    ),
                );
            },
            (e: Error) => reject(e),
        );
    });
}
