/** Results of plans and rehearsals; the JSON files of `maas plan` and `maas rehearse` have exactly this form. */

export interface PlannedResource {
    readonly urn: string;
    /** Type token: `kubernetes:core/v1:Namespace`. */
    readonly type: string;
    readonly name: string;
    /** URN of the parent; absent for the stack itself. */
    readonly parent?: string;
    /** Inputs as sent; secrets are `[secret]`, what is unknown before the deployment is `[unknown]`. */
    readonly inputs: Record<string, unknown>;
    /** URNs that must be ready before this one, named explicitly or through inputs; sorted. */
    readonly dependencies: readonly string[];
    readonly options: ResourceOptions;
}

/** Options as the engine keeps them in its state. */
export interface KeptOptions {
    readonly provider?: string;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    readonly deletedWith?: string;
    readonly ignoreChanges?: readonly string[];
    readonly replaceOnChanges?: readonly string[];
    readonly additionalSecretOutputs?: readonly string[];
    readonly aliases?: readonly string[];
}

/** The options that were not left at their defaults. */
export interface ResourceOptions extends KeptOptions {
    readonly custom: boolean;
    readonly deleteBeforeReplace?: boolean;
    readonly customTimeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
    /** Names of the hooks by event: `{beforeCreate: ["gate"]}`. */
    readonly hooks?: Readonly<Record<string, readonly string[]>>;
    /** Id of an object that exists already and is read, not created. */
    readonly reads?: string;
    /** Id of an object that is adopted. */
    readonly import?: string;
}

export type PolicyLevel = "advisory" | "mandatory" | "remediate" | "disabled";

/** A finding of the policy pack about a resource. */
export interface PolicyFinding {
    readonly rule: string;
    /** `remediate`: the pack has corrected it already. */
    readonly level: PolicyLevel;
    /** Absent when the finding is about the whole stack. */
    readonly urn?: string;
    readonly message: string;
    /** Path in the stack file of the setting that caused it, from `maas:settings` on; absent where the pack tells none. */
    readonly setting?: string;
}

/** A finding that the settings accept, with a reason. */
export interface WaivedFinding extends Omit<PolicyFinding, "level"> {
    readonly waiver: {
        readonly owner: string;
        /** The last day on which it holds: 2026-12-31. */
        readonly until: string;
        readonly reason: string;
    };
}

/** A rule that was checked. */
export interface PolicyRule {
    readonly name: string;
    /** The statement that the rule enforces. */
    readonly title: string;
    /** The consequence of a violation. */
    readonly why: string;
    /** The remedy. */
    readonly remedy: string;
    readonly severity: "low" | "medium" | "high" | "critical";
    /** The enforcement level. */
    readonly level: PolicyLevel;
}

export interface Diagnostic {
    readonly severity: "debug" | "info" | "warning" | "error";
    readonly message: string;
    readonly urn?: string;
}

/** Result of a plan: what `up` would create, without a cluster. */
export interface Plan {
    readonly stack: string;
    readonly resources: readonly PlannedResource[];
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly policy: readonly PolicyFinding[];
    /** Accepted findings; absent when there are none. */
    readonly waived?: readonly WaivedFinding[];
    /** The rules that were checked, as the pack lists them; absent without a pack, and where the engine does not tell them. */
    readonly rules?: readonly PolicyRule[];
    readonly diagnostics: readonly Diagnostic[];
}

/** The times at which a resource was begun and was ready, in seconds of the rehearsed bring-up. */
export interface TimelineEntry {
    readonly urn: string;
    readonly start: number;
    readonly end: number;
    /** The condition that ended the wait: gates of the object or of its hook; `accepted` when there are none, `never: it failed` when it failed. */
    readonly readyWhen: string;
}

/** An object that the cluster refused. */
export interface Rejection {
    readonly urn: string;
    readonly object: string;
    readonly reason: string;
    readonly message: string;
}

export interface Rehearsal extends Plan {
    readonly cluster: "memory" | "api-server";
    readonly engine: "stand-in" | "pulumi";
    /** The operation on each resource, by URN: create, update, replace, delete, same or read. */
    readonly operations: readonly { readonly urn: string; readonly operation: string }[];
    /** In the order of start, then URN. */
    readonly timeline: readonly TimelineEntry[];
    /** URNs from a root to the last resource that became ready: each waited for the one before. */
    readonly criticalPath: readonly string[];
    readonly totalSeconds: number;
    readonly rejected: readonly Rejection[];
    /** True when every resource of the plan became ready. */
    readonly succeeded: boolean;
    /** Of a destroy: whether the program ran for its delete hooks, as `pulumi destroy --run-program` has it. */
    readonly ranProgram?: boolean;
}
