/** Name of the rule by which reports tell waived findings from others. */
export const WAIVERS_IN_FORCE = "waivers-in-force";
