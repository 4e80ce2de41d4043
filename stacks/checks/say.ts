import type { SettingsProblem } from "../problem";

/** Reports a problem of a setting of the model. */
export type Say = (key: string, message: string) => SettingsProblem;
