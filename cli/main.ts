import * as path from "node:path";

import { parseInvocation } from "./arguments";
import { toldBy } from "./cluster";
import type { Context } from "./command";
import { candidates } from "./complete";
import { Exit, Interrupted, RefusalError, UsageError, UnfinishedError } from "./exit";
import { explain } from "./explain";
import { commandHelp, generalHelp } from "./help";
import { didYouMean } from "./nearest";
import { commandNames, findCommand, loadCommand } from "./registry";
import { Terminal } from "./terminal";
import { UnderWay } from "./underWay";

const root = path.dirname(__dirname);

/** The time that a command may take to clean up after it was interrupted, in milliseconds. */
const patience = 8000;

/** Runs the command line of this process and ends it. */
export function start(): void {
    const interrupt = new AbortController();
    const underWay = new UnderWay();
    const quiet = process.argv.includes("--quiet");
    const err = new Terminal(process.stderr, process.env, quiet);
    const end = (code: number): void => {
        err.status([]);
        // Nothing is lost: writes to files, terminals and pipes are done when the empty one is.
        process.stdout.write("", () => process.exit(code));
    };
    const leave = (): void => underWay.left.forEach((words) => err.always(words));
    const stop = (): void => {
        if (interrupt.signal.aborted) {
            leave();
            process.exit(Exit.interrupted);
        }
        err.status([]);
        err.always("Interrupted: stopping what was started. Interrupt again to stop at once.");
        interrupt.abort(new Interrupted());
        setTimeout(() => {
            leave();
            end(Exit.interrupted);
        }, patience).unref();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    process.on("SIGHUP", stop);
    const context: Context = {
        out: new Terminal(process.stdout, process.env, quiet),
        err,
        signal: interrupt.signal,
        underWay,
        cwd: process.cwd(),
        root,
        elapsed: () => performance.now(),
    };
    main(process.argv.slice(2), context).then(end, (error: unknown) => {
        err.always(error instanceof Error ? (error.stack ?? error.message) : String(error));
        end(Exit.refused);
    });
}

/**
 * Runs a command line.
 *
 * @param words without the interpreter and the script
 * @returns the exit code; what went wrong has been said then. Errors of this program itself are thrown
 */
export async function main(words: readonly string[], context: Context): Promise<number> {
    const { out, err, signal } = context;
    try {
        const found = findCommand(words);
        if (found === undefined) {
            return general(words, context);
        }
        const command = loadCommand(found.name);
        const rest = words.slice(found.words);
        try {
            const invocation = parseInvocation(found.name, command, rest, context.cwd);
            if (invocation.flag("help")) {
                commandHelp(found.name, command, out).forEach((line) => out.always(line));
                return Exit.fine;
            }
            if (invocation.flag("explain")) {
                return explain(context, command);
            }
            return await command.run(invocation, context);
        } catch (e) {
            if (e instanceof UsageError && !signal.aborted) {
                err.always(`${e.message}\nmaas ${found.name} --help prints its usage.`);
                return Exit.misuse;
            }
            throw e;
        }
    } catch (e) {
        err.status([]);
        if (signal.aborted) {
            if (e instanceof UnfinishedError) {
                err.always(e.message);
            }
            return Exit.interrupted;
        }
        if (e instanceof UsageError) {
            err.always(e.message);
            return Exit.misuse;
        }
        if (e instanceof RefusalError) {
            err.always(e.message);
            return Exit.refused;
        }
        // Loading the client for its class would take longer than most commands.
        if (e instanceof Error && e.name === "HttpError") {
            err.always(`${e.message}.`);
            return Exit.refused;
        }
        if (e instanceof Error && e.name === "KubeError") {
            err.always(toldBy(e as Error & { code: number }));
            return Exit.refused;
        }
        throw e;
    }
}

function general(words: readonly string[], context: Context): number {
    const { out } = context;
    const [first, ...others] = words;
    if (first === "--complete") {
        out.raw(
            candidates(others, context)
                .map((word) => `${word}\n`)
                .join(""),
        );
        return Exit.fine;
    }
    if (first === undefined || first === "--help" || first === "-h" || first === "help") {
        const wanted = others.length > 0 ? findCommand(others) : undefined;
        const lines = wanted
            ? commandHelp(wanted.name, loadCommand(wanted.name), out)
            : generalHelp(
                  commandNames().map((name) => [name, loadCommand(name)] as const),
                  out,
              );
        lines.forEach((line) => out.always(line));
        return first === undefined ? Exit.misuse : Exit.fine;
    }
    if (first === "--version" || first === "-v" || first === "version") {
        const { version } = require("../package.json") as { version: string };
        out.always(`maas ${version}`);
        return Exit.fine;
    }
    const names = commandNames();
    const given = words.filter((word) => !word.startsWith("-")).slice(0, 2);
    const name = given[0] ?? first;
    if (first.startsWith("-") && given.length === 0) {
        throw new UsageError(
            `maas has no option ${first}.${didYouMean(first, ["--help", "--version"])} Commands: ${names.join(", ")}.`,
        );
    }
    const group = names.filter((n) => n.startsWith(`${name} `));
    if (group.length > 0 && given[1] === undefined && words.some((word) => word === "--help" || word === "-h")) {
        generalHelp(
            group.map((n) => [n, loadCommand(n)] as const),
            out,
        ).forEach((line) => out.always(line));
        return Exit.fine;
    }
    if (group.length > 0) {
        throw new UsageError(
            given[1] === undefined
                ? `maas ${name} needs one more word: ${group.join(" or ")}.`
                : `There is no command ${given.join(" ")}.${didYouMean(given.join(" "), group)} There is ${group.join(", ")}.`,
        );
    }
    if (first.startsWith("-") && names.includes(name)) {
        throw new UsageError(`The command comes first: maas ${name} … ${first}.`);
    }
    throw new UsageError(`There is no command ${name}.${didYouMean(name, names)} Commands: ${names.join(", ")}.`);
}
