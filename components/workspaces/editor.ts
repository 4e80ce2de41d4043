/** Configuration of the IDE. Source: docs/sources/workspaces.md#editor. */
import { pinnedExtension } from "../../catalogue/workspaces/extension";
import type { WorkspacesSettings } from "../../stacks/schema";

/** Files that the IDE reads from ConfigMap vscode-editor-configurations of the user's namespace when it starts. */
export function editorConfig({ assistant }: WorkspacesSettings): Record<string, string> {
    return {
        "extensions.json": json({ recommendations: [assistant.extension] }),
        "settings.json": json({
            "extensions.ignoreRecommendations": false,
            // The version of the assistant is that of the settings.
            ...(pinnedExtension(assistant) !== undefined && { "extensions.autoUpdate": false }),
            "continue.telemetryEnabled": false,
            "workbench.startupEditor": "readme",
        }),
    };
}

function json(value: unknown): string {
    return `${JSON.stringify(value, undefined, 4)}\n`;
}
