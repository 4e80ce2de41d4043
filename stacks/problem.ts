/** A problem of the settings. */
export interface SettingsProblem {
    /** Path below `maas:settings`: `tiers[0].models[1]`. */
    readonly path: string;
    /** The value, the expected values, and the nearest valid one. */
    readonly message: string;
}
