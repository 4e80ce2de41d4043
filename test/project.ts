/** This project with other stack files: the same program, from a folder of its own. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { stringify } from "yaml";

import { shipped, withOneModel } from "./settings";

const root = path.join(__dirname, "..");

/** A folder with a Pulumi.yaml and stack files; remove it with `remove`. */
export class Project {
    readonly folder = mkdtempSync(path.join(os.tmpdir(), "maas-project-"));

    constructor() {
        copyFileSync(path.join(root, "Pulumi.yaml"), path.join(this.folder, "Pulumi.yaml"));
        mkdirSync(path.join(this.folder, "stacks"));
        for (const file of ["pulumi.js", "register.js", "node_modules", "package.json"]) {
            symlinkSync(path.join(root, file), path.join(this.folder, file));
        }
    }

    /** Writes a stack file as it stands. @returns the name of the stack */
    write(text: string, stack = "test"): string {
        writeFileSync(path.join(this.folder, `stacks/Pulumi.${stack}.yaml`), text);
        return stack;
    }

    /**
     * Writes the settings of code-assistant with a change, with the first of its models alone, which fits wherever the
     * change puts it, without workspaces, which follow each user, and without observability. @returns the name of the stack
     */
    change(change: (settings: any) => unknown = () => undefined, stack = "test"): string {
        const settings = withOneModel(shipped("code-assistant"));
        delete settings.workspaces;
        delete settings.observability;
        change(settings);
        return this.write(stringify({ config: { "maas:settings": settings } }), stack);
    }

    remove(): void {
        rmSync(this.folder, { recursive: true });
    }
}
