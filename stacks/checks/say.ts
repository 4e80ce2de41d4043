import type { SettingsProblem } from "../problem";

/** Says something of a setting of the model. */
export type Say = (key: string, message: string) => SettingsProblem;
