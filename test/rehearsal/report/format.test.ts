import { costs, count, dollars, durationText, flat, moment, range, shorten } from "../../../rehearsal/report/format";

test.each([
    [0, "0 s"],
    [0.04, "0.1 s"],
    [0.44, "0.4 s"],
    [59.6, "1 min"],
    [60, "1 min"],
    [750, "12 min 30 s"],
    [3600, "1 h"],
    [7530, "2 h 5 min"],
])("%d seconds are %s", (seconds, text) => expect(durationText(seconds)).toBe(text));

test.each([
    [0, "0:00"],
    [750.4, "12:30"],
    [3900, "1:05:00"],
])("%d seconds into it the clock shows %s", (seconds, text) => expect(moment(seconds)).toBe(text));

test("money, ranges, counts", () => {
    expect(dollars(6546.6)).toBe("$ 6,547");
    expect(dollars(2.242)).toBe("$ 2.24");
    expect(dollars(0)).toBe("$ 0");
    expect(range(1, 4)).toBe("1 to 4");
    expect(range(4, 4, dollars)).toBe("$ 4.00");
    expect(count(1, "policy", "policies")).toBe("1 policy");
    expect(count(0, "policy", "policies")).toBe("0 policies");
});

test("cuts by characters, not in the middle of one", () => {
    expect(shorten("ab😀cd", 4)).toBe("ab😀…");
    expect(shorten("abcd", 4)).toBe("abcd");
});

test("nested values become rows", () => {
    expect(flat("a", { c: [1, 2], b: { "x.y": null }, d: [{ e: "f" }], g: [], h: {} })).toEqual([
        ['a.b["x.y"]', "null"],
        ["a.c", "1"],
        ["", "2"],
        ["a.d[0].e", "f"],
        ["a.g", "[]"],
        ["a.h", "{}"],
    ]);
});

it("says what a month costs at least where prices are not known", () => {
    expect(costs({ total: { min: 10, max: 20 }, unpriced: 0 })).toBe("$ 10 to $ 20");
    expect(costs({ total: { min: 0, max: 0 }, unpriced: 2 })).toBe("at least $ 0, 2 nodes unpriced");
});
