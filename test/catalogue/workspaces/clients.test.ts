/** Settings of other clients. */
import { clientsPage, openCodeConfig, requestByHand } from "../../../catalogue/workspaces/clients";
import type { AssistantModel } from "../../../catalogue/workspaces/continue";

const chat: AssistantModel = {
    name: "RedHatAI/gpt-oss-20b",
    displayName: "OpenAI gpt-oss-20b",
    url: "https://maas.example.com/maas/gpt-oss-20b/v1",
    roles: ["chat", "edit", "apply"],
    tools: true,
    context: 131072,
};
const outside: AssistantModel = { ...chat, name: "gpt-4o", displayName: undefined, tools: undefined, context: undefined };
const embedding: AssistantModel = { ...chat, name: "bge", displayName: undefined, roles: ["embed"], tools: false };
const access = { key: "export MAAS_API_KEY=$(maas keys create)", authority: false };

it("OpenCode has a provider for each model that answers, with its address, and reads the key from the environment", () => {
    expect(openCodeConfig([chat, outside, embedding])).toEqual({
        $schema: "https://opencode.ai/config.json",
        provider: {
            "maas-RedHatAI-gpt-oss-20b": {
                npm: "@ai-sdk/openai-compatible",
                name: "OpenAI gpt-oss-20b",
                options: { baseURL: chat.url, apiKey: "{env:MAAS_API_KEY}" },
                models: {
                    "RedHatAI/gpt-oss-20b": {
                        name: "OpenAI gpt-oss-20b",
                        tool_call: true,
                        limit: { context: 131072, output: 32768 },
                    },
                },
            },
            "maas-gpt-4o": {
                npm: "@ai-sdk/openai-compatible",
                name: "gpt-4o",
                options: { baseURL: chat.url, apiKey: "{env:MAAS_API_KEY}" },
                models: { "gpt-4o": { name: "gpt-4o" } },
            },
        },
    });
});

it("names address, model and context for Cursor and Cline, and how to get a key", () => {
    const page = clientsPage({ name: "free" }, [chat, embedding], access);
    expect(page).toContain("# Tier free");
    expect(page).toContain(access.key);
    expect(page).toContain(`- Override OpenAI Base URL: ${chat.url}\n- Model: RedHatAI/gpt-oss-20b`);
    expect(page).toContain("- Model ID: RedHatAI/gpt-oss-20b\n- Context Window Size: 131072");
    expect(page).not.toMatch(/Model(?: ID)?: bge/);
    expect(page).not.toContain("ca.crt");
});

it("gives clients the gateway's own authority", () => {
    const page = clientsPage({ name: "free" }, [chat], { ...access, authority: true });
    expect(page).toContain("curl --cacert ca.crt https://");
    expect(page).toContain("export NODE_EXTRA_CA_CERTS=$PWD/ca.crt");
});

it("has no settings for IDEs where no model answers, and none at all without a model", () => {
    const page = clientsPage({ name: "free" }, [embedding], access);
    expect(page).toContain("/v1/embeddings");
    expect(page).not.toContain("## Cline");
    expect(clientsPage({ name: "free", displayName: "Free" }, [], access)).toBe("# Tier Free\n\nThis tier has no model.\n");
});

it("asks by hand as the kind of the model wants", () => {
    expect(requestByHand(embedding)).toContain(`'{"model":"bge","input":"Say hello"}'`);
    expect(requestByHand(chat)).toContain(`"messages":[{"role":"user","content":"Say hello"}]`);
});
