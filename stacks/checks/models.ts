/** Checks the settings of a model against the catalogue, vLLM, and the GPUs of its pool. */
import type { PoolGpu } from "../../catalogue/gpu/gpuOfPool";
import { gib } from "../../catalogue/models/memoryFit";
import { modelNamed, modelNames } from "../../catalogue/models/modelCatalogue";
import { type ModelPlan, mostCopies, planModel } from "../../catalogue/models/modelPlan";
import { didYouMean } from "../../catalogue/nearest";
import type { ModelSettings, PoolSettings } from "../schema";
import { argumentProblems, variableProblems } from "./arguments";
import { fitOn } from "./modelFit";
import type { SettingsProblem } from "../problem";
import { resourceProblems, type Say } from "./say";
import { templateProblems } from "./templates";

/** A pool that a model may name. */
export interface KnownPool {
    readonly settings: PoolSettings;
    /** Undefined for an instance type that is not in the catalogue. */
    readonly gpu: PoolGpu | undefined;
    readonly gpusPerNode: number | undefined;
}

/** All problems of a model. Pools that are not in the map are not checked. */
export function modelProblems(path: string, model: ModelSettings, pools: ReadonlyMap<string, KnownPool>): SettingsProblem[] {
    if (model.model !== undefined && modelNamed(model.model) === undefined) {
        const names = modelNames();
        return [
            {
                path: `${path}.model`,
                message: `${JSON.stringify(model.model)} is not in the catalogue; expected one of ${names.join(", ")}${didYouMean(model.model, names)}`,
            },
        ];
    }
    if (model.model === undefined && model.source === undefined) {
        return [
            {
                path: `${path}.source`,
                message: "is missing; expected the source of the weights, or model with a model of the catalogue",
            },
        ];
    }
    const plan = planModel(model);
    const say = (key: string, message: string): SettingsProblem => ({ path: `${path}.${key}`, message });
    const problems = [
        ...files(model, plan, say),
        ...ranks(model, plan, say),
        ...argumentProblems(model, say),
        ...variableProblems(model, say),
        ...templateProblems(model, say),
        ...routing(model, say),
        ...resourceProblems(plan.requests, plan.limits, say),
    ];
    const pool = pools.get(model.pool);
    const variantKnown = model.quantization === undefined || plan.variant !== undefined;
    return [
        ...problems,
        // With wrong ranks the memory would be computed for another layout.
        ...(problems.length === 0 && variantKnown && pool?.gpu !== undefined ? fit(model, plan, pool.gpu, say) : []),
        ...(problems.length === 0 && variantKnown ? prefillFit(model, plan, pools, say) : []),
    ];
}

function files(model: ModelSettings, plan: ModelPlan, say: Say): SettingsProblem[] {
    const scheme = plan.uri?.split("://")[0];
    const problems: SettingsProblem[] = [];
    if (model.quantization !== undefined && plan.variant === undefined) {
        const known = plan.entry?.variants.map((v) => v.quantization) ?? [];
        problems.push(
            say(
                "quantization",
                known.length === 0
                    ? "applies only to models of the catalogue; expected no value, or model with a model of the catalogue"
                    : `${JSON.stringify(model.quantization)} is not one of ${known.join(", ")}${didYouMean(model.quantization, known)}`,
            ),
        );
    }
    if (scheme === "hf" && plan.variant?.gated === true && model.tokenSecret === undefined) {
        problems.push(
            say(
                "tokenSecret",
                `is missing: ${plan.uri} is gated; expected the name of a Secret whose key HF_TOKEN holds the token of an account that accepted the licence`,
            ),
        );
    }
    if (scheme !== "hf" && model.tokenSecret !== undefined) {
        problems.push(say("tokenSecret", `applies only to hf://, but the source is ${plan.uri}`));
    }
    for (const name of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"].filter((key) => key in model.env)) {
        problems.push(say(`env.${name}`, "does not reach the downloader, and would be in plain text; expected tokenSecret"));
    }
    if (scheme === "s3" && model.connection === undefined) {
        problems.push(say("connection", "is missing: s3:// needs the connection with its endpoint and keys"));
    }
    if (scheme === "s3" && !/^s3:\/\/[^/]+\/./.test(plan.uri!)) {
        problems.push(say("source", `${plan.uri} has no path; expected s3://bucket/path, with the bucket of the connection`));
    }
    if (model.connection !== undefined && scheme !== "s3" && scheme !== "oci") {
        problems.push(say("connection", `applies only to s3:// and oci://, but the source is ${plan.uri}`));
    }
    if (model.cache !== undefined && scheme !== "hf" && scheme !== "s3") {
        problems.push(say("cache", `applies only to hf:// and s3://; ${scheme}:// is not downloaded`));
    }
    const pods = mostCopies(model) * plan.podsPerCopy + (model.prefill === undefined ? 0 : mostCopies(model.prefill));
    if (model.cache !== undefined && !model.cache.shared && pods > 1) {
        problems.push(
            say(
                "cache.shared",
                `${pods} pods mount the volume, but without shared only the pods of one node can; expected shared: true`,
            ),
        );
    }
    const gibNeeded = plan.variant?.weightsGiB;
    if (model.cache !== undefined && gibNeeded !== undefined && gibNeeded !== null && model.cache.sizeGiB < gibNeeded * 1.2) {
        problems.push(
            say(
                "cache.sizeGiB",
                `the files take ${gib(gibNeeded)} GiB; expected at least ${Math.ceil(gibNeeded * 1.2)}, got ${model.cache.sizeGiB}`,
            ),
        );
    }
    return problems;
}

