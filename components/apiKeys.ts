/** The program that makes API keys with the tokens of ServiceAccounts, as a Job runs it: for workspaces, and for the proxies of LiteMaaS. */
import { createHash } from "node:crypto";

import type * as inputs from "@pulumi/kubernetes/types/input";

import { KEY_ANNOTATIONS } from "../catalogue/workspaces/names";
import { BUNDLE } from "./authorities";
import { programFiles, type ProgramFiles, SEND } from "./programFiles";

const SCRIPT = "createKeys.mjs";
const ATTEMPTS = 6;
const FIRST_WAIT_SECONDS = 2;
const TIMEOUT_SECONDS = 30;

/** A run ends before the Job is waited for no longer; one that cannot begin makes room for the next. */
export const RUN_SECONDS = 25 * 60;

/** The program, and what it imports, by the names of its files: they are in one folder. */
export const KEY_PROGRAM: ProgramFiles = programFiles(SCRIPT, SEND);

/** The holder of a key: a ServiceAccount of the namespace, which has the subscription. */
export interface KeyHolder {
    readonly namespace: string;
    readonly subscription: string;
    /** Address of the MaaS API: https://maas.<domain>/maas-api. */
    readonly api: string;
}

/** The keys that the program makes. */
export interface KeyProgramArgs {
    /** The noun for holders of keys, for the description of the key and for the count in the log. */
    readonly holder: readonly [one: string, many: string];
    /** The ServiceAccount that keys belong to, in each namespace. */
    readonly account: string;
    /** The Secret that receives the key, and its key. */
    readonly secret: string;
    readonly variable: string;
    /** Name of the keys; others of the same account stay. */
    readonly keyName: string;
    /** Keys, or on a release without them tokens. */
    readonly credential: "key" | "token";
    readonly days: number;
    readonly renewDays: number;
    readonly tokenHours: number;
    readonly minTlsVersion: string;
    /** The number of keys that are handled at once. */
    readonly concurrency: number;
    readonly holders: readonly KeyHolder[];
}

/** The configuration that the program reads: its type Config. */
export function keyProgramConfig({ holder: [one, many], holders, ...args }: KeyProgramArgs) {
    return {
        holder: one,
        holders: many,
        ...args,
        attempts: ATTEMPTS,
        firstWaitSeconds: FIRST_WAIT_SECONDS,
        timeoutSeconds: TIMEOUT_SECONDS,
        annotations: KEY_ANNOTATIONS,
        workspaces: holders,
    };
}

/** The text of the same, for a ConfigMap. */
export function keyProgramText(config: ReturnType<typeof keyProgramConfig>): string {
    return `${JSON.stringify(config, undefined, 1)}\n`;
}

/** The end of a Job's name, which changes with what the Job would do. */
export function hashOf(...parts: readonly string[]): string {
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 10);
}

/** The pod that runs the program. */
export interface KeyPodArgs {
    readonly image: string;
    /** ServiceAccount with which it asks the Kubernetes API. */
    readonly account: string;
    /** ConfigMap with {@link KEY_PROGRAM} and config.json. */
    readonly files: string;
    /** ConfigMap with the authorities of the gateway. */
    readonly trust: string;
    /** The file that is run. Default: the program itself. */
    readonly script?: string;
}

/** The pod of a Job that runs the program. */
export function keyPod({ image, account, files, trust, script = SCRIPT }: KeyPodArgs) {
    return {
        serviceAccountName: account,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
            {
                name: "keys",
                image,
                command: ["node", `/config/${script}`],
                env: [
                    { name: "KEYS_CONFIG", value: "/config/config.json" },
                    { name: "TRUSTED_CA", value: `/trust/${BUNDLE}` },
                ],
                resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
                securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                },
                volumeMounts: [
                    { name: "config", mountPath: "/config", readOnly: true },
                    { name: "trust", mountPath: "/trust", readOnly: true },
                ],
            },
        ],
        volumes: [
            { name: "config", configMap: { name: files } },
            { name: "trust", configMap: { name: trust } },
        ],
        restartPolicy: "Never",
    } satisfies inputs.core.v1.PodSpec;
}
