/** Parts that `plan` and `rehearse` share: options, the policy pack, the files that they write. */
import { existsSync } from "node:fs";
import * as path from "node:path";

import type { PolicyConfig } from "../rehearsal/engine/analyzer";
import type { ProgressEvent } from "../rehearsal/engine/events";
import type { Plan, Rehearsal } from "../rehearsal/result";
import type { Context, Invocation, OptionSpec } from "./command";
import { RefusalError, UsageError } from "./exit";
import { checkDistinct, writeOutput } from "./output";
import { policyConfigOf } from "./policyConfig";
import { type NamedStack, namedStack, projectOption } from "./stackArgument";
import { resultJson } from "../rehearsal/report/json";
import { sarifReport } from "../rehearsal/report/sarif";
import { lazy } from "../catalogue/lazy";
import { readProject, stacksOf } from "../rehearsal/engine/project";

const html = lazy(() => require("../rehearsal/report/html") as typeof import("../rehearsal/report/html"));
const stackSource = lazy(() => require("./stackSource") as typeof import("./stackSource"));

/** Options of both. */
export const runOptions = {
    json: {
        type: "output",
        value: "FILE",
        help: "write the result to a JSON file (its schema is in docs/schemas); - is standard output",
    },
    html: { type: "output", value: "FILE", help: "write the report to a self-contained HTML file" },
    sarif: {
        type: "output",
        value: "FILE",
        help: "write the findings as SARIF 2.1.0 for code scanning, each at the line of the stack file that caused it",
    },
    profile: {
        type: "choice",
        choices: ["sandbox", "development", "production"],
        default: "development",
        help: "purpose of the stack, which sets how strict each policy is",
    },
    "policy-pack": { type: "folder", value: "DIR", help: "check the policies of this pack (default: policy)" },
    "policy-config": {
        type: "file",
        value: "FILE",
        help: "JSON file that configures the policies, as for `pulumi preview --policy-pack-config`",
    },
    "no-policy": { type: "flag", help: "check no policies" },
    ...projectOption,
    timings: { type: "flag", help: "print how long each part took" },
} as const satisfies Record<string, OptionSpec>;

/** Settings that both take from the command line. */
export interface RunSettings extends NamedStack {
    readonly policyPack?: string;
    readonly policyConfig?: PolicyConfig;
}

/** Reads the options of both. @throws UsageError for options that exclude each other or a configuration that is not JSON */
export function runSettings(invocation: Invocation, context: Context): RunSettings {
    const at = (file: string): string => path.resolve(context.cwd, file);
    const pack = invocation.text("policy-pack");
    const config = invocation.text("policy-config");
    const noPolicy = invocation.flag("no-policy");
    const needsPolicy = ["policy-pack", "policy-config", "profile", "sarif"].find((option) => invocation.given(option));
    if (noPolicy && needsPolicy !== undefined) {
        throw new UsageError(`--no-policy and --${needsPolicy} exclude each other.`);
    }
    checkDistinct(invocation, context, ["json", "html", "sarif"]);
    const usual = path.join(context.root, "policy");
    const policyPack = noPolicy
        ? undefined
        : pack !== undefined
          ? at(pack)
          : existsSync(path.join(usual, "PulumiPolicy.yaml"))
            ? usual
            : undefined;
    const policyConfig = policyConfigOf(
        policyPack,
        invocation.given("profile") ? invocation.text("profile") : undefined,
        config === undefined ? undefined : at(config),
    );
    return {
        ...namedStack(invocation, context),
        ...(policyPack !== undefined && { policyPack }),
        ...(policyConfig !== undefined && { policyConfig }),
    };
}

/** Writes the files that were asked for, and says so. */
export function writeFiles(
    invocation: Invocation,
    context: Context,
    { projectDir }: Pick<RunSettings, "projectDir">,
    result: Plan | Rehearsal,
): void {
    if (context.signal.aborted) {
        return; // What was interrupted is no result.
    }
    const write = (option: "json" | "html" | "sarif", content: () => string): void => {
        const file = invocation.text(option);
        if (file !== undefined) {
            writeOutput(context, file, content(), option.toUpperCase());
        }
    };
    write("json", () => resultJson(result));
    write("html", () => html().htmlReport(result));
    write("sarif", () => sarifReport(result, stackSource().sourceOf(projectDir, result.stack)));
}

/** Errors whose message says all that their reader needs; by name, so that their modules need not be loaded. */
const plain = new Set(["ProjectError", "CrdError", "BinariesError", "BuildError", "UnreachableError"]);

/** Turns an error from around the program into a plain message; an unknown stack is misuse. */
export function explained(error: unknown, settings: RunSettings): unknown {
    if (!(error instanceof Error) || !plain.has(error.name)) {
        return error;
    }
    if (error.name === "ProjectError") {
        try {
            if (!stacksOf(readProject(settings.projectDir)).includes(settings.stack)) {
                return new UsageError(error.message);
            }
        } catch {
            // The project itself is what cannot be read.
        }
    }
    return new RefusalError(error.message);
}

/** Collects how long each part took, and prints it. */
export class Timings {
    private readonly parts: (readonly [string, number])[] = [];
    private begun = 0;
    private runs = 0;

    constructor(private readonly context: Context) {}

    /** The process is ready and the first run begins. */
    begin(): void {
        this.now("start");
    }

    /** Takes events of the run: each run counts from its own beginning. */
    take(event: ProgressEvent): void {
        if (event.kind === "phase" && event.phase === "starting") {
            this.begun = this.context.elapsed();
            this.runs++;
        }
    }

    /** Notes a part that ended so many milliseconds after the run began. */
    readonly note = (part: string, milliseconds: number): void => {
        this.parts.push([this.runs > 1 ? `${part} (run ${this.runs})` : part, this.begun + milliseconds]);
    };

    /** Notes a part that ends now. */
    now(part: string): void {
        this.parts.push([part, this.context.elapsed()]);
    }

    /** One line for each part: milliseconds since the process began, and what was done by then. */
    print(): void {
        for (const [part, at] of this.parts) {
            this.context.err.always(`timing ${at.toFixed(0).padStart(6)} ms  ${part}`);
        }
        this.context.err.always(
            `timing ${String(Math.round(process.resourceUsage().maxRSS / 1024)).padStart(6)} MB  peak memory of maas itself`,
        );
    }
}
