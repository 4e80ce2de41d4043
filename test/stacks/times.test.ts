import { day, moment } from "../../stacks/schema/times";

test.each([
    ["2027-03-31T18:00:00Z", "2027-03-31T18:00:00Z"],
    ["2027-03-31T18:00Z", "2027-03-31T18:00Z"],
    // As Pulumi gives bare times to the program.
    ["2027-03-31 18:00:00 +0000 UTC", "2027-03-31T18:00:00Z"],
    ["2027-03-31 18:00:00.5 +0000 UTC", "2027-03-31T18:00:00.5Z"],
    ["2027-03-31 18:00:00 +0200 +0200", "2027-03-31T18:00:00+02:00"],
    ["2027-03-31 18:00:00 +0200 CEST", "2027-03-31T18:00:00+02:00"],
])("the moment %s is %s", (given, expected) => {
    expect(moment.parse(given)).toBe(expected);
});

test.each(["2027-03-31", "2027-03-31T18:00:00", "2027-03-31T25:00:00Z", "tomorrow", 5])("%j is no moment", (given) => {
    expect(moment.safeParse(given).success).toBe(false);
});

test.each([
    ["2026-06-30", "2026-06-30"],
    ["2026-06-30T00:00:00Z", "2026-06-30"],
    ["2026-06-30 00:00:00 +0000 UTC", "2026-06-30"],
])("the day %s is %s", (given, expected) => {
    expect(day.parse(given)).toBe(expected);
});

test.each(["2026-06-31", "2026-6-3", "2026-06-30 18:00:00 +0000 UTC", "June"])("%j is no day", (given) => {
    expect(day.safeParse(given).success).toBe(false);
});
