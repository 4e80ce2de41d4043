/** The scope of the queries: the namespaces and names of one platform. */
export interface Scope {
    /** Namespace of the models. */
    readonly models: string;
    /** Names of the LLMInferenceServices, in the order of the settings. */
    readonly services: readonly string[];
    /** Names of the gateways, in namespace openshift-ingress. */
    readonly gateways: readonly string[];
    /** The databases that the program runs. */
    readonly databases: readonly Database[];
    /** Values of the label `job` of the databases' exporters. */
    readonly exporters: readonly string[];
    /** Namespace of the API that makes keys; undefined where users have none. */
    readonly keysApi: string | undefined;
    /** Namespace of LiteMaaS, when the program runs it. */
    readonly litemaas: string | undefined;
    /** Namespace of Vault, when the program runs it. */
    readonly vault: string | undefined;
    /** Names of the models of providers, as tiers have them. */
    readonly external: readonly string[];
    /** Namespace of Grafana, when the program runs it. */
    readonly grafana: string | undefined;
    /** Whether users have workspaces. */
    readonly workspaces: boolean;
    /** Persons who are counted under a name that is not theirs. */
    readonly persons: readonly Person[];
    /** Owners of subscriptions, one entry for each. */
    readonly owners: readonly Owner[];
    /** Limits of tokens by subscription and model. */
    readonly quotas: readonly Quota[];
    readonly prices: Prices;
    readonly thresholds: Thresholds;
}

/** A user, or the workspace of one, whose use is counted under the name of an account. */
export interface Person {
    /** Label `user` of the counters. */
    readonly counted: string;
    readonly user: string;
    readonly workspace: boolean;
}

/** The Groups whose members use a subscription. */
export interface Owner {
    readonly subscription: string;
    /** Their names in one, by which use is summed: `premium-users`, `tier-a-users, tier-b-users`. */
    readonly groups: string;
}

/** A database that the program runs. */
export interface Database {
    readonly namespace: string;
    /** Name of its StatefulSet, or of its cluster of CloudNativePG: its pods are `<server>-<number>`. */
    readonly server: string;
    readonly by: "StatefulSet" | "CloudNativePG";
    /** The part of the platform that it serves: `API keys`. */
    readonly of: string;
    /** Symptoms for users while it does not run. */
    readonly without: string;
}

/** Prices of tokens and cost of nodes; entries without a price are left out. */
export interface Prices {
    /** ISO 4217. */
    readonly currency: string;
    readonly tokens: readonly TokenPrice[];
    readonly nodes: readonly NodePrice[];
}

/** The prices of a model for the users of a subscription. */
export interface TokenPrice {
    readonly subscription: string;
    /** Name of the model, as answers have it. */
    readonly model: string;
    readonly steps: readonly PriceStep[];
}

/** A price, until a later one holds. */
export interface PriceStep {
    /** Seconds since 1970; undefined: it always has. */
    readonly from: number | undefined;
    /** Of a million tokens. */
    readonly perMillion: number;
}

export interface NodePrice {
    readonly instanceType: string;
    readonly perHour: number;
}

/** A limit of tokens of each user of a subscription, for one model. */
export interface Quota {
    readonly subscription: string;
    /** Name of the model, as answers have it. */
    readonly model: string;
    readonly tokens: number;
    /** As Prometheus and the settings write it: `24h`. */
    readonly window: string;
}

/** The thresholds at which alerts fire. */
export interface Thresholds {
    /** A bucket of vLLM's histogram. */
    readonly timeToFirstTokenSeconds: number;
    readonly waitingRequests: number;
    readonly cacheUsePercent: number;
    /** Objective: the share of requests whose first token comes within timeToFirstTokenSeconds. */
    readonly firstTokenPercent: number;
    /** Objective: the share of requests that a gateway answers without an error of its own. */
    readonly availabilityPercent: number;
}

/** Prefix of the series that KServe's own PodMonitor records; series without it are duplicates. */
export const VLLM = "kserve_vllm:";

/** Namespace of the gateways. */
export const GATEWAYS = "openshift-ingress";

/** Namespace of Authorino and Limitador. */
export const LIMITS = "kuadrant-system";

/** A bound as vLLM and Prometheus write it: `1.0`, `2.5`. */
export function bound(seconds: number): string {
    return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
}
