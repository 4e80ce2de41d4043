/** What the tests of the API server share. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { PROGRAMS } from "../../../rehearsal/apiserver/versions";
import { isBuilt } from "../../../rehearsal/apiserver/build";

export { eventually, widgets } from "./widgets";

/** Whether CI, or whoever sets MAAS_REQUIRE_CONFORMANCE=1, wants these tests run and nothing else accepted. */
export const REQUIRED = process.env["CI"] === "true" || process.env["MAAS_REQUIRE_CONFORMANCE"] === "1";

function onDisk(): boolean {
    const folders = [process.env["KUBEBUILDER_ASSETS"] ?? "", ...(process.env["PATH"] ?? "").split(path.delimiter)];
    return (
        isBuilt(process.env) || PROGRAMS.every((p) => folders.some((f) => path.isAbsolute(f) && fs.existsSync(path.join(f, p))))
    );
}

/**
 * `describe` where there are kube-apiserver, kube-controller-manager and etcd; elsewhere the tests are skipped, which is said aloud, or
 * run all the same (they then build the programs, or fail) where they are required.
 */
export const describeApiServer: jest.Describe = onDisk() || REQUIRED ? describe : skipped();

function skipped(): jest.Describe {
    process.stderr.write(
        "SKIPPED: no kube-apiserver, kube-controller-manager and etcd here: set KUBEBUILDER_ASSETS, or build them with `node -r ./typescript rehearsal/apiserver/build.ts`\n",
    );
    return describe.skip as unknown as jest.Describe;
}

/** Whether a process exists; one that only waits to be looked after by its parent is not. */
export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
    } catch {
        return false;
    }
    try {
        return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
        return os.platform() !== "linux";
    }
}
