import type { Terminal } from "./terminal";
import type { UnderWay } from "./underWay";

/** The form of an option, and the values that it may have. */
export type OptionSpec = {
    /** One line for `--help`. */
    readonly help: string;
} & (
    | { readonly type: "flag" }
    | {
          /** A text, given as the option's value. `multiple`: may be given more than once. */
          readonly type: "text";
          readonly value: string;
          readonly multiple?: boolean;
      }
    | { readonly type: "choice"; readonly choices: readonly string[]; readonly default: string }
    /** A file that will be written; its folder must exist, which is checked before anything runs. */
    | OutputForm
    /** A file or folder that must exist. */
    | { readonly type: "file" | "folder"; readonly value: string }
);

interface OutputForm {
    readonly type: "output";
    readonly value: string;
}

/** An option that names a file that will be written. */
export type OutputSpec = OutputForm & { readonly help: string };

/** An argument without a name. */
export interface ArgumentSpec {
    readonly name: string;
    readonly help: string;
    readonly optional?: boolean;
    /** Values for the shell's completion, where they are known. */
    readonly choices?: readonly string[];
}

/** The user's command line, checked against the command's specification. */
export interface Invocation {
    readonly arguments: readonly string[];
    flag(option: string): boolean;
    /** The value of a text, choice, file, folder or output option; undefined when it was not given and has no default. */
    text(option: string): string | undefined;
    texts(option: string): readonly string[];
    /** Whether the option was given at all. */
    given(option: string): boolean;
}

/** One thing that a command reads or writes. */
export interface Access {
    readonly does: "reads" | "writes";
    /** A file, an environment variable, an endpoint, an object. */
    readonly what: string;
    /** The rights that the access needs. */
    readonly rights: string;
    /** The condition of the access, where it is not unconditional. */
    readonly when?: string;
}

/** The surroundings that a command may use. */
export interface Context {
    /** For what was asked for. */
    readonly out: Terminal;
    /** For progress and complaints. */
    readonly err: Terminal;
    /** Aborted when the user wants it to end. */
    readonly signal: AbortSignal;
    /** Told when the process is made to end at once. */
    readonly underWay: UnderWay;
    readonly cwd: string;
    /** The folder of this project. */
    readonly root: string;
    /** Milliseconds since the process began. */
    readonly elapsed: () => number;
}

/**
 * One command of `maas`: each file in commands/ exports one as `command`. The file's name is the command's, with a
 * hyphen for a space (`crds-download.ts` is `maas crds download`) and an underscore for a hyphen. Imports of what only `run` needs belong into `run`.
 * It has the option `json`, or says why not.
 */
export type Command = CommandCore & (HasJson | HasNoJson);

/** A command whose result can be had as JSON. */
interface HasJson {
    readonly options: Readonly<Record<string, OptionSpec>> & { readonly json: OutputSpec };
    readonly withoutJson?: never;
}

/** A command that has no result to write as JSON. */
interface HasNoJson {
    readonly options?: Readonly<Record<string, OptionSpec>> & { readonly json?: never };
    /** Why it has no `--json`. */
    readonly withoutJson: string;
}

interface CommandCore {
    /** One line, without a full stop. */
    readonly summary: string;
    /** More for its own `--help`. */
    readonly description?: string;
    readonly arguments?: readonly ArgumentSpec[];
    /** The objects that it reads and writes, and the rights for them: `--explain` prints them. Empty: nothing but this program's own files. */
    readonly access: readonly Access[];
    /** @returns the exit code */
    run(invocation: Invocation, context: Context): Promise<number>;
}
