/** Second versions of models: what their settings come to. Pure: checks, plan and layers agree. */
import type { Model } from "./model";

/** A service as it is run: a model, or the second version of one. */
export type Served<M extends Model = Model> = M & {
    /** The model whose second version it is; absent for a model. */
    readonly versionOf?: string;
};

/** The settings that belong to the files of a model: they would be wrong for another model. */
export const OF_THE_FILES = [
    "model",
    "source",
    "quantization",
    "weightsGiB",
    "context",
    "tools",
    "reasoning",
    "chatTemplate",
    "lora",
    "cache",
    "tokenSecret",
    "connection",
    "args",
    "vllm",
    "image",
    "startupMinutes",
    "requests",
    "limits",
] as const satisfies readonly (keyof Model)[];

/** Name of the second version of a model. */
export function canaryName(name: string): string {
    return `${name}-canary`;
}

/**
 * The second version of a model, as a model of its own: what it leaves out is the model's. It answers to the model's name
 * too, since callers do not know which of the two they reach. Undefined when there is none.
 */
export function canaryOf<M extends Model>(model: M): Served<M> | undefined {
    if (model.canary === undefined) {
        return undefined;
    }
    // Its name is its own; callers use those of the model.
    const { canary, servedName = model.name, aliases = [], ...stable } = model;
    const { weight: _weight, ...given } = canary;
    const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const { scaling, ...unscaled } = stable;
    // Copies by number take the place of copies by load.
    const base: Partial<Model> = own["replicas"] !== undefined || scaling === undefined ? unscaled : { ...unscaled, scaling };
    const kept =
        own["model"] === undefined
            ? base
            : Object.fromEntries(Object.entries(base).filter(([key]) => !OF_THE_FILES.some((field) => field === key)));
    return {
        args: [],
        vllm: {},
        requests: {},
        limits: {},
        ...kept,
        ...own,
        name: canaryName(model.name),
        displayName: `${model.displayName ?? model.name} (canary)`,
        aliases: [servedName, ...aliases],
        versionOf: model.name,
    } as unknown as Served<M>;
}

/** Everything that is run for a model: itself, and its second version. */
export function servedOf<M extends Model>(model: M): Served<M>[] {
    const canary = canaryOf(model);
    return canary === undefined ? [model] : [model, canary];
}
