/** The targets of a smoke test: the models and tiers of a stack. Pure. */
import { tenantsOfModels } from "../../catalogue/tenancy";
import { modelsOf, requestsOf, subscriptionOf, tokensByModel } from "../../catalogue/tiers";
import { assistantModel } from "../../catalogue/workspaces/continue";
import { secondsOf } from "../../catalogue/tiers";
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
    /** Whether the scheduler chooses among several copies by their caches and queues. */
    readonly routed: boolean;
}

/** The limits of a model in a tier. */
export interface SmokeLimits {
    /** The smallest limit of requests per window and user; absent: only tokens are limited. */
    readonly requests?: { readonly limit: number; readonly seconds: number };
    /** Seconds of each window, of requests and of tokens. */
    readonly windows: readonly number[];
}

/** A tier as a smoke test checks it. */
export interface SmokeTier {
    readonly name: string;
    /** Of its keys. */
    readonly subscription: string;
    /** By the name of the model. */
    readonly models: ReadonlyMap<string, SmokeLimits>;
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
    const named = new Set(tiers.flatMap(modelsOf));
    const at = (name: string): string => `${url}/${settings.modelsNamespace}/${name}/v1`;
    const own = settings.models.map((model): SmokeModel => {
        // Requests may name the model otherwise than tiers do.
        const { roles, tools, name: served } = assistantModel(model, "");
        return {
            name: model.name,
            url: at(model.name),
            served,
            kind: roles.includes("embed") ? "embed" : "chat",
            tools: tools === true,
            external: false,
            routed: model.routing?.mode === "intelligent" && model.replicas > 1,
        };
    });
    const external = settings.externalModels.map(({ name, providers }): SmokeModel => {
        return {
            name,
            url: at(name),
            served: providers[0]!.targetModel,
            kind: "chat",
            tools: false,
            external: true,
            routed: false,
        };
    });
    return {
        url,
        models: [...own, ...external].filter(({ name }) => named.has(name) && tenantOf.get(name) === tenant),
        tiers: tiers.map((tier) => ({
            name: tier.name,
            subscription: subscriptionOf(tier),
            models: new Map(tokensByModel(tier).map(({ name, tokens }) => [name, limitsOf(requestsOf(tier, name), tokens)])),
        })),
    };
}

interface Limit {
    readonly limit: number;
    readonly window: string;
}

function limitsOf(requests: readonly Limit[], tokens: readonly Limit[]): SmokeLimits {
    const [smallest] = [...requests].sort((a, b) => a.limit - b.limit);
    return {
        ...(smallest !== undefined && { requests: { limit: smallest.limit, seconds: secondsOf(smallest.window) } }),
        windows: [...requests, ...tokens].map(({ window }) => secondsOf(window)),
    };
}
