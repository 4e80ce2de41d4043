/** Configuration of the IDE. Source: docs/sources/workspaces.md#editor. */
import type { WorkspacesSettings } from "../../stacks/schema";

/** Files that the IDE reads from ConfigMap vscode-editor-configurations of the user's namespace when it starts. */
export function editorConfig({ assistant }: WorkspacesSettings): Record<string, string> {
    return {
        "extensions.json": json({ recommendations: [assistant.extension] }),
        "settings.json": json({ "extensions.ignoreRecommendations": false, "continue.telemetryEnabled": false }),
    };
}

function json(value: unknown): string {
    return `${JSON.stringify(value, undefined, 4)}\n`;
}
