import { parseDuration } from "../../../rehearsal/engine/goal";
import { criticalPath, inOrder, NotRun } from "../../../rehearsal/engine/graph";
import { createUrn, nameOf, packageOf, parseProviderReference, typeOf } from "../../../rehearsal/engine/urn";

describe("the critical path", () => {
    const node = (urn: string, end: number, ...after: string[]) => ({ urn, end, after });

    it("goes back over whatever ended last", () => {
        expect(
            criticalPath([
                node("root", 1),
                node("quick", 2, "root"),
                node("slow", 9, "root"),
                node("last", 10, "quick", "slow"),
                node("other", 5),
            ]),
        ).toEqual(["root", "slow", "last"]);
    });

    it("ends with the one that waited longest in line when several end at once, and begins at the deeper of equals", () => {
        expect(criticalPath([node("z", 0), node("a", 5, "z"), node("b", 5, "a"), node("c", 5, "b", "z")])).toEqual([
            "z",
            "a",
            "b",
            "c",
        ]);
        expect(criticalPath([node("p", 0), node("q", 0, "p"), node("x", 3, "p", "q")])).toEqual(["p", "q", "x"]);
    });

    it("leaves out what is not part of it, and survives cycles and nothing at all", () => {
        expect(criticalPath([node("stack", 0), node("x", 1, "stack")], new Set(["stack"]))).toEqual(["x"]);
        expect(criticalPath([node("a", 1, "b"), node("b", 1, "a")])).toHaveLength(2);
        expect(criticalPath([])).toEqual([]);
    });
});

describe("work in order", () => {
    it("runs side by side what does not depend on each other", async () => {
        const log: string[] = [];
        const failed = await inOrder(
            ["a", "b", "c"],
            (u) => (u === "c" ? ["a", "b"] : []),
            async (u) => {
                log.push(`begin ${u}`);
                await new Promise((resolve) => setImmediate(resolve));
                log.push(`end ${u}`);
            },
        );
        expect(log).toEqual(["begin a", "begin b", "end a", "end b", "begin c", "end c"]);
        expect(failed.size).toBe(0);
    });

    it("does not run what has to come after a failure", async () => {
        const ran: string[] = [];
        const failed = await inOrder(
            ["a", "b", "c", "d"],
            (u) => ({ b: ["a"], c: ["b"] })[u] ?? [],
            async (u) => {
                ran.push(u);
                if (u === "a") {
                    throw new Error("no");
                }
            },
        );
        expect(ran).toEqual(["a", "d"]);
        expect([...failed].map(([u, e]) => [u, e instanceof NotRun ? e.because : e.message]).sort()).toEqual([
            ["a", "no"],
            ["b", "a"],
            ["c", "b"],
        ]);
    });
});

describe("names", () => {
    it("of resources are chains of types", () => {
        const parent = createUrn("s", "p", "a:b:C", "outer", "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s");
        expect(parent).toBe("urn:pulumi:s::p::a:b:C::outer");
        const child = createUrn("s", "p", "kubernetes:core/v1:Namespace", "x::y", parent);
        expect(child).toBe("urn:pulumi:s::p::a:b:C$kubernetes:core/v1:Namespace::x::y");
        expect([typeOf(child), nameOf(child), packageOf(typeOf(child)), packageOf("pulumi:providers:aws")]).toEqual([
            "kubernetes:core/v1:Namespace",
            "x::y",
            "kubernetes",
            "aws",
        ]);
        expect(parseProviderReference("urn:pulumi:s::p::pulumi:providers:aws::x::id-1")).toEqual({
            urn: "urn:pulumi:s::p::pulumi:providers:aws::x",
            id: "id-1",
        });
    });
});

describe("durations", () => {
    it.each([
        ["10m", 600],
        ["1h30m", 5400],
        ["90s", 90],
        ["1.5h", 5400],
        ["250ms", 0.25],
    ])("%s is %d s", (text, seconds) => {
        expect(parseDuration(text)).toBeCloseTo(seconds);
    });

    it.each([["10"], ["ten minutes"], [""], ["5d"], ["5m and more"]])("%p is none", (text) => {
        expect(() => parseDuration(text)).toThrow(`unable to parse customTimeout Value ${text}`);
    });
});
