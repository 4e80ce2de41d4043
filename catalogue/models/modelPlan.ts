/**
 * The plan of a model, from its settings: source of the weights, arguments of vLLM, number of GPUs, and how much
 * of their memory. What a stack leaves out is the catalogue's, when it names one of its models.
 */
import type { Served } from "./canary";
import { flagName, flagsOf, numberOf, valueOf } from "./arguments";
import type { Model } from "./model";
import { quantityOf } from "./quantity";
import { described, gib, type MemoryNeed, memoryNeed, type MemoryUse, sequencesThatFit } from "./memoryFit";
import { modelAt, type ModelEntry, modelNamed, type ModelVariant, type Resources } from "./modelCatalogue";

/** A model, resolved. */
export interface ModelPlan {
    /** Undefined when neither the settings nor the catalogue say. */
    readonly uri: string | undefined;
    /** Its entry in the catalogue, whether the stack names it or only its source. */
    readonly entry: ModelEntry | undefined;
    readonly variant: ModelVariant | undefined;
    readonly tensor: number;
    readonly pipeline: number;
    readonly data: number;
    readonly dataLocal: number;
    readonly expert: boolean;
    /** Pods of one copy; more than 1 is a group over several nodes. */
    readonly podsPerCopy: number;
    readonly prefillGpus: number;
    readonly prefillTensor: number;
    /** GPUs of all copies and prefill pods, by pool; where they follow the load, of the most there may be. */
    readonly gpus: ReadonlyMap<string, number>;
    /** Arguments of vLLM beside those of the release's preset, quoted for the shell that expands them. */
    readonly args: readonly string[];
    /** Those of the prefill pods. */
    readonly prefillArgs: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly requests: Resources;
    readonly limits: Resources;
    /** Seconds that the weights may take to load; undefined where the release's 10 minutes suffice. */
    readonly startupSeconds: number | undefined;
    /** Undefined when the context is unknown. */
    readonly use: MemoryUse | undefined;
    /** That of the prefill pods; undefined without them. */
    readonly prefillUse: MemoryUse | undefined;
    /**
     * The memory that a GPU must have for the weights alone, in GiB, of a model that the catalogue does not know; undefined where nobody
     * says how large they are, or some of them stay with the CPU.
     */
    readonly leastGiB: number | undefined;
    /** The same of the prefill pods. */
    readonly prefillLeastGiB: number | undefined;
}

/** Start-up time that the release's preset allows. Source: docs/sources/llm-d.md#presets. */
export const PRESET_STARTUP_SECONDS = 600;
/** A gp3 volume reads 125 MiB/s unless more is paid for. */
const READ_GIB_PER_SECOND = 125 / 1024;
const COMPILE_SECONDS = 180;
/** vLLM's own default on most GPUs. Source: docs/sources/llm-d.md#batches. */
const MAX_NUM_SEQS = 256;
const GPU_MEMORY_UTILIZATION = 0.9;
/** Both sides of a KV transfer must cut it alike. */
const TRANSFER_BLOCK = 128;

/** The most copies of a model, or of its prefill pods. */
export function mostCopies({ replicas, scaling }: Pick<Model, "replicas" | "scaling">): number {
    return scaling?.max ?? replicas;
}

