/** The page that the IDE of a workspace opens at its first start. */
import { requestsIn } from "../tiers";
import { requestByHand } from "./clients";
import type { AssistantModel } from "./continue";
import { KEY_VARIABLE } from "./names";

interface Limit {
    readonly limit: number;
    readonly window: string;
}

/** A tier; `tiers[]` of the settings has this shape. */
interface Limited {
    readonly name: string;
    readonly displayName?: string | undefined;
    readonly requests?: Limit | readonly Limit[] | undefined;
    readonly tokens: readonly Limit[];
}

/** The tools of a workspace beside the models. */
interface Contents {
    /** Folder of the repository that it clones. */
    readonly repository?: string | undefined;
    /** Whether the credential is a key or, on releases without keys, a token. */
    readonly credential: "key" | "token";
}

/**
 * The page for the users of a tier, in Markdown: what they may call, how to ask the assistant, and what limits mean. It names no
 * user, so that all users of a tier have the same.
 */
export function gettingStartedPage(
    tier: Limited,
    models: readonly AssistantModel[],
    { repository, credential }: Contents,
): string {
    const first = models.find(({ roles }) => roles.includes("chat")) ?? models[0];
    const agent = models.filter(({ tools }) => tools);
    const limits = [
        ...requestsIn(tier.requests).map(({ limit, window }) => `${limit} requests in ${window}`),
        ...tier.tokens.map(({ limit, window }) => `${limit} tokens in ${window}`),
    ];
    return `# Your workspace

The assistant Continue is installed and configured: it calls the models of tier ${tier.displayName ?? tier.name} with a ${credential} of this
workspace. Nothing is left to copy. If its icon is not at the left yet, wait a minute: the extension is installed in the background.

| Model | Name in requests | Used for | Agent mode |
| --- | --- | --- | --- |
${models.map(({ name, displayName, roles, tools }) => `| ${displayName ?? name} | \`${name}\` | ${roles.join(", ")} | ${tools === undefined ? "if its provider offers it" : tools ? "yes" : "no"} |`).join("\n")}

For each model you have ${[limits.slice(0, -1).join(", "), ...limits.slice(-1)].filter(Boolean).join(" and ")}. An answer 429 means that a limit is used up; it is free again when its window has ended.

## Ask

- **Chat**: open Continue at the left, and ask. \`@\` adds files, the terminal or problems to the question.
- **Edit**: select code, press Ctrl+I (Cmd+I on a Mac), and say what is to change.
${agent.length === 0 ? "" : `- **Agent**: choose Agent below the question; Continue then reads, edits and runs by itself, and asks before it does. Models: ${agent.map(({ displayName, name }) => displayName ?? name).join(", ")}.\n`}${repository === undefined ? "" : `\nThe folder \`${repository}\` is a clone of the repository of this platform; begin there.\n`}
Read what the assistant writes before you keep it.

## From a terminal

\`\`\`sh
${first === undefined ? "# This tier has no model yet." : requestByHand(first)}
\`\`\`

Other programs take the same address and ${credential}; \`echo $${KEY_VARIABLE}\` shows it. It counts for you: give it to nobody.
The platform renews it, and a workspace reads it when it starts: if an answer is 401 or 403, restart the workspace.
`;
}
