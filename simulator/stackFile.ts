/** The values that a rehearsal reads from a stack file itself. Wrong values are for the program to refuse. */
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

/** The values of a cluster that a stack states: the simulated cluster takes them. */
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

/** The steps by hand that a stack replaces. */
export interface ByHand {
    /** Of which guide the steps are. */
    readonly guide: string;
    /** The time that they take, in minutes: least and most. */
    readonly minutes: readonly [number, number];
}

/** The steps by hand that a stack replaces, when it states them. */
export function byHand(projectDir: string, stack: string): ByHand | undefined {
    const { guide, minutes } = (settingsOf(projectDir, stack)["reproduces"] ?? {}) as Partial<ByHand>;
    return said(guide) !== undefined && Array.isArray(minutes) && minutes.length === 2 && minutes.every(Number.isFinite)
        ? { guide: guide!, minutes: [minutes[0]!, minutes[1]!] }
        : undefined;
}
