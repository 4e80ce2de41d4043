/** Secrets that a person creates: the command for it, and what is missing of one. */
import type { KubeObject } from "./kube";

/** The time that a person has to create it, in minutes. */
export const SECRET_MINUTES = 30;

/** The keys that a Secret, or what is there of it, does not have, or has without a value. */
export function missingKeys(object: KubeObject | undefined, keys: readonly string[]): string[] {
    const data = (object?.["data"] ?? {}) as Record<string, string>;
    return keys.filter((key) => (data[key] ?? "") === "");
}

/** The command that creates a Secret of files that are called as its keys. */
export function createCommand(wanted: {
    readonly namespace: string;
    readonly secret: string;
    /** Empty: of a file of variables. */
    readonly keys: readonly string[];
}): string {
    const { namespace, secret, keys } = wanted;
    const type = keys.includes(".dockerconfigjson") ? "--type=kubernetes.io/dockerconfigjson " : "";
    return `oc create secret generic ${secret} -n ${namespace} ${type}${keys.length === 0 ? "--from-env-file=<file>" : fromFiles(keys)}`;
}

/** The arguments of `oc` that read keys of files of the same names. */
export function fromFiles(keys: readonly string[]): string {
    return keys.map((key) => `--from-file=${key}`).join(" ");
}
