/** The models of each tier, as assistants and other clients see them. */
import type { Model } from "../models/model";
import { modelsOf, type TierModel } from "../tiers";
import { assistantModel, type AssistantModel, type ContinueRole, externalAssistantModel } from "./continue";

/** Settings that decide it. */
interface Served<T> {
    readonly models: readonly Model[];
    readonly externalModels: readonly {
        readonly name: string;
        readonly displayName?: string | undefined;
        readonly providers: readonly { readonly targetModel: string }[];
    }[];
    readonly tiers: readonly T[];
    readonly workspaces?:
        { readonly assistant: { readonly roles: Readonly<Record<string, readonly ContinueRole[]>> } } | undefined;
}

/**
 * Each tier with the models that its users may call, in the order of the settings.
 *
 * @param urls the OpenAI-compatible endpoint of each model, by its name; a model without one is left out
 */
export function assistantModels<T extends { readonly models: readonly TierModel<unknown, unknown>[] }>(
    settings: Served<T>,
    urls: Readonly<Record<string, string>>,
): (readonly [T, AssistantModel[]])[] {
    const models = new Map(settings.models.map((model) => [model.name, model]));
    const external = new Map(settings.externalModels.map((model) => [model.name, model]));
    const roles = settings.workspaces?.assistant.roles ?? {};
    return settings.tiers.map((tier) => [
        tier,
        modelsOf(tier).flatMap((name) => {
            const url = urls[name];
            const [model, outside] = [models.get(name), external.get(name)];
            return url === undefined
                ? []
                : model !== undefined
                  ? [assistantModel(model, url, roles[name])]
                  : outside !== undefined
                    ? [externalAssistantModel(outside, url, roles[name])]
                    : [];
        }),
    ]);
}
