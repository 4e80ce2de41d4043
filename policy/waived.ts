/** The findings of this run that a waiver took away, until they are told. */

interface Told {
    readonly urn: string | undefined;
    readonly text: string;
}

const waived = new Map<string, Told>();

/** Remembers a finding; the same one is remembered once. */
export function rememberWaived(urn: string | undefined, text: string): void {
    waived.set(`${urn ?? ""} ${text}`, { urn, text });
}

/** Hands out what was remembered, and forgets it. */
export function takeWaived(): Told[] {
    const all = [...waived.values()];
    waived.clear();
    return all;
}
