/** The synchronization of LiteMaaS: files that a Job runs as they are, and that `maas` runs as well. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export { type DesiredArgs, desiredState, routerFallbacks } from "./desired";
export type { DesiredState } from "./types";

/** File that the Job runs. */
export const SYNC_ENTRY = "sync.js";

const NAMES = ["handout.js", "http.js", "keys.js", "models.js", "reconcile.js", SYNC_ENTRY, "teams.js"];

/** The files of the Job, by name: all in one folder. They need Node.js 18 or later, and nothing else. */
export const SYNC_FILES: Readonly<Record<string, string>> = Object.fromEntries(
    NAMES.map((name) => [name, readFileSync(join(__dirname, name), "utf8")]),
);
