/** Reads the settings of a stack, and reports all problems at once, each with path, value and expected values. */
import { didYouMean } from "../catalogue/nearest";
import { externalSecretsProblems } from "./checks/externalSecrets";
import { crossChecks } from "./crossChecks";
import { schemaProblems } from "./issues";
import { type Settings, settingsSchema } from "./schema";
import type { SettingsProblem } from "./problem";
import { withUserFile } from "./userFile";

/** The settings have problems; nothing was created. */
export class SettingsError extends Error {
    constructor(
        stack: string,
        readonly problems: readonly SettingsProblem[],
    ) {
        const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
        super(
            `The settings of stack ${stack} have ${count} (stacks/Pulumi.${stack}.yaml, under maas:settings):\n` +
                problems.map((p) => `  ${p.path === "" ? "(all of it)" : p.path}: ${p.message}`).join("\n"),
        );
        this.name = "SettingsError";
    }
}

/** Keys of the stack's configuration that nothing reads, and that were meant to be `maas:settings`. */
function misnamedKeys(keys: readonly string[]): SettingsProblem[] {
    return keys
        .filter((key) => key.startsWith("maas:") && key !== "maas:settings")
        .sort()
        .flatMap((key) => {
            const meant = didYouMean(key, ["maas:settings"]);
            return meant === "" ? [] : [{ path: key, message: `nothing reads this key; expected maas:settings${meant}` }];
        });
}

/**
 * Checks settings and fills in their defaults.
 *
 * @param stack name of the stack, for the message
 * @param written the value of `maas:settings`
 * @param folder the folder of Pulumi.yaml. Default: the working directory, as in the program
 * @param keys of the stack's whole configuration. Default: `maas:settings` alone
 * @throws SettingsError with all problems, sorted by path
 */
export function parseSettings(stack: string, written: unknown, folder = process.cwd(), keys: readonly string[] = []): Settings {
    const misnamed = misnamedKeys(keys);
    const { given, problems: unread, locate } = withUserFile(written, folder);
    if (given === undefined || given === null) {
        const none = { path: "", message: "the stack has no settings; stacks/Pulumi.code-assistant.yaml is an example" };
        throw new SettingsError(stack, misnamed.length > 0 ? misnamed : [none]);
    }
    const result = settingsSchema.safeParse(given, { reportInput: true });
    const problems = [
        ...misnamed,
        ...unread,
        ...(result.success ? [] : schemaProblems(result.error.issues, given)),
        ...(typeof given === "object" ? [...crossChecks(given), ...externalSecretsProblems(given, folder)] : []),
    ];
    if (problems.length > 0) {
        throw new SettingsError(stack, problems.map(locate));
    }
    return result.data!;
}
