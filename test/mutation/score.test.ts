/** How the mutation run is judged. */

interface Area {
    readonly least: number;
    readonly mutate: readonly string[];
    readonly spec: readonly string[];
}
const areas = jest.requireActual<Readonly<Record<string, Area>>>("./areas");
const { problem, score } = jest.requireActual<{
    problem(name: string, least: number, found: number | undefined): string | undefined;
    score(report: object): number | undefined;
}>("./score");

const file = (...statuses: string[]): object => ({ mutants: statuses.map((status) => ({ status })) });

it("counts what was noticed of what was tried", () => {
    const files = { "a.ts": file("Killed", "Timeout", "Ignored", "RuntimeError"), "b.ts": file("Survived", "NoCoverage") };
    expect(score({ files })).toBe(50);
    expect(score({ files: { "a.ts": file("Ignored") } })).toBeUndefined();
});

it("refuses too small a share, and a run that tried nothing", () => {
    expect(problem("kinds", 75, 75)).toBeUndefined();
    expect(problem("kinds", 75, 74.94)).toBe("kinds: 74.9 % of mutants were noticed, expected at least 75 %");
    expect(problem("kinds", 75, undefined)).toBe("kinds: no mutants were tried, expected at least 75 % to be noticed");
});

it.each(Object.entries(areas))("tries %s, with a share that the tests must reach", (name, { least, mutate, spec }) => {
    expect(mutate[0]).toBe(`${name}/**/*.ts`);
    expect(least).toBeGreaterThanOrEqual(75);
    expect(spec.length).toBeGreaterThan(0);
    // Its own tests first; what else judges it may help.
    expect(spec[0]).toMatch(new RegExp(`^test/${name}/`));
    expect(spec.every((pattern) => pattern.startsWith("test/"))).toBe(true);
});
