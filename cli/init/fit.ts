/** The GPUs that hold a model. */
import { gpuOfPool } from "../../catalogue/gpu/gpuOfPool";
import { instanceTypeOf, instanceTypes } from "../../catalogue/gpu/instanceTypes";
import { memoryNeed } from "../../catalogue/models/memoryFit";
import { catalogueModels, modelNamed } from "../../catalogue/models/modelCatalogue";

/** Memory of a GPU that a model of the catalogue needs with its usual context, in GiB; undefined where no source says. */
export function needOf(name: string): number | undefined {
    const model = modelNamed(name);
    const variant = model?.variants[0];
    return model === undefined || variant === undefined
        ? undefined
        : memoryNeed(model, variant, {
              context: model.context,
              sequences: 1,
              tensor: 1,
              pipeline: 1,
              expertRanks: 1,
              gpuMemoryUtilization: 0.9,
              kvBytes: 2,
              maxNumSeqs: model.vllm.maxNumSeqs ?? 64,
              enforceEager: false,
          })?.total;
}

/** Whether one GPU of an instance type holds a model and can run its files; true where no source says otherwise. */
export function fits(name: string, instanceType: string): boolean {
    const gpu = gpuOfPool({ instanceType });
    const [need, variant] = [needOf(name), modelNamed(name)?.variants[0]];
    return (
        gpu !== undefined &&
        (need === undefined || need <= gpu.memoryGiB) &&
        (gpu.computeCapability === undefined || variant === undefined || gpu.computeCapability >= variant.minComputeCapability)
    );
}

/** Instance types with one GPU that holds each of the models, for sale in a region: the smallest first. */
export function typesFor(models: readonly string[], region: string | undefined): string[] {
    return instanceTypes()
        .map((type) => instanceTypeOf(type)!)
        .filter(({ gpus, notListedIn, onDemand = true }) => gpus === 1 && onDemand && !notListedIn.includes(region ?? ""))
        .filter(({ type }) => models.every((model) => fits(model, type)))
        .sort((a, b) => a.gpuMemoryGiB - b.gpuMemoryGiB || a.memoryGiB - b.memoryGiB || (a.type < b.type ? -1 : 1))
        .map(({ type }) => type);
}

/** Models for chat that some instance type with one GPU holds. */
export function chatModels(): string[] {
    return catalogueModels()
        .filter(({ kind, name }) => kind === "generate" && typesFor([name], undefined).length > 0)
        .map(({ name }) => name);
}
