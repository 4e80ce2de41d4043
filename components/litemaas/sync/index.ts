/** The synchronization of LiteMaaS: files that a Job runs as they are, and that `maas` runs as well. */
import { programFiles, type ProgramFiles, SEND } from "../../programFiles";

export { type DesiredArgs, desiredState, routerFallbacks } from "./desired";
export type { DesiredState } from "./types";

const FOLDER = "litemaas/sync";

/** File that the Job runs. */
export const SYNC_ENTRY = `${FOLDER}/sync.js`;

const NAMES = ["handout.js", "http.js", "keys.js", "models.js", "reconcile.js", "sync.js", "teams.js"];

/** The files of the Job. They need Node.js 18 or later, and nothing else. */
export const SYNC_FILES: ProgramFiles = programFiles(SEND, ...NAMES.map((name) => `${FOLDER}/${name}`));
