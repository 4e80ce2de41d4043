/** The desired state of the proxy, of settings. */
import { createHash } from "node:crypto";

import type { LitemaasEndpointSettings, LitemaasModelSettings } from "../../../stacks/schema/litemaasModels";
import type { WorkshopSettings } from "../../../stacks/schema/workshops";
import type { DesiredModel, DesiredState, DesiredWorkshop } from "./types";

/** The parts of the desired state. */
export interface DesiredArgs {
    /** Name that marks what is made here. */
    readonly owner: string;
    readonly proxyUrl: string;
    readonly publicUrl: string;
    readonly portalUrl?: string | undefined;
    readonly handoutNamespace: string;
    readonly models: readonly LitemaasModelSettings[];
    readonly workshops: readonly WorkshopSettings[];
    /** Address of the OpenAI-compatible API of a service of `predictive`. */
    readonly predictiveUrl: (name: string) => string;
    /** The same of a model of `models`. */
    readonly modelUrl: (name: string) => string;
}

const CONCURRENCY = 8;
const ATTEMPTS = 6;
const FIRST_WAIT_SECONDS = 1;
const TIMEOUT_SECONDS = 60;
const MILLION = 1_000_000;
const SECONDS = { m: 60, h: 3600, d: 86_400 };

/** The desired state of the proxy, from the settings of a stack. The same settings give the same state. */
export function desiredState(args: DesiredArgs): DesiredState {
    const { owner, proxyUrl, publicUrl, portalUrl, handoutNamespace, models, workshops } = args;
    return {
        owner,
        proxy: proxyUrl,
        publicUrl,
        ...(portalUrl !== undefined && { portal: portalUrl }),
        handoutNamespace,
        cleanExpired: true,
        concurrency: CONCURRENCY,
        attempts: ATTEMPTS,
        firstWaitSeconds: FIRST_WAIT_SECONDS,
        timeoutSeconds: TIMEOUT_SECONDS,
        models: models.flatMap((model) => model.endpoints.map((endpoint) => endpointOf(args, model, endpoint))),
        teams: [],
        budgets: [],
        workshops: workshops.map(workshopOf),
    };
}

/** `router_settings.fallbacks` of the proxy, which belong to its configuration: LiteLLM has them for all endpoints of a name. */
export function routerFallbacks(models: readonly LitemaasModelSettings[]): Record<string, string[]>[] {
    return models.flatMap(({ name, fallbacks }) => (fallbacks.length === 0 ? [] : [{ [name]: [...fallbacks] }]));
}

/** A workshop of the settings. */
export function workshopOf(workshop: WorkshopSettings): DesiredWorkshop {
    const { name, participants, models, budget, budgetPeriod, totalBudget, tokensPerMinute, requestsPerMinute } = workshop;
    const [, amount, unit] = /^(\d+)([mhd])$/.exec(workshop.duration ?? "") ?? [];
    return {
        name,
        participants:
            typeof participants === "number" ? Array.from({ length: participants }, (_, i) => `user${i + 1}`) : participants,
        models,
        ...(budget !== undefined && { maxBudget: budget }),
        ...(budgetPeriod !== undefined && { budgetDuration: budgetPeriod }),
        ...(totalBudget !== undefined && { totalBudget }),
        ...(tokensPerMinute !== undefined && { tpm: tokensPerMinute }),
        ...(requestsPerMinute !== undefined && { rpm: requestsPerMinute }),
        ...(unit === undefined
            ? { end: new Date(workshop.end!).toISOString() }
            : { durationSeconds: Number(amount) * SECONDS[unit as keyof typeof SECONDS] }),
    };
}

function endpointOf(args: DesiredArgs, model: LitemaasModelSettings, endpoint: LitemaasEndpointSettings): DesiredModel {
    const served = endpoint.servedName ?? endpoint.predictive ?? endpoint.model ?? model.name;
    const url =
        endpoint.predictive !== undefined
            ? args.predictiveUrl(endpoint.predictive)
            : endpoint.model !== undefined
              ? args.modelUrl(endpoint.model)
              : endpoint.url;
    const prices = { input_cost_per_token: model.inputPrice / MILLION, output_cost_per_token: model.outputPrice / MILLION };
    const params = {
        ...endpoint.params,
        model: `${endpoint.provider}/${served}`,
        ...(url !== undefined && { api_base: url }),
        // Clients of the OpenAI API refuse to start without a key, also where the server wants none.
        ...(endpoint.keyVariable !== undefined
            ? { api_key: `os.environ/${endpoint.keyVariable}` }
            : url !== undefined && { api_key: "none" }),
        ...(endpoint.weight !== undefined && { weight: endpoint.weight }),
        ...(endpoint.requestsPerMinute !== undefined && { rpm: endpoint.requestsPerMinute }),
        ...(endpoint.tokensPerMinute !== undefined && { tpm: endpoint.tokensPerMinute }),
        ...(endpoint.cooldownSeconds !== undefined && { cooldown_time: endpoint.cooldownSeconds }),
        ...prices,
    };
    const info = {
        mode: model.mode,
        ...prices,
        ...(model.contextLength !== undefined && { max_tokens: model.contextLength }),
        ...Object.fromEntries(model.supports.map((what) => [`supports_${what}`, true])),
        maas_owner: args.owner,
    };
    return { name: model.name, id: idOf([model.name, params, info]), params, info };
}

/** A UUID of what an endpoint is. */
function idOf(parts: readonly unknown[]): string {
    const hex = createHash("sha256").update(canonical(parts)).digest("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

/** JSON whose keys are sorted. */
function canonical(value: unknown): string {
    return JSON.stringify(value, (_, item: unknown) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
            ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
            : item,
    );
}
