/** The settings of a stack that a command names. */
import * as path from "node:path";

import { recordOf } from "../catalogue/releases";
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

/**
 * Refuses a release without subscriptions and API keys.
 *
 * @param why it is refused, as a relative clause about the release
 * @throws RefusalError
 */
export function refuseTiers({ release }: Settings, stack: string, why: string): void {
    if (recordOf(release).governance === "tiers") {
        throw new RefusalError(`Stack ${stack} is of release ${release}, ${why}.`);
    }
}

/**
 * The file of a stack, and the configuration that it and Pulumi.yaml have.
 *
 * @throws UsageError for a stack that does not exist
 */
export async function stackFileOf(
    projectDir: string,
    stack: string,
): Promise<{ readonly file: string; readonly config: import("../rehearsal/engine/project").StackConfig }> {
    const { readProject, readStackConfig } = await import("../rehearsal/engine/project");
    try {
        const project = readProject(projectDir);
        const config = readStackConfig(project, stack);
        return { file: path.join(project.stackDir, `Pulumi.${stack}.yaml`), config };
    } catch (e) {
        throw e instanceof Error && e.name === "ProjectError" ? new UsageError(e.message) : e;
    }
}
