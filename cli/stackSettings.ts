/** The settings of a stack that a command names. */
import type { Settings } from "../stacks/schema";
import type { Context, Invocation } from "./command";
import { RefusalError, UsageError } from "./exit";
import { type NamedStack, namedStack } from "./stackArgument";

/**
 * Reads and checks the settings of a stack of the project that `--project` names.
 *
 * @throws UsageError for a stack that does not exist, RefusalError for settings that are wrong
 */
export async function settingsOfStack(invocation: Invocation, context: Context): Promise<NamedStack & { settings: Settings }> {
    const { readProject, readStackConfig } = await import("../rehearsal/engine/project");
    const { parseSettings } = await import("../stacks/settings");
    const { stack, projectDir } = namedStack(invocation, context);
    try {
        const { values } = readStackConfig(readProject(projectDir), stack);
        const text = values["maas:settings"];
        const written = text === undefined ? undefined : (JSON.parse(text) as unknown);
        return {
            settings: parseSettings(stack, written, projectDir, Object.keys(values)),
            stack,
            projectDir,
        };
    } catch (e) {
        if (e instanceof Error && e.name === "ProjectError") {
            throw new UsageError(e.message);
        }
        throw e instanceof Error && e.name === "SettingsError" ? new RefusalError(e.message) : e;
    }
}