/** Resolves the settings of a model. Names that the catalogue does not have count as not given. */
export function planModel(model: Served): ModelPlan {
    const named = model.model === undefined ? undefined : modelNamed(model.model);
    const found = model.source === undefined ? undefined : modelAt(model.source);
    const entry = named ?? (model.model === undefined ? found?.model : undefined);
    const files =
        model.quantization !== undefined
            ? entry?.variants.find((v) => v.quantization === model.quantization)
            : found !== undefined && found.model === entry
              ? found.variant
              : entry?.variants[0];
    const variant = files && model.weightsGiB !== undefined ? { ...files, weightsGiB: model.weightsGiB } : files;
    const { pipeline, data, expert } = model.parallelism;
    const dataLocal = model.parallelism.dataLocal ?? data;
    const tensorOf = (gpus: number): number => model.parallelism.tensor ?? Math.max(1, Math.floor(gpus / (pipeline * dataLocal)));
    const podsPerCopy = Math.max(1, Math.ceil(data / dataLocal));
    const tensor = tensorOf(model.gpus);
    const prefillGpus = model.prefill === undefined ? 0 : (model.prefill.gpus ?? model.gpus);

    const prefillTensor = tensorOf(prefillGpus);

    const gpus = new Map([[model.pool, mostCopies(model) * podsPerCopy * model.gpus]]);
    if (model.prefill !== undefined) {
        const pool = model.prefill.pool ?? model.pool;
        gpus.set(pool, (gpus.get(pool) ?? 0) + mostCopies(model.prefill) * podsPerCopy * prefillGpus);
    }
    const context = model.context ?? numberOf(model.args, "--max-model-len") ?? named?.context ?? entry?.configContext;
    const kvDtype = valueOf(model.args, "--kv-cache-dtype") ?? model.vllm.kvCacheDtype;
    const args = (tensorParallel: number): string[] =>
        vllmArguments(model, { named, tensor: tensorParallel, pipeline, data, podsPerCopy, expert });
    const gpuMemoryUtilization =
        numberOf(model.args, "--gpu-memory-utilization") ?? model.vllm.gpuMemoryUtilization ?? GPU_MEMORY_UTILIZATION;
    const offloaded = flagsOf(model.args).some(({ name }) => name === "--cpu-offload-gb");
    const least = (tensorParallel: number): number | undefined =>
        entry !== undefined || model.weightsGiB === undefined || offloaded
            ? undefined
            : model.weightsGiB / (tensorParallel * pipeline * (expert ? data : 1)) / gpuMemoryUtilization;
    const use = (tensorParallel: number): MemoryUse | undefined =>
        context === undefined
            ? undefined
            : {
                  context,
                  sequences: model.concurrency,
                  tensor: tensorParallel,
                  pipeline,
                  expertRanks: expert && (entry?.experts ?? 0) > 0 ? data : 1,
                  gpuMemoryUtilization,
                  kvBytes: kvDtype?.startsWith("fp8") === true ? 1 : 2,
                  maxNumSeqs:
                      numberOf(model.args, "--max-num-seqs") ?? model.vllm.maxNumSeqs ?? named?.vllm.maxNumSeqs ?? MAX_NUM_SEQS,
                  enforceEager:
                      flagsOf(model.args).some(({ name }) => name === "--enforce-eager") || model.vllm.enforceEager === true,
              };
    return {
        uri: model.source ?? variant?.sources[0],
        entry,
        variant,
        tensor,
        pipeline,
        data,
        dataLocal,
        expert,
        podsPerCopy,
        prefillGpus,
        prefillTensor,
        gpus,
        args: args(tensor),
        prefillArgs: model.prefill === undefined ? [] : args(prefillTensor),
        env: { ...named?.env, ...model.env },
        ...resources(model, named),
        startupSeconds: startupSeconds(model, variant),
        use: use(tensor),
        prefillUse: model.prefill === undefined ? undefined : use(prefillTensor),
        leastGiB: least(tensor),
        prefillLeastGiB: model.prefill === undefined ? undefined : least(prefillTensor),
    };
}

/** The memory that a model needs of one GPU, or the figure that is unknown. */
export function memoryOf(
    plan: ModelPlan,
    use = plan.use,
): { readonly need: MemoryNeed; readonly use: MemoryUse } | { readonly unknown: string } {
    if (plan.entry === undefined || plan.variant === undefined) {
        return { unknown: "the catalogue does not know its source" };
    }
    if (use === undefined) {
        return { unknown: "no context is known" };
    }
    const need = memoryNeed(plan.entry, plan.variant, use);
    return need === undefined
        ? { unknown: `no source states the size of the ${plan.variant.quantization} weights of ${plan.entry.name}` }
        : { need, use };
}

/** One line for reports: what it needs of a GPU's memory, and how much that has. */
export function memoryLine(plan: ModelPlan, gpuGiB: number | undefined): string {
    const memory = memoryOf(plan);
    const has = gpuGiB === undefined ? "a GPU whose memory is unknown" : `${gib(gpuGiB)} GiB`;
    if ("unknown" in memory) {
        return plan.leastGiB === undefined
            ? `unknown, of ${has}: ${memory.unknown}`
            : `at least ${gib(plan.leastGiB)} GiB, for the weights alone; of ${has}`;
    }
    const most = gpuGiB === undefined ? undefined : sequencesThatFit(plan.entry!, plan.variant!, memory.use, gpuGiB);
    const held = most === undefined || !Number.isFinite(most) ? "" : `; room for ${most} x ${memory.use.context} tokens`;
    return `${described(memory.need, memory.use)}; of ${has}${held}`;
}

interface Resolved {
    /** The catalogue's entry, when the stack names it. */
    readonly named: ModelEntry | undefined;
    readonly tensor: number;
    readonly pipeline: number;
    readonly data: number;
    readonly podsPerCopy: number;
    readonly expert: boolean;
}

