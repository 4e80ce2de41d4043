import * as fc from "fast-check";

import { layered, type LayoutInput } from "../../../rehearsal/report/layout";

const boxes = fc
    .array(fc.record({ lane: fc.nat(3), back: fc.uniqueArray(fc.nat(60), { maxLength: 4 }) }), { maxLength: 80 })
    .map((list) =>
        list.map(({ lane, back }, i): LayoutInput => ({
            lane,
            after: [...new Set(back.map((b) => i - 1 - b).filter((b) => b >= 0))],
        })),
    );

test("every box stands right of those it waits for, no two on one spot", () => {
    fc.assert(
        fc.property(boxes, (input) => {
            const { places, columns, laneRows } = layered(input, 4);
            input.forEach((box, i) => box.after.forEach((a) => expect(places[a]!.column).toBeLessThan(places[i]!.column)));
            const spots = places.map((p, i) => `${input[i]!.lane}/${p.column}/${p.row}`);
            expect(new Set(spots).size).toBe(spots.length);
            places.forEach((p, i) => {
                expect(p.column).toBeLessThan(columns);
                expect(p.row).toBeLessThan(laneRows[input[i]!.lane]!);
            });
        }),
        { seed: 1, numRuns: 150 },
    );
});

test("the same input, the same layout", () => {
    fc.assert(
        fc.property(boxes, (input) => expect(layered(structuredClone(input), 4)).toEqual(layered(input, 4))),
        { seed: 2, numRuns: 30 },
    );
});

test("nothing is laid out as nothing; a circle is refused", () => {
    expect(layered([], 1)).toEqual({ places: [], columns: 0, laneRows: [1] });
    expect(() =>
        layered(
            [
                { lane: 0, after: [1] },
                { lane: 0, after: [0] },
            ],
            1,
        ),
    ).toThrow("circle");
});

test("many boxes that nothing waits for are spread over columns", () => {
    const input: LayoutInput[] = [
        { lane: 0, after: [] },
        ...Array.from({ length: 8 }, (_, i) => ({ lane: 0, after: [i] })),
        ...Array.from({ length: 30 }, () => ({ lane: 0, after: [0] })),
    ];
    expect(layered(input, 1).laneRows[0]).toBeLessThanOrEqual(7);
});
