/** The configuration of the assistant, judged by Continue's own schema. */
import { configYamlSchema } from "@continuedev/config-yaml";

import { catalogueModels } from "../../../catalogue/models/modelCatalogue";
import { assistantModel, continueConfig, externalAssistantModel } from "../../../catalogue/workspaces/continue";
import { modelSchema } from "../../../stacks/schema";

const tier = { name: "free", displayName: "Free" };
const url = "https://maas.apps.cluster.example.com/maas/chat/v1";

function model(given: object) {
    return modelSchema.parse({ name: "chat", model: "gpt-oss-20b", pool: "l40s", ...given });
}

/** The configuration as Continue reads it. @throws ZodError when Continue does not take it */
function read(config: object) {
    return configYamlSchema.strict().parse(config);
}

it.each(catalogueModels().map(({ name, kind }) => [name, kind] as const))("Continue takes %s", (name, kind) => {
    const served = name.replace(/\./g, "-");
    const [entry] = read(continueConfig(tier, [assistantModel(model({ name: served, model: name }), url)])).models!;
    expect(entry).toMatchObject({
        provider: "openai",
        model: served,
        apiBase: url,
        apiKey: "${{ secrets.MAAS_API_KEY }}",
        roles: kind === "embed" ? ["embed"] : ["chat", "edit", "apply"],
    });
});

it("names the models of the tier in its order, and what they can do", () => {
    const config = continueConfig(tier, [
        assistantModel(model({ displayName: "OpenAI gpt-oss-20b", context: 16384 }), url),
        assistantModel(model({ name: "coder", model: "granite-3.3-8b-instruct", tools: false }), url, ["autocomplete"]),
    ]);
    expect(config).toMatchObject({ name: "Models of tier Free", version: "1.0.0", schema: "v1" });
    expect(read(config).models).toEqual([
        expect.objectContaining({
            name: "OpenAI gpt-oss-20b",
            model: "chat",
            capabilities: ["tool_use"],
            defaultCompletionOptions: { contextLength: 16384, maxTokens: 4096 },
        }),
        expect.objectContaining({ name: "coder", roles: ["autocomplete"] }),
    ]);
    expect(read(config).models![1]).not.toHaveProperty("capabilities");
});

it("leaves the larger part of a small context to the request", () => {
    const [entry] = read(continueConfig(tier, [assistantModel(model({ context: 4096 }), url)])).models!;
    expect(entry).toMatchObject({ defaultCompletionOptions: { contextLength: 4096, maxTokens: 1024 } });
});

it("is named after the tier, and gives the assistant what it may look at", () => {
    const config = continueConfig({ name: "free" }, []);
    expect(config).toMatchObject({ name: "Models of tier free" });
    expect(read(config).context!.map((one) => (one as { provider: string }).provider)).toEqual(
        expect.arrayContaining(["code", "diff", "terminal", "problems", "codebase"]),
    );
});

it("gives an embedding model no length of an answer", () => {
    const [entry] = read(continueConfig(tier, [assistantModel(model({ name: "bge", model: "bge-m3" }), url)])).models!;
    expect(entry).toMatchObject({ defaultCompletionOptions: { contextLength: 8192 } });
    expect(entry).not.toHaveProperty("defaultCompletionOptions.maxTokens");
});

it("asks for a model by its name in requests", () => {
    const named = model({ servedName: "RedHatAI/gpt-oss-20b" });
    expect(read(continueConfig(tier, [assistantModel(named, url)])).models![0]).toMatchObject({ model: "RedHatAI/gpt-oss-20b" });
});

it("names the provider's model of one elsewhere", () => {
    const elsewhere = { name: "gpt", providers: [{ targetModel: "gpt-4o" }] };
    const [entry] = read(continueConfig(tier, [externalAssistantModel(elsewhere, url)])).models!;
    expect(entry).toMatchObject({ name: "gpt", model: "gpt-4o", apiBase: url, roles: ["chat", "edit", "apply"] });
});

it("holds no key", () => {
    expect(JSON.stringify(continueConfig(tier, [assistantModel(model({}), url)]))).not.toMatch(/sk-|Bearer/);
});
