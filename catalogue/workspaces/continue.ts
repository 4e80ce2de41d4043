/** The configuration of the Continue assistant. Source: docs/sources/workspaces.md#continue. */
import type { Model } from "../models/model";
import { planModel } from "../models/modelPlan";
import { AUTHORITY_FILES, KEY_VARIABLE } from "./names";

/** The roles of a model in Continue. Source: continuedev/continue@main:packages/config-yaml/src/schemas/models.ts. */
export const continueRoles = ["chat", "edit", "apply", "autocomplete", "embed", "rerank", "summarize"] as const;

export type ContinueRole = (typeof continueRoles)[number];

/** A model that a tier may call. */
export interface AssistantModel {
    /** Name in requests. */
    readonly name: string;
    readonly displayName?: string | undefined;
    /** The OpenAI-compatible endpoint, ending with `/v1`. */
    readonly url: string;
    readonly roles: readonly ContinueRole[];
    /** Whether the model calls tools: agent mode needs it. Undefined when unknown. */
    readonly tools: boolean | undefined;
    /** Tokens of a request and its answer; undefined when unknown. */
    readonly context: number | undefined;
}

/** Share of the context that an answer may take. */
const ANSWER_SHARE = 4;
/** Most tokens of an answer. */
const ANSWER_TOKENS = 4096;

/**
 * A model that this cluster serves, as the assistant sees it.
 *
 * @param roles from the settings; absent: what the catalogue says of the model
 */
export function assistantModel(model: Model, url: string, roles?: readonly ContinueRole[]): AssistantModel {
    const { entry, use } = planModel(model);
    const parser = model.tools ?? entry?.toolParser ?? false;
    return {
        name: model.servedName ?? model.name,
        displayName: model.displayName,
        url,
        roles: roles ?? (entry?.kind === "embed" ? ["embed"] : ["chat", "edit", "apply"]),
        tools: parser !== false,
        context: model.context ?? use?.context ?? entry?.context,
    };
}

/** A model of an external provider; `externalModels[]` of the settings has this shape. */
interface External {
    readonly name: string;
    readonly displayName?: string | undefined;
    readonly providers: readonly { readonly targetModel: string }[];
}

/** A model of an external provider, as the assistant sees it: requests name the provider's model. */
export function externalAssistantModel(
    { name, displayName, providers }: External,
    url: string,
    roles?: readonly ContinueRole[],
): AssistantModel {
    return {
        name: providers[0]?.targetModel ?? name,
        displayName: displayName ?? name,
        url,
        roles: roles ?? ["chat", "edit", "apply"],
        tools: undefined,
        context: undefined,
    };
}

/**
 * The configuration of the assistant for the users of one tier. It holds no key: Continue reads that from the environment.
 *
 * @returns what `config.yaml` contains
 */
export function continueConfig(
    tier: { readonly name: string; readonly displayName?: string | undefined },
    models: readonly AssistantModel[],
): object {
    return {
        name: `Models of tier ${tier.displayName ?? tier.name}`,
        version: "1.0.0",
        schema: "v1",
        models: models.map((model) => ({
            name: model.displayName ?? model.name,
            provider: "openai",
            model: model.name,
            apiBase: model.url,
            apiKey: `\${{ secrets.${KEY_VARIABLE} }}`,
            // Node.js trusts its own authorities alone, and passes over a file that does not exist.
            requestOptions: { caBundlePath: [...AUTHORITY_FILES] },
            roles: [...model.roles],
            // Of a model without capabilities, Continue judges by its name: a server without a parser refuses requests with tools.
            ...(model.tools !== undefined && { capabilities: model.tools ? ["tool_use"] : [] }),
            ...(model.context !== undefined && {
                defaultCompletionOptions: {
                    contextLength: model.context,
                    ...(!model.roles.includes("embed") && {
                        maxTokens: Math.min(ANSWER_TOKENS, Math.floor(model.context / ANSWER_SHARE)),
                    }),
                },
            }),
        })),
        context: ["code", "docs", "diff", "terminal", "problems", "folder", "codebase"].map((provider) => ({ provider })),
    };
}
