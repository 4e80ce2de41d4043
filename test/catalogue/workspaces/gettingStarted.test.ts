/** The page that the IDE of a workspace opens. */
import { gettingStartedPage } from "../../../catalogue/workspaces/gettingStarted";

const tier = {
    name: "premium",
    displayName: "Premium",
    requests: { limit: 20, window: "2m" },
    tokens: [
        { limit: 10000, window: "1m" },
        { limit: 1000000, window: "24h" },
    ],
};
const chat = {
    name: "gpt-oss-20b",
    displayName: "OpenAI gpt-oss-20b",
    url: "https://maas.example.com/maas/gpt-oss-20b/v1",
    roles: ["chat", "edit", "apply"] as const,
    tools: true,
    context: 131072,
};
const embedding = {
    ...chat,
    name: "bge",
    displayName: undefined,
    url: "https://maas.example.com/maas/bge/v1",
    roles: ["embed"] as const,
    tools: false,
};

it("tells the models, the limits and how to begin", () => {
    const page = gettingStartedPage(tier, [chat, embedding], { repository: "exercises", credential: "key" });
    expect(page).toContain("| OpenAI gpt-oss-20b | `gpt-oss-20b` | chat, edit, apply | yes |");
    expect(page).toContain("| bge | `bge` | embed | no |");
    expect(page).toContain("20 requests in 2m, 10000 tokens in 1m and 1000000 tokens in 24h");
    expect(page).toContain("curl https://maas.example.com/maas/gpt-oss-20b/v1/chat/completions");
    expect(page).toContain("The folder `exercises`");
    expect(page).not.toMatch(/sk-oai-/);
});

it("offers no agent where no model calls tools, and asks an embedding model for embeddings", () => {
    const page = gettingStartedPage({ ...tier, requests: undefined }, [embedding], { credential: "token" });
    expect(page).not.toContain("**Agent**");
    expect(page).not.toContain("The folder");
    expect(page).toContain("/bge/v1/embeddings");
    expect(page).toContain("a token of this\nworkspace");
});

it("says so where the tier has no model", () => {
    expect(gettingStartedPage(tier, [], { credential: "key" })).toContain("# This tier has no model yet.");
});
