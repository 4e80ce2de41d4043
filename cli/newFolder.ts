/** A folder that a command fills. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";

import { RefusalError, UsageError } from "./exit";
import { writeWhole } from "./output";

/** A folder that is new or empty, and that is filled whole or not at all. Only its owner reads what is in it. */
export class NewFolder {
    /** Its full path. */
    readonly path: string;
    private readonly existed: boolean;

    /**
     * @param given as the user named it
     * @throws UsageError for a file, and for a folder that has something in it
     */
    constructor(
        readonly given: string,
        cwd: string,
    ) {
        this.path = path.resolve(cwd, given);
        this.existed = existsSync(this.path);
        if (this.existed && !statSync(this.path).isDirectory()) {
            throw new UsageError(`--out: ${given} is a file; a folder is expected.`);
        }
        if (this.existed && this.entries().length > 0) {
            throw new UsageError(`${given} is not empty; name a new folder with --out.`);
        }
    }

    /**
     * Makes the folder and fills it. When that fails, or is interrupted, nothing of it is left.
     *
     * @throws RefusalError when it cannot be made
     */
    async fill<T>(work: () => Promise<T>): Promise<T> {
        this.make(this.path);
        try {
            return await work();
        } catch (error) {
            this.discard();
            throw error;
        }
    }

    /** Writes a file below it. @throws RefusalError */
    write(file: string, content: string): void {
        const target = path.join(this.path, file);
        this.make(path.dirname(target));
        writeWhole(target, content, 0o600);
    }

    private entries(): string[] {
        return readdirSync(this.path);
    }

    private make(folder: string): void {
        // Step by step: Node's own way to make all of them never ends where the system says that the parent is not there (/proc).
        const missing: string[] = [];
        for (let at = folder; !existsSync(at); at = path.dirname(at)) {
            missing.unshift(at);
        }
        try {
            missing.forEach((one) => mkdirSync(one, { mode: 0o700 }));
        } catch (error) {
            throw new RefusalError(`${this.given} cannot be made: ${(error as Error).message}`);
        }
    }

    private discard(): void {
        try {
            this.entries().forEach((entry) => rmSync(path.join(this.path, entry), { recursive: true, force: true }));
            if (!this.existed) {
                rmSync(this.path, { recursive: true });
            }
        } catch {
            // What went wrong is thrown already.
        }
    }
}
