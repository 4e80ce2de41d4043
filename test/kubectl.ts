/** The real kubectl, where there is one. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

/** Whether kubectl is on PATH; where it is not, that is said aloud, once a test file. */
export const HAS_KUBECTL = spawnSync("kubectl", ["version", "--client"]).status === 0;
if (!HAS_KUBECTL) {
    process.stderr.write("SKIPPED: what is asked with kubectl: there is none on PATH\n");
}

/** Runs a printed command, `kubectl …`, in a home of its own. @returns its output @throws Error with it when it fails */
export async function kubectl(kubeconfig: string, command: string): Promise<string> {
    const home = mkdtempSync(path.join(tmpdir(), "kubectl-"));
    const [program, ...words] = command.split(" ");
    try {
        // The cluster may be in this very process.
        const { stdout } = await promisify(execFile)(program!, words, {
            timeout: 60_000,
            maxBuffer: 2 ** 26,
            env: { PATH: process.env["PATH"], HOME: home, KUBECONFIG: kubeconfig },
        });
        return stdout;
    } finally {
        rmSync(home, { recursive: true, force: true });
    }
}
