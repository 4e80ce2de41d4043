/** What a smoke test calls: the models and tiers of a stack. Pure. */
import { tenantsOfModels } from "../../catalogue/tenancy";
import { assistantModel } from "../../catalogue/workspaces/continue";
import { secondsOf } from "../../stacks/checks/governance";
import type { Settings } from "../../stacks/schema";

/** A model as its users call it. */
export interface SmokeModel {
    /** In tiers. */
    readonly name: string;
    /** The OpenAI-compatible endpoint, which ends with /v1. */
    readonly url: string;
    /** Name in requests. */
    readonly served: string;
    readonly kind: "chat" | "embed";
    readonly tools: boolean;
    /** Served by a provider elsewhere. */
    readonly external: boolean;
}

/** A tier as a smoke test checks it. */
export interface SmokeTier {
    readonly name: string;
    readonly models: readonly string[];
    /** Requests per window, user and model; absent: only tokens are limited. */
    readonly requests?: { readonly limit: number; readonly seconds: number };
    /** Seconds after which all limits of requests and tokens begin anew. */
    readonly window: number;
}

export interface SmokeTarget {
    /** Address of the gateway. */
    readonly url: string;
    readonly models: readonly SmokeModel[];
    readonly tiers: readonly SmokeTier[];
}

/** @param tenant whose tiers and models; absent: the product's own tenant */
export function smokeTarget(settings: Settings, url: string, tenant: string | undefined): SmokeTarget {
    const tenantOf = tenantsOfModels(settings);
    const tiers = settings.tiers.filter((tier) => tier.tenant === tenant);
    const named = new Set(tiers.flatMap(({ models }) => models));
    const at = (name: string): string => `${url}/${settings.modelsNamespace}/${name}/v1`;
    const own = settings.models.map((model): SmokeModel => {
        const { roles, tools, name } = assistantModel(model, "");
        return {
            name,
            url: at(name),
            served: name,
            kind: roles.includes("embed") ? "embed" : "chat",
            tools,
            external: false,
        };
    });
    const external = settings.externalModels.map(({ name, providers }): SmokeModel => {
        return { name, url: at(name), served: providers[0]!.targetModel, kind: "chat", tools: false, external: true };
    });
    return {
        url,
        models: [...own, ...external].filter(({ name }) => named.has(name) && tenantOf.get(name) === tenant),
        tiers: tiers.map(({ name, models, requests, tokens }) => ({
            name,
            models,
            ...(requests !== undefined && { requests: { limit: requests.limit, seconds: secondsOf(requests.window) } }),
            window: Math.max(
                ...[...tokens, ...(requests === undefined ? [] : [requests])].map((limit) => secondsOf(limit.window)),
            ),
        })),
    };
}