function ranks(model: ModelSettings, plan: ModelPlan, say: Say): SettingsProblem[] {
    const { tensor, pipeline, data, dataLocal, podsPerCopy, entry, expert } = plan;
    const problems: SettingsProblem[] = [];
    if (data % dataLocal !== 0) {
        problems.push(
            say(
                "parallelism.dataLocal",
                `data, ${data} ranks, is not a multiple of the ${dataLocal} ranks in each pod (dataLocal)`,
            ),
        );
    } else if (tensor * pipeline * dataLocal !== model.gpus) {
        problems.push(
            say(
                "parallelism",
                `a pod has gpus: ${model.gpus}, but tensor ${tensor} x pipeline ${pipeline} x ${dataLocal} ranks need ${tensor * pipeline * dataLocal}`,
            ),
        );
    }
    if (podsPerCopy > 1 && pipeline > 1) {
        problems.push(
            say(
                "parallelism.pipeline",
                "this release has no preset for pipeline stages on several nodes; expected data and dataLocal",
            ),
        );
    }
    const heads = entry?.attention.heads;
    if (heads !== undefined && heads % tensor !== 0) {
        const allowed = [1, 2, 3, 4, 5, 6, 8, 12, 16].filter((n) => heads % n === 0);
        problems.push(
            say(
                "parallelism.tensor",
                `${heads} attention heads cannot be split among ${tensor} GPUs; expected one of ${allowed.join(", ")}`,
            ),
        );
    }
    if (expert && entry !== undefined) {
        if (entry.experts === null) {
            problems.push(say("parallelism.expert", `${entry.name} has no experts`));
        } else if (entry.experts % (tensor * data) !== 0) {
            problems.push(say("parallelism.expert", `${entry.experts} experts cannot be split among ${tensor * data} ranks`));
        }
    }
    return problems;
}

function routing({ routing: { mode, scorers } }: ModelSettings, say: Say): SettingsProblem[] {
    if (mode === "custom" && Object.keys(scorers ?? {}).length === 0) {
        return [say("routing.scorers", "is missing: mode custom uses only these scorers")];
    }
    return mode !== "custom" && scorers !== undefined
        ? [say("routing.scorers", `applies only to mode custom, but the mode is ${mode}`)]
        : [];
}

/** Whether the GPUs of the pool support the format, and have the memory for the model and its context. */
function fit(model: ModelSettings, plan: ModelPlan, gpu: PoolGpu, say: Say): SettingsProblem[] {
    return fitOn({ pool: model.pool, use: plan.use, leastGiB: plan.leastGiB, who: model.name }, model, plan, gpu, say);
}

/** The same for prefill pods whose GPUs or number differ from the model's. */
function prefillFit(model: ModelSettings, plan: ModelPlan, pools: ReadonlyMap<string, KnownPool>, say: Say): SettingsProblem[] {
    const { prefill } = model;
    if (prefill === undefined) {
        return [];
    }
    const pool = prefill.pool ?? model.pool;
    const known = pools.get(pool);
    const inPrefill: Say = (key, message) => say(`prefill.${key}`, message);
    const { prefillGpus, prefillTensor, pipeline, dataLocal, entry } = plan;
    const problems: SettingsProblem[] = [];
    if (prefillTensor * pipeline * dataLocal !== prefillGpus) {
        problems.push(
            inPrefill(
                "gpus",
                `a pod has ${prefillGpus}, but tensor ${prefillTensor} x pipeline ${pipeline} x ${dataLocal} ranks need ${prefillTensor * pipeline * dataLocal}`,
            ),
        );
    }
    if (entry !== undefined && entry.attention.heads % prefillTensor !== 0) {
        problems.push(inPrefill("gpus", `${entry.attention.heads} attention heads cannot be split among ${prefillTensor} GPUs`));
    }
    if (known?.gpusPerNode !== undefined && prefillGpus > known.gpusPerNode) {
        problems.push(
            inPrefill(
                "gpus",
                `a prefill pod requests ${prefillGpus} GPUs on one node, but a ${known.settings.instanceType} of pool ${pool} has ${known.gpusPerNode}`,
            ),
        );
    }
    if (prefillGpus > 1 && (known?.settings.timeSlicing !== undefined || known?.settings.mig !== undefined)) {
        problems.push(
            inPrefill(
                "gpus",
                `a prefill pod requests ${prefillGpus} GPUs, but pool ${pool} shares its GPUs, and several shares are not a larger GPU`,
            ),
        );
    }
    const alike = pool === model.pool && prefillTensor === plan.tensor;
    return problems.length > 0 || alike || known?.gpu === undefined
        ? problems
        : fitOn(
              { pool, use: plan.prefillUse, leastGiB: plan.prefillLeastGiB, who: `prefill of ${model.name}`, prefill: true },
              model,
              plan,
              known.gpu,
              inPrefill,
          );
}
