/** Keeps the findings that waivers accepted in this run, until they are reported. */

interface Told {
    readonly urn: string | undefined;
    readonly text: string;
}

const waived = new Map<string, Told>();

/** Stores a finding; equal findings are stored once. */
export function rememberWaived(urn: string | undefined, text: string): void {
    waived.set(`${urn ?? ""} ${text}`, { urn, text });
}

/** Returns the stored findings and clears the store. */
export function takeWaived(): Told[] {
    const all = [...waived.values()];
    waived.clear();
    return all;
}
