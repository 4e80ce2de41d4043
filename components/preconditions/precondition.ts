/** What a precondition is, and what can be found. */
import type { Settings } from "../../stacks/schema";
import type { QuotaBucket } from "../../catalogue/gpu/supply";
import type { CheckId } from "../../catalogue/preconditions";
import type { Reads } from "./reads";

/** What AWS said of the account and the region; see `cluster.lookUp` of the settings. */
export interface AwsAnswers {
    /** In vCPUs; a quota that AWS did not tell is left out. */
    readonly quotas: Readonly<Partial<Record<QuotaBucket, number>>>;
    /** By instance type: the zones that offer it. */
    readonly offerings: Readonly<Record<string, readonly string[]>>;
}

/** What the checks compare the cluster with. */
export interface Wanted {
    readonly settings: Settings;
    /** Absent: AWS was not asked. */
    readonly aws?: AwsAnswers | undefined;
}

/** What a check found. `unknown`: it could not be found out, which refuses nothing. */
export interface Verdict {
    readonly status: "passed" | "failed" | "unknown";
    /** What is the case, in words. */
    readonly found: string;
    /** What to do about it; of what is not passed. */
    readonly mend?: string;
}

/** Something that must hold before anything is created. */
export interface Precondition {
    readonly id: CheckId;
    /** What must hold. */
    readonly what: string;
    /** What happens otherwise. */
    readonly why: string;
    /** Errors of the API are for the caller. */
    check(reads: Reads, wanted: Wanted): Promise<Verdict>;
}

export function passed(found: string): Verdict {
    return { status: "passed", found };
}

export function failed(found: string, mend: string): Verdict {
    return { status: "failed", found, mend };
}

export function unknown(found: string, mend: string): Verdict {
    return { status: "unknown", found, mend };
}
