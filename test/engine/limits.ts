/** What the stand-in cannot do, or does otherwise for a reason. */
import type { Recording } from "./case";
import limits from "./limits.json";

/** One difference that is meant. */
export interface Limit {
    readonly cases: readonly string[];
    /** Places in the recording: `steps.0.errors`; `*` stands for every entry. */
    readonly places: readonly string[];
    readonly reason: string;
}

export const LIMITS: readonly Limit[] = limits;

/** The places of a case that are not compared. */
export function placesOf(name: string): string[] {
    return LIMITS.filter(({ cases }) => cases.includes(name) || cases.includes("*")).flatMap(({ places }) => places);
}

/** A recording without what is at these places. */
export function without(recording: Recording, places: readonly string[]): Recording {
    const copy = structuredClone(recording);
    places.forEach((place) => drop(copy, place.split(".")));
    return copy;
}

/** Keys may hold dots: a step is as much of the rest of the place as fits. */
function drop(value: unknown, steps: readonly string[]): void {
    if (typeof value !== "object" || value === null) {
        return;
    }
    const map = value as Record<string, unknown>;
    for (let taken = 1; taken <= steps.length; taken++) {
        const wanted = steps.slice(0, taken).join(".");
        for (const key of wanted === "*" ? Object.keys(map) : [wanted].filter((k) => Object.hasOwn(map, k))) {
            if (taken === steps.length) {
                delete map[key];
            } else {
                drop(map[key], steps.slice(taken));
            }
        }
    }
}
