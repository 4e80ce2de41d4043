/** The types of input and output of the synchronization of LiteMaaS. */

/** An endpoint of a model. Endpoints of one name share its requests. */
export interface DesiredModel {
    /** Name by which users call it. */
    readonly name: string;
    /** A hash of the rest: a changed endpoint is another one. */
    readonly id: string;
    /** LiteLLM's `litellm_params`. No secrets: `api_key` is `os.environ/<variable of the proxy>`. */
    readonly params: Readonly<Record<string, string | number | boolean>>;
    /** LiteLLM's `model_info`, with `maas_owner`. */
    readonly info: Readonly<Record<string, string | number | boolean>>;
}

/** Limits; absent: none. Money is in USD. */
interface Limits {
    readonly maxBudget?: number;
    /** Period after which the budget starts again: `1d`. */
    readonly budgetDuration?: string;
    readonly tpm?: number;
    readonly rpm?: number;
}

/** A team beside those of the workshops. Others may create it as well: it is found by its id, and never deleted. */
export interface DesiredTeam extends Limits {
    readonly id: string;
    readonly alias: string;
    /** Empty: all models. */
    readonly models: readonly string[];
}

/** A budget that keys and teams may refer to as `<owner>.<id>`. */
export interface DesiredBudget extends Limits {
    readonly id: string;
}

/** A workshop whose participants get a key each. The limits are of each key. */
export interface DesiredWorkshop extends Limits {
    readonly name: string;
    readonly participants: readonly string[];
    readonly models: readonly string[];
    /** The budget of all keys together. */
    readonly totalBudget?: number;
    /** The time at which the keys end, in ISO 8601. Either this, or how long they last from the first run on. */
    readonly end?: string;
    readonly durationSeconds?: number;
}

/** The state that is to be. What somebody else has made stays as it is. */
export interface DesiredState {
    /** Name that marks what is made here, and by which it is found again. */
    readonly owner: string;
    /** Address of the proxy: for the Job. */
    readonly proxy: string;
    /** Address that the participants call, without a path. */
    readonly publicUrl: string;
    /** Address of the portal's backend: for the Job. Absent: its list of models is left alone. */
    readonly portal?: string;
    /** Namespace of the hand-outs. */
    readonly handoutNamespace: string;
    /** Whether expired keys that others have created are deleted. */
    readonly cleanExpired: boolean;
    /** Requests in flight, at most. */
    readonly concurrency: number;
    /** The number of times that a request is sent before it has failed. */
    readonly attempts: number;
    readonly firstWaitSeconds: number;
    readonly timeoutSeconds: number;
    readonly models: readonly DesiredModel[];
    readonly teams: readonly DesiredTeam[];
    readonly budgets: readonly DesiredBudget[];
    readonly workshops: readonly DesiredWorkshop[];
}

/** One step towards the desired state. */
export interface SyncAction {
    readonly what: "model" | "team" | "budget" | "key" | "portal";
    readonly verb: "create" | "update" | "extend" | "withdraw" | "delete";
    /** Of a key: its participant. */
    readonly name: string;
    readonly workshop?: string;
    /** Address of an endpoint. */
    readonly detail?: string;
    /** The difference, or the reason for the removal. */
    readonly why?: string;
}

/** A step that failed. */
export interface SyncFailure {
    readonly action: SyncAction;
    readonly why: string;
}

/** Asks a server. @throws Refused, Unanswered of http.js */
export type Client = (method: string, path: string, body?: object | (() => object)) => Promise<unknown>;

/** A Secret, as far as hand-outs need it. */
export interface SecretObject {
    readonly metadata: {
        readonly name: string;
        readonly resourceVersion?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly data?: Readonly<Record<string, string>>;
}

/** The operations on the Secrets of the namespace of the hand-outs. A conflict is an error with `status` 409. */
export interface SecretsApi {
    list(labelSelector: string): Promise<SecretObject[]>;
    create(secret: object): Promise<SecretObject | undefined>;
    patch(name: string, patch: object): Promise<SecretObject | undefined>;
    remove(name: string): Promise<unknown>;
}

/** The hand-out of a workshop. */
export interface HandOut {
    /** Value of the key, by participant. */
    readonly values: Readonly<Record<string, string>>;
    /** `keys.csv` and `keys.json`: the keys that are in force. */
    readonly files: Readonly<Record<"keys.csv" | "keys.json", string>>;
    readonly started?: string;
    readonly version?: string;
}

/** The store of the hand-outs. */
export interface HandOutStore {
    list(): Promise<ReadonlyMap<string, HandOut>>;
    write(
        workshop: string,
        version: string | undefined,
        content: {
            readonly values: Readonly<Record<string, string>>;
            readonly files?: Readonly<Record<string, string>>;
            readonly started?: string | undefined;
        },
    ): Promise<string | undefined>;
    remove(workshop: string): Promise<unknown>;
}
