/** The releases of OpenShift AI: their order, and what each does in its own way. */
import type { ReleaseRecord } from "./record";
import { records } from "./records";

export type { CrdSet, OptOut, ReleaseRecord, SchedulerVersion } from "./record";
export { crdSets } from "./record";
export { DEFAULT_RELEASE } from "./records";

type NamesOf<Records extends readonly ReleaseRecord[]> = { readonly [I in keyof Records]: Records[I]["release"] };

/** The releases that the catalogue knows, from the oldest to the newest. */
export const releases = records.map(({ release }) => release) as unknown as NamesOf<typeof records>;
export type Release = (typeof releases)[number];

const byRelease: ReadonlyMap<string, ReleaseRecord> = new Map(records.map((record) => [record.release, record]));

/** The record of a release. */
export function recordOf(release: Release): ReleaseRecord {
    return byRelease.get(release)!;
}

/** Whether a release is another, or later than it. */
export function atLeast(release: Release, other: Release): boolean {
    return releases.indexOf(release) >= releases.indexOf(other);
}

/**
 * The release whose ways a version has: the newest that is not later than it, so that what comes after the last known one is
 * taken to be like it.
 *
 * @param version `3.4`, `3.4.2`, `3.5.0-ea.2`
 * @returns undefined for what is older than all known releases, and for what is no version
 */
export function releaseOfVersion(version: string): Release | undefined {
    const given = minorOf(version);
    return given && releases.findLast((release) => !isOlder(given, minorOf(release)!));
}

type Minor = readonly [major: number, minor: number];

function minorOf(version: string): Minor | undefined {
    const match = /^(\d+)\.(\d+)(?:[.+-]|$)/.exec(version);
    return match ? [Number(match[1]), Number(match[2])] : undefined;
}

function isOlder(a: Minor, b: Minor): boolean {
    return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
