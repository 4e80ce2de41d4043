/** The stack that a command names: by its name, or by the path of its file. */
import { existsSync } from "node:fs";
import * as path from "node:path";

import type { ArgumentSpec, Context, Invocation, OptionSpec } from "./command";
import { UsageError } from "./exit";
import { readProject } from "../rehearsal/engine/project";

/** The argument of every command that takes a stack. */
export const stackArgument: ArgumentSpec = {
    name: "stack",
    help: "a stack, by its name or the path of its file: stacks/Pulumi.<stack>.yaml",
};

/** The option of every command that takes a stack. */
export const projectOption = {
    project: { type: "folder", value: "DIR", help: "the folder of Pulumi.yaml (default: this project)" },
} as const satisfies Record<string, OptionSpec>;

/** A stack and the project that it belongs to. */
export interface NamedStack {
    readonly stack: string;
    /** The folder of Pulumi.yaml. */
    readonly projectDir: string;
}

/**
 * Reads the argument `stack` and the option `--project`.
 *
 * @throws UsageError for a path that is no stack file of the project
 */
export function namedStack(invocation: Invocation, context: Context): NamedStack {
    const given = invocation.arguments[0]!;
    const project = invocation.text("project");
    const chosenDir = project === undefined ? undefined : path.resolve(context.cwd, project);
    const base = path.basename(given);
    const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(base)?.[1];
    if (stack === undefined && !given.includes("/")) {
        return { stack: given, projectDir: chosenDir ?? context.root };
    }
    const file = path.resolve(context.cwd, given);
    if (stack === undefined) {
        throw new UsageError(
            `${given} is no stack file; expected the name of a stack, or a path such as stacks/Pulumi.dev.yaml.`,
        );
    }
    if (!existsSync(file)) {
        throw new UsageError(`There is no file ${given}.`);
    }
    const projectDir = chosenDir ?? projectAbove(path.dirname(file));
    if (projectDir === undefined || !holds(projectDir, file)) {
        throw new UsageError(
            `${given} belongs to no project${chosenDir === undefined ? "" : ` in ${project!}`}: Pulumi looks for stack files in the folder that stackConfigDir of Pulumi.yaml names.`,
        );
    }
    return { stack, projectDir };
}

/** The nearest folder with a Pulumi.yaml, here or above. */
function projectAbove(folder: string): string | undefined {
    if (existsSync(path.join(folder, "Pulumi.yaml"))) {
        return folder;
    }
    const above = path.dirname(folder);
    return above === folder ? undefined : projectAbove(above);
}

function holds(projectDir: string, file: string): boolean {
    try {
        return readProject(projectDir).stackDir === path.dirname(file);
    } catch (e) {
        throw e instanceof Error && e.name === "ProjectError" ? new UsageError(e.message) : e;
    }
}
