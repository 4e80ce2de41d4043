/** A project in a folder of its own for one case. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { stringify } from "yaml";

import type { Case, Step } from "./case";

const ROOT = path.resolve(__dirname, "../..");
/** The stack of every case. */
export const STACK = "dev";
/** The project of every case. */
export const PROJECT = "engine";
/** The policy pack of the cases that have one. */
export const PACK = path.join(__dirname, "pack");

export class CaseProject {
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-engine-case-"));
    private readonly logFile = path.join(this.folder, "log");

    constructor(of: Case) {
        fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(this.folder, "node_modules"));
        fs.cpSync(path.join(__dirname, "programs"), path.join(this.folder, "programs"), { recursive: true });
        fs.mkdirSync(path.join(this.folder, "stacks"));
        fs.writeFileSync(path.join(this.folder, "package.json"), JSON.stringify({ name: PROJECT }));
        fs.writeFileSync(
            path.join(this.folder, "Pulumi.yaml"),
            stringify({
                name: PROJECT,
                runtime: { name: "nodejs", options: { typescript: false } },
                main: `programs/${of.program ?? of.name}.js`,
                stackConfigDir: "stacks",
            }),
        );
        this.configure(of.steps[0]!);
    }

    /** The configuration of a step; it is in the stack file as well. */
    configure(step: Step): Record<string, string> {
        const values = {
            "engine:step": step.step,
            "engine:log": this.logFile,
            "engine:failing": (step.failing ?? []).join(","),
        };
        fs.writeFileSync(path.join(this.folder, "stacks", `Pulumi.${STACK}.yaml`), stringify({ config: values }));
        fs.writeFileSync(this.logFile, "");
        return values;
    }

    /** What hooks have written since the configuration, by resource: what goes on side by side has no order. */
    log(): string[] {
        const lines = fs.readFileSync(this.logFile, "utf8").split("\n").filter(Boolean);
        const resource = (line: string): string => / of (\S+),/.exec(line)?.[1] ?? "";
        return lines.sort((a, b) => (resource(a) < resource(b) ? -1 : resource(a) > resource(b) ? 1 : 0));
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}
