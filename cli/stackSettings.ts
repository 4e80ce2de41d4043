/** The settings of a stack that a command names. */
import * as path from "node:path";

import type { Settings } from "../stacks/schema";
import type { Context, Invocation } from "./command";
import { RefusalError, UsageError } from "./exit";

/**
 * Reads and checks the settings of a stack of the project that `--project` names.
 *
 * @throws UsageError for a stack that does not exist, RefusalError for settings that are wrong
 */
export async function settingsOfStack(
    invocation: Invocation,
    context: Context,
    stack: string,
): Promise<{ settings: Settings; projectDir: string }> {
    const { readProject, readStackConfig } = await import("../rehearsal/engine/project");
    const { parseSettings } = await import("../stacks/settings");
    const folder = invocation.text("project");
    const projectDir = folder === undefined ? context.root : path.resolve(context.cwd, folder);
    try {
        const { values } = readStackConfig(readProject(projectDir), stack);
        const text = values["maas:settings"];
        const written = text === undefined ? undefined : (JSON.parse(text) as unknown);
        return {
            settings: parseSettings(stack, written, projectDir, Object.keys(values)),
            projectDir,
        };
    } catch (e) {
        if (e instanceof Error && e.name === "ProjectError") {
            throw new UsageError(e.message);
        }
        throw e instanceof Error && e.name === "SettingsError" ? new RefusalError(e.message) : e;
    }
}
