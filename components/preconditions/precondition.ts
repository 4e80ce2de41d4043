/** Preconditions and their verdicts. */
import type { Settings } from "../../stacks/schema";
import type { QuotaBucket } from "../../catalogue/gpu/supply";
import type { CheckId } from "../../catalogue/preconditions";
import type { PlannedObject } from "../planned";
import type { Reads } from "./reads";

/** The answers of AWS about the account and the region; see `cluster.lookUp` of the settings. */
export interface AwsAnswers {
    /** In vCPUs; a quota that AWS did not tell is left out. */
    readonly quotas: Readonly<Partial<Record<QuotaBucket, number>>>;
    /** By instance type: the zones that offer it. */
    readonly offerings: Readonly<Record<string, readonly string[]>>;
}

/** The values that the checks compare the cluster with. */
export interface Wanted {
    readonly settings: Settings;
    /** Absent: AWS was not asked. */
    readonly aws?: AwsAnswers | undefined;
    /** The objects that the stack will create, once they are known. Absent: they are not looked for. */
    readonly planned?: (() => Promise<readonly PlannedObject[]>) | undefined;
    /** The stack has been brought up before, so that some of it exists. Default: false. */
    readonly begun?: boolean | undefined;
}

/** The verdict of a check. `unknown`: the cluster does not tell; this refuses nothing. */
export interface Verdict {
    readonly status: "passed" | "failed" | "unknown";
    /** The state of the cluster, in words. */
    readonly found: string;
    /** The remedy; undefined when it passed. */
    readonly remedy?: string;
}

/** Something that must hold before anything is created. */
export interface Precondition {
    readonly id: CheckId;
    /** The requirement. */
    readonly what: string;
    /** The consequence if it is not met. */
    readonly why: string;
    /** Errors of the API are for the caller. */
    check(reads: Reads, wanted: Wanted): Promise<Verdict>;
}

export function passed(found: string): Verdict {
    return { status: "passed", found };
}

export function failed(found: string, remedy: string): Verdict {
    return { status: "failed", found, remedy };
}

export function unknown(found: string, remedy: string): Verdict {
    return { status: "unknown", found, remedy };
}
