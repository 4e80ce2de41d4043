/**
 * The text of a finding. The protocol between Pulumi and a pack has one text for it, so what caused a finding and who
 * answers for it stand in that text in one form, and are read from it where a report wants them apart.
 */
/** Name of the rule by which reports tell waived findings from others. */
export const WAIVERS_IN_FORCE = "waivers-in-force";

/** The parts of a finding's message. */
export interface Said {
    readonly message: string;
    /** Path in the stack file, from `maas:settings` on. */
    readonly setting?: string;
}

/** A finding that somebody answers for. */
export interface WaivedFinding extends Said {
    readonly rule: string;
    readonly waiver: { readonly owner: string; readonly until: string; readonly reason: string };
}

const SETTING = /^(.*?)(?: \[([A-Za-z]\w*(?:\.[\w-]+|\[[^\]\s]+\])*)\])?( \(the waiver of .*\))?$/s;
const WAIVED = /^([a-z0-9-]+): (.*) \(waived by (.+) until (\d{4}-\d{2}-\d{2}): (.*)\)$/s;

/** `message [setting]`. */
export function textOf({ message, setting }: Said): string {
    return setting === undefined ? message : `${message} [${setting}]`;
}

/** The parts of a text; one without a setting is its own message. */
export function partsOf(text: string): Said {
    const [, message = "", setting, note = ""] = SETTING.exec(text)!;
    return { message: `${message}${note}`, ...(setting !== undefined && { setting }) };
}

/** `rule: message [setting] (waived by owner until day: reason)`. */
export function waivedTextOf({ rule, waiver: { owner, until, reason }, ...said }: WaivedFinding): string {
    return `${rule}: ${textOf(said)} (waived by ${owner} until ${until}: ${reason})`;
}

/** The parts of such a text; undefined for any other. */
export function waivedPartsOf(text: string): WaivedFinding | undefined {
    const match = WAIVED.exec(text);
    return match === null
        ? undefined
        : { rule: match[1]!, ...partsOf(match[2]!), waiver: { owner: match[3]!, until: match[4]!, reason: match[5]! } };
}
