/** Settings of clients of OpenAI-compatible models. Source: docs/sources/workspaces.md#other-clients. */
import type { AssistantModel } from "./continue";
import { KEY_VARIABLE } from "./names";

/** Share of the context that an answer may take, as for the assistant of workspaces. */
const ANSWER_SHARE = 4;

/** A tier; `tiers[]` of the settings has this shape. */
interface Named {
    readonly name: string;
    readonly displayName?: string | undefined;
}

/** The credential of a tier's users for their requests, and whether a client must be told the gateway's authority. */
export interface Access {
    /** A command that sets {@link KEY_VARIABLE}. */
    readonly key: string;
    /** The gateway's certificate is signed by an authority that nobody knows: a file with it, `ca.crt`. */
    readonly authority: boolean;
}

/** A request to a model by hand. @param options of curl */
export function requestByHand(model: AssistantModel, options = ""): string {
    const [path, body] = model.roles.includes("chat")
        ? ["chat/completions", { model: model.name, messages: [{ role: "user", content: "Say hello" }] }]
        : ["embeddings", { model: model.name, input: "Say hello" }];
    return `curl${options} ${model.url}/${path} -H "Authorization: Bearer $${KEY_VARIABLE}" -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'`;
}

/** Models that answer questions; each has an address of its own. */
const chatting = (models: readonly AssistantModel[]): AssistantModel[] => models.filter(({ roles }) => roles.includes("chat"));

/**
 * `opencode.json`: each model is a provider, for each has an address of its own.
 *
 * @returns what the file contains
 */
export function openCodeConfig(models: readonly AssistantModel[]): object {
    return {
        $schema: "https://opencode.ai/config.json",
        provider: Object.fromEntries(
            chatting(models).map(({ name, displayName, url, tools, context }) => [
                // An id is part of the model's name in OpenCode, which begins after the first slash.
                `maas-${name.replace(/[^\w.-]+/g, "-")}`,
                {
                    npm: "@ai-sdk/openai-compatible",
                    name: displayName ?? name,
                    options: { baseURL: url, apiKey: `{env:${KEY_VARIABLE}}` },
                    models: {
                        [name]: {
                            name: displayName ?? name,
                            ...(tools !== undefined && { tool_call: tools }),
                            ...(context !== undefined && { limit: { context, output: Math.floor(context / ANSWER_SHARE) } }),
                        },
                    },
                },
            ]),
        ),
    };
}

/** Settings of curl, Cursor, Cline and OpenCode for the users of a tier, in Markdown. They hold no key. */
export function clientsPage(tier: Named, models: readonly AssistantModel[], { key, authority }: Access): string {
    const chats = chatting(models);
    const curl = models.map((model) => requestByHand(model, authority ? " --cacert ca.crt" : "")).join("\n");
    const fields = (rows: readonly (readonly [string, string | number | undefined])[]): string =>
        rows.flatMap(([name, value]) => (value === undefined ? [] : [`- ${name}: ${value}`])).join("\n");
    const each = (rowsOf: (model: AssistantModel) => readonly (readonly [string, string | number | undefined])[]): string =>
        chats.map((model) => fields(rowsOf(model))).join("\n\n");
    return `# Tier ${tier.displayName ?? tier.name}

${
    models.length === 0
        ? "This tier has no model.\n"
        : `\`\`\`sh
${key}
${authority ? "export NODE_EXTRA_CA_CERTS=$PWD/ca.crt   # the gateway's authority, for Cline and OpenCode\n" : ""}\`\`\`

## curl

\`\`\`sh
${curl}
\`\`\`
`
}${
        chats.length === 0
            ? ""
            : `
## Cursor

Settings, Models, API Keys. One model at a time, since each has its own address; Cursor's servers call it, so it must be reached from the internet${authority ? ", and they do not know its authority" : ""}.

${each(({ name, url }) => [
    ["OpenAI API Key", `\`$${KEY_VARIABLE}\``],
    ["Override OpenAI Base URL", url],
    ["Model", name],
])}

## Cline

Settings, API Provider "OpenAI Compatible".

${each(({ name, url, context }) => [
    ["Base URL", url],
    ["API Key", `\`$${KEY_VARIABLE}\``],
    ["Model ID", name],
    ["Context Window Size", context],
])}

## OpenCode

\`opencode.json\`:

\`\`\`json
${JSON.stringify(openCodeConfig(models), undefined, 2)}
\`\`\`
`
    }`;
}
