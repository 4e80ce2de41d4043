/** The configuration of the assistant, judged by Continue's own schema, and read by its own loader. */
import { configYamlSchema, SecretType, unrollAssistantFromContent, validateConfigYaml } from "@continuedev/config-yaml";
import { stringify } from "yaml";

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
    // Without capabilities, Continue would judge by the name of the model.
    expect(read(config).models![1]).toMatchObject({ capabilities: [] });
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
    expect(entry).not.toHaveProperty("capabilities");
});

it("holds no key", () => {
    expect(JSON.stringify(continueConfig(tier, [assistantModel(model({}), url)]))).not.toMatch(/sk-|Bearer/);
});

describe("Continue's loader", () => {
    /** As in the extension: continuedev/continue@d0a3c0b:core/config/yaml/loadYaml.ts and LocalPlatformClient.ts, without `.env` files. */
    const load = (config: object, env: Readonly<Record<string, string>>) =>
        unrollAssistantFromContent(
            { uriType: "file", fileUri: "file:///home/user/.continue/config.yaml" },
            stringify(config, { lineWidth: 0 }),
            { getContent: () => Promise.reject(new Error("nothing is fetched")) },
            {
                renderSecrets: true,
                currentUserSlug: "",
                orgScopeId: null,
                onPremProxyUrl: null,
                platformClient: {
                    resolveFQSNs: (names) =>
                        Promise.resolve(
                            names.map((fqsn) => {
                                const { secretName } = fqsn;
                                const value = env[secretName];
                                return value === undefined
                                    ? undefined
                                    : {
                                          found: true as const,
                                          fqsn,
                                          value,
                                          secretLocation: { secretName, secretType: SecretType.ProcessEnv as const },
                                      };
                            }),
                        ),
                },
            },
        );
    const models = [
        assistantModel(model({ displayName: "OpenAI gpt-oss-20b" }), url),
        assistantModel(model({ name: "bge", model: "bge-m3" }), url),
    ];

    it("gives each model the key of the workspace's environment", async () => {
        const { config, errors } = await load(continueConfig(tier, models), { MAAS_API_KEY: "from-the-environment" });
        expect(errors ?? []).toEqual([]);
        expect(validateConfigYaml(config as Parameters<typeof validateConfigYaml>[0])).toEqual([]);
        expect(config!.models!.map((one) => [one?.name, one?.apiKey, one?.apiBase, one?.roles])).toEqual([
            ["OpenAI gpt-oss-20b", "from-the-environment", url, ["chat", "edit", "apply"]],
            ["bge", "from-the-environment", url, ["embed"]],
        ]);
    });

    it("misses the key where the workspace has none", async () => {
        const { config } = await load(continueConfig(tier, models), {});
        expect(config?.models?.[0]?.apiKey).not.toBe("from-the-environment");
    });
});
