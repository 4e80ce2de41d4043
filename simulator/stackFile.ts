/** What a rehearsal reads of a stack file itself. What is wrong in there is for the program to refuse. */
import { readProject, readStackConfig } from "../rehearsal/engine/project";
import type { SiteWishes } from "./openshift/site";

/** The settings of a stack as they are written; empty when they are no text that can be read. */
function settingsOf(projectDir: string, stack: string): Record<string, unknown> {
    const text = readStackConfig(readProject(projectDir), stack).values["maas:settings"];
    try {
        return (JSON.parse(text ?? "{}") as Record<string, unknown> | null) ?? {};
    } catch {
        return {};
    }
}

const said = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** What a stack says of its cluster: the simulated one takes after it. */
export function siteOfStack(projectDir: string, stack: string): SiteWishes {
    const { region, zones, infrastructureName, domain } = (settingsOf(projectDir, stack)["cluster"] ?? {}) as Record<
        string,
        unknown
    >;
    const listed = Array.isArray(zones) ? zones.flatMap((zone) => said(zone) ?? []) : [];
    return {
        region: said(region),
        infrastructureName: said(infrastructureName),
        domain: said(domain),
        ...(listed.length > 0 && { zones: listed }),
    };
}

/** What a stack does in place of steps by hand. */
export interface ByHand {
    /** Of which guide the steps are. */
    readonly guide: string;
    /** How long they take, in minutes: least and most. */
    readonly minutes: readonly [number, number];
}

/** What a stack stands for, when it says so. */
export function byHand(projectDir: string, stack: string): ByHand | undefined {
    const { guide, minutes } = (settingsOf(projectDir, stack)["reproduces"] ?? {}) as Partial<ByHand>;
    return said(guide) !== undefined && Array.isArray(minutes) && minutes.length === 2 && minutes.every(Number.isFinite)
        ? { guide: guide!, minutes: [minutes[0]!, minutes[1]!] }
        : undefined;
}
