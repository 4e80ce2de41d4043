/** A served model, as far as arithmetic on it goes; `models[]` of the settings has this shape. */

/** CPU and memory, each absent where the catalogue decides. */
export interface PartialResources {
    readonly cpu?: string | undefined;
    readonly memory?: string | undefined;
}

/** The pace at which copies come or go. */
export interface Pace {
    /** The time for which a change must stay wanted, in seconds. */
    readonly waitSeconds?: number | undefined;
    /** Most copies of one step. */
    readonly copies?: number | undefined;
    /** Length of a step, in seconds. */
    readonly everySeconds: number;
}

/** Copies that follow the load. */
export interface Scaling {
    readonly min: number;
    readonly max: number;
    /** The cost of a copy, relative to other variants of the same model. */
    readonly cost: number;
    readonly keda?:
        | {
              readonly pollingSeconds?: number | undefined;
              readonly cooldownSeconds?: number | undefined;
              readonly initialCooldownSeconds?: number | undefined;
              readonly idle?: number | undefined;
              readonly fallback?: { readonly failures: number; readonly copies: number; readonly behavior: string } | undefined;
          }
        | undefined;
    readonly hpa?: { readonly up?: Pace | undefined; readonly down?: Pace | undefined } | undefined;
}

/** Prompts that are prefilled in pods of their own. */
export interface Prefill {
    readonly replicas: number;
    readonly scaling?: Scaling | undefined;
    readonly gpus?: number | undefined;
    readonly pool?: string | undefined;
    readonly when: "always" | "uncached";
    readonly uncachedTokens: number;
}

/** The way in which the scheduler picks the copy that answers a request. */
export interface Routing {
    readonly mode: "simple" | "intelligent" | "custom";
    readonly scorers?: Readonly<Partial<Record<string, number>>> | undefined;
    readonly replicas: number;
}

/** Arguments of vLLM that have a setting. */
export interface VllmOptions {
    readonly gpuMemoryUtilization?: number | undefined;
    readonly kvCacheDtype?: string | undefined;
    readonly dtype?: string | undefined;
    readonly maxNumSeqs?: number | undefined;
    readonly maxNumBatchedTokens?: number | undefined;
    readonly blockSize?: number | undefined;
    readonly enforceEager?: boolean | undefined;
    readonly trustRemoteCode?: boolean | undefined;
    readonly prefixCaching?: boolean | undefined;
    readonly promptTokensDetails?: boolean | undefined;
    readonly shutdownTimeoutSeconds?: number | undefined;
}

/** A model that is served with llm-d. What each field means: docs/settings.md, `models[]`. */
export interface Model {
    readonly name: string;
    /** Name in requests; absent: the name. */
    readonly servedName?: string | undefined;
    /** Further names in requests; absent: none. */
    readonly aliases?: readonly string[] | undefined;
    readonly displayName?: string | undefined;
    readonly model?: string | undefined;
    readonly source?: string | undefined;
    readonly quantization?: string | undefined;
    /** Size of the weights as they are loaded, in GiB; absent where the catalogue decides. */
    readonly weightsGiB?: number | undefined;
    readonly pool: string;
    readonly replicas: number;
    readonly scaling?: Scaling | undefined;
    readonly updateStrategy?: "rolling" | "recreate" | undefined;
    readonly gpus: number;
    readonly parallelism: {
        readonly tensor?: number | undefined;
        readonly pipeline: number;
        readonly data: number;
        readonly dataLocal?: number | undefined;
        readonly expert: boolean;
    };
    readonly context?: number | undefined;
    readonly concurrency: number;
    readonly image?: string | undefined;
    readonly vllm: VllmOptions;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly tools?: string | false | undefined;
    readonly reasoning?: string | false | undefined;
    readonly chatTemplate?: string | undefined;
    readonly routing: Routing;
    readonly prefill?: Prefill | undefined;
    readonly lora?:
        | { readonly adapters: readonly { readonly name: string; readonly source: string }[]; readonly maxRank: number }
        | undefined;
    readonly tokenSecret?: string | undefined;
    readonly connection?: string | undefined;
    readonly cache?: object | undefined;
    readonly startupMinutes?: number | undefined;
    readonly requests: PartialResources;
    readonly limits: PartialResources;
    /** The settings of the second version that differ; the rest are the model's own. */
    readonly canary?: { readonly weight: number } | undefined;
}
