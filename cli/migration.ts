/** The stack file of the next release: what `maas migrate` and `maas upgrade` begin with. */
import { readFileSync } from "node:fs";

import { releases } from "../catalogue/releases";
import type { Migration } from "../stacks/migrate";
import type { Context, Invocation } from "./command";
import { RefusalError, UsageError } from "./exit";
import { namedStack } from "./stackArgument";
import { stackFileOf } from "./stackSettings";

/** A stack and its migration. */
interface MigratedStack {
    readonly stack: string;
    readonly projectDir: string;
    readonly config: Awaited<ReturnType<typeof stackFileOf>>["config"];
    readonly migration: Migration;
}

/**
 * Migrates the stack that is named to the release of `--to`, or to the next one.
 *
 * @throws UsageError for a release that does not exist; RefusalError for settings that are wrong already, or the last release
 */
export async function migratedStack(invocation: Invocation, context: Context): Promise<MigratedStack> {
    const wanted = invocation.text("to");
    const to = releases.find((release) => release === wanted);
    if (wanted !== undefined && to === undefined) {
        throw new UsageError(`--to ${wanted}: there is no such release; expected one of ${releases.join(", ")}.`);
    }
    const { stack, projectDir } = namedStack(invocation, context);
    const { file, config } = await stackFileOf(projectDir, stack);
    const { migrate } = await import("../stacks/migrate");
    try {
        return { stack, projectDir, config, migration: migrate(stack, readFileSync(file, "utf8"), to, projectDir) };
    } catch (e) {
        throw e instanceof Error && ["SettingsError", "MigrationError"].includes(e.name) ? new RefusalError(e.message) : e;
    }
}
