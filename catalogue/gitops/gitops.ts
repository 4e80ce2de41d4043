/** The parts of a plan under GitOps: the gates that a Job can wait for, and the steps that a person takes in place of the rest. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { HTPASSWD_KEY } from "../identity";
import { KEYS_CONNECTION } from "../keysDatabase";
import argoCd from "./argoCd.json";
import gateData from "./gates.json";
import hookData from "./hooks.json";
import outside from "./outside.json";

/** A rule of a ClusterRole. */
export interface Right {
    readonly group: string;
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

/** A gate that a Job can wait for: a script for `bash`, which finds the record's data in variables of the same names. */
export interface ScriptedGate extends Partial<Instead> {
    /** Runs in the wave of what it waits for, which becomes healthy by what the script does: it approves InstallPlans. */
    readonly beside?: boolean;
    /** Keys of the record that the script needs, and those that may be missing. */
    readonly needs: readonly string[];
    readonly optional: readonly string[];
    /** Rights of the Job; in addition, `object` of the record may be read. */
    readonly rights: readonly Right[];
    readonly script: readonly string[];
}

/** A step that only the program takes, and what a person does instead. `${a|b}` stands for the first of these values that exists. */
export interface Instead {
    readonly does: string;
    readonly instead: string;
}

/** Gates by the value of their label. A kind of gate that is not here is told by its name alone. */
export const gates: Readonly<Record<string, ScriptedGate | Instead>> = gateData;

/** Hooks of resources that are no gates, by a pattern of their name. Those that do nothing have an empty text. */
const hooks: readonly (Instead & { readonly hook: string })[] = hookData;

/** Finds what is said of a hook. */
export function insteadOfHook(name: string): Instead {
    return hooks.find(({ hook }) => new RegExp(hook).test(name)) ?? { does: name, instead: "do it by hand" };
}

/** The step by hand that stands for a resource of another provider than Kubernetes. */
export function insteadOfType(type: string): string {
    const exact = (outside as Readonly<Record<string, string>>)[type];
    const family = (outside as Readonly<Record<string, string>>)[`${type.split(":")[0]!}:*`];
    return exact ?? family ?? "create it with a tool of your own: `maas plan ${stack} --json -` shows its settings";
}

/** Whether Argo CD judges the health of a kind without a check of ours. Source: `source` of argoCd.json. */
export function argoCdJudges(group: string, kind: string): boolean {
    return argoCd.judges.includes(`${group}/${kind}`);
}

/** The annotation by which the check of {@link readyCheck} judges: an expression a line, as `oc wait --for` takes them. */
export const READY_WHEN = "maas-platform.io/ready-when";

/** The health check of kinds that Argo CD does not know, in Lua 5.1 as Argo CD runs it. */
export function readyCheck(): string {
    return lua("ready");
}

/** Checks in place of those that Argo CD ships: with these a sync would wait for what never comes. By `group/Kind`. */
export function replacedChecks(): ReadonlyMap<string, string> {
    return new Map([
        ["/PersistentVolumeClaim", lua("claim")],
        ["operators.coreos.com/Subscription", lua("subscription")],
        ["external-secrets.io/ExternalSecret", lua("externalSecret")],
    ]);
}

function lua(name: string): string {
    return readFileSync(path.join(__dirname, `${name}.lua`), "utf8");
}

/** A Secret of a plan: what its keys depend on, since a plan hides all that it holds. */
export interface PlannedSecret {
    /** Name of the resource in the program. */
    readonly resource: string;
    /** Name of the object. */
    readonly name: string;
    readonly type: string | undefined;
    /** Whether somebody else creates it, and the program adds keys. */
    readonly isPatch: boolean;
}

/** The keys that the program writes into a Secret, for who does so instead. Undefined: a Secret of a program of somebody's own. */
export function keysOfSecret(secret: PlannedSecret): readonly string[] | undefined {
    return SECRET_KEYS.find(([is]) => is(secret))?.[1];
}

const BUCKET = ["AWS_S3_ENDPOINT", "AWS_DEFAULT_REGION", "AWS_S3_BUCKET"];

const SECRET_KEYS: readonly (readonly [(secret: PlannedSecret) => boolean, readonly string[]])[] = [
    [({ name }) => name === KEYS_CONNECTION.secret, [KEYS_CONNECTION.key]],
    [({ name }) => name === "grafana-proxy", ["cookie"]],
    [({ resource }) => /-metrics-connection$/.test(resource), ["url"]],
    [({ resource }) => /-oauth-held$/.test(resource), ["client-secret"]],
    [({ resource }) => /-database-password$/.test(resource), ["database-password"]],
    [({ resource }) => /^identity-user-/.test(resource), ["username", "password"]],
    [({ resource }) => /^identity-users$/.test(resource), [HTPASSWD_KEY]],
    [({ resource, isPatch }) => /^project-.*-connection$/.test(resource) && isPatch, BUCKET],
    [({ resource }) => /^project-.*-connection$/.test(resource), ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", ...BUCKET]],
    [({ type }) => type === "kubernetes.io/basic-auth", ["username", "password"]],
    [({ resource }) => /-credentials$/.test(resource), ["password"]],
];

/** Puts values into a text: `${a}`, or `${a|b}` for the first that exists. */
export function filled(text: string, values: Readonly<Record<string, unknown>>): string {
    return text.replace(/\$\{([\w|]+)\}/g, (_whole, keys: string) => {
        const value = keys
            .split("|")
            .map((key) => values[key])
            .find((one) => one !== undefined);
        return value === undefined ? "…" : Array.isArray(value) ? value.join(",") : String(value as string);
    });
}
