/** The stand-in for the engine against what the real engine gave. */
import { isDeepStrictEqual } from "node:util";

import { CASES } from "./cases";
import { LIMITS, placesOf, without } from "./limits";
import { readRecording, recorded, readVersions } from "./recordings";
import { runInMemory } from "./standIn";

it("was recorded: every case, with versions", () => {
    expect(recorded()).toEqual(CASES.map((of) => of.name).sort());
    expect(Object.values(readVersions()).every((version) => /^v?\d+\.\d+\.\d+/.test(version))).toBe(true);
});

describe("the stand-in gives what the real engine gave", () => {
    it.each(CASES.map((of) => [of.name, of] as const))("%s", async (name, of) => {
        const places = placesOf(name);
        const [is, was] = [await runInMemory(of), readRecording(of)];
        expect(without(is, places)).toEqual(without(was, places));
        // A difference that is no longer one is no longer told.
        for (const limit of LIMITS.filter((l) => l.cases.includes(name))) {
            const others = places.filter((place) => !limit.places.includes(place));
            expect({ limit, same: isDeepStrictEqual(without(is, others), without(was, others)) }).toEqual({ limit, same: false });
        }
    });
});
