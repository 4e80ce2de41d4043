/** One thing that is wrong with the settings. */
export interface SettingsProblem {
    /** Where, from `maas:settings` on: `tiers[0].models[1]`. */
    readonly path: string;
    /** What was given, what is expected, and the nearest valid choice. */
    readonly message: string;
}