/** The arguments beside those of the release's preset. Further ones of the stack take the place of those of their name. */
export function vllmArguments(model: Served, resolved: Resolved): string[] {
    const { named, tensor, pipeline, data, podsPerCopy, expert } = resolved;
    const { vllm, lora, aliases = [] } = model;
    // A group over several nodes has these from the release's preset for it.
    const onOneNode = podsPerCopy === 1;
    const tools = model.tools ?? named?.toolParser ?? false;
    const reasoning = model.reasoning ?? named?.reasoningParser ?? false;
    const context = model.context ?? named?.context;
    const blockSize = vllm.blockSize ?? (model.prefill === undefined ? undefined : TRANSFER_BLOCK);
    const generated = [
        // Without it streams carry no usage, and token limits count nothing.
        "--enable-force-include-usage",
        // The preset of a single node derives none of these from the service.
        ...(onOneNode && tensor > 1 ? [`--tensor-parallel-size=${tensor}`] : []),
        ...(onOneNode && pipeline > 1 ? [`--pipeline-parallel-size=${pipeline}`] : []),
        ...(onOneNode && data > 1 ? [`--data-parallel-size=${data}`] : []),
        ...(onOneNode && expert ? ["--enable-expert-parallel"] : []),
        ...flag("--max-model-len", context),
        ...flag("--gpu-memory-utilization", vllm.gpuMemoryUtilization),
        ...flag("--kv-cache-dtype", vllm.kvCacheDtype),
        ...flag("--dtype", vllm.dtype),
        ...flag("--max-num-seqs", vllm.maxNumSeqs ?? named?.vllm.maxNumSeqs),
        ...flag("--max-num-batched-tokens", vllm.maxNumBatchedTokens),
        ...flag("--block-size", blockSize),
        ...(vllm.enforceEager === true ? ["--enforce-eager"] : []),
        ...((vllm.trustRemoteCode ?? named?.vllm.trustRemoteCode) === true ? ["--trust-remote-code"] : []),
        ...(vllm.prefixCaching === undefined
            ? []
            : [vllm.prefixCaching ? "--enable-prefix-caching" : "--no-enable-prefix-caching"]),
        ...(vllm.promptTokensDetails === true ? ["--enable-prompt-tokens-details"] : []),
        ...flag("--shutdown-timeout", vllm.shutdownTimeoutSeconds),
        ...(tools === false ? [] : ["--enable-auto-tool-choice", `--tool-call-parser=${tools}`]),
        ...(reasoning === false ? [] : [`--reasoning-parser=${reasoning}`]),
        ...flag("--chat-template", model.chatTemplate),
        // The controller of this release reads no adapters from the service.
        ...(lora === undefined ? [] : ["--enable-lora", `--max-lora-rank=${lora.maxRank}`]),
        ...(lora === undefined
            ? []
            : [`--lora-modules ${lora.adapters.map((a) => `${a.name}=${adapterPath(a.source)}`).join(" ")}`]),
        ...(model.prefill === undefined ? [] : [`--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_both"}`]),
        ...(named?.args ?? []),
        // In one argument, parted by blanks: the first is the name that answers carry.
        ...(aliases.length === 0 ? [] : [`--served-model-name ${[model.servedName ?? model.name, ...aliases].join(" ")}`]),
    ];
    const given = new Set(flagsOf(model.args).map(({ name }) => name));
    return [...generated.filter((arg) => !given.has(flagName(arg))), ...model.args].map(shellWord);
}

/** The path of an adapter in the pod: a mounted claim, or the name on Hugging Face. */
export function adapterPath(source: string): string {
    const [scheme, rest = ""] = source.split("://");
    return scheme === "pvc" ? `/mnt/adapters/${rest}` : rest;
}

/** The claims from which a pod mounts adapters. */
export function adapterClaims(model: Pick<Model, "lora">): string[] {
    return [
        ...new Set(
            (model.lora?.adapters ?? []).flatMap(({ source }) =>
                source.startsWith("pvc://") ? [source.slice("pvc://".length).split("/")[0]!] : [],
            ),
        ),
    ];
}

function flag(name: string, value: string | number | undefined): string[] {
    return value === undefined ? [] : [`${name}=${value}`];
}

/**
 * An argument as the preset's shell must see it: it expands the variable by `eval`, so JSON needs quotes, and so does a value
 * with blanks that follows `=`. What is quoted already is left alone; other blanks part words, as in
 * `--served-model-name one two` or `--seed=1 --enforce-eager`.
 * Source: docs/sources/llm-d.md#presets.
 */
export function shellWord(arg: string): string {
    const quoted = arg.includes("'") || /^--?[\w-]+="[^"]*"$/.test(arg);
    const blanksInValue = /^--?[\w-]+=\S*\s/.test(arg) && !/\s-/.test(arg);
    return quoted || (!blanksInValue && /^[\w@%+=:,./ -]*$/.test(arg)) ? arg : `'${arg}'`;
}

function resources(model: Model, named: ModelEntry | undefined): { requests: Resources; limits: Resources } {
    const requests = {
        cpu: model.requests.cpu ?? named?.resources?.requests.cpu ?? "2",
        memory: model.requests.memory ?? named?.resources?.requests.memory ?? "16Gi",
    };
    const limits = {
        cpu: model.limits.cpu ?? named?.resources?.limits.cpu ?? "4",
        memory: model.limits.memory ?? named?.resources?.limits.memory ?? "24Gi",
    };
    const least = (given: string | undefined, limit: string, request: string): string =>
        given === undefined && quantityOf(request) > quantityOf(limit) ? request : limit;
    return {
        requests,
        limits: {
            cpu: least(model.limits.cpu, limits.cpu, requests.cpu),
            memory: least(model.limits.memory, limits.memory, requests.memory),
        },
    };
}

function startupSeconds(model: Model, variant: ModelVariant | undefined): number | undefined {
    if (model.startupMinutes !== undefined) {
        return model.startupMinutes * 60;
    }
    const load = (variant?.weightsGiB ?? model.weightsGiB ?? 0) / READ_GIB_PER_SECOND + COMPILE_SECONDS;
    return load > PRESET_STARTUP_SECONDS ? Math.ceil((load * 1.5) / 60) * 60 : undefined;
}
