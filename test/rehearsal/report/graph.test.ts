import { componentGraph, resourceGraph } from "../../../rehearsal/report/graph";
import { modelOf } from "../../../rehearsal/report/model";
import { samplePlan, sampleRehearsal } from "./sample";

interface Point {
    readonly x: number;
    readonly y: number;
}

/** Points on a path of M, C and H. */
function pointsOf(d: string): Point[] {
    let at: Point = { x: 0, y: 0 };
    return [...d.matchAll(/([MCH])([^MCH]+)/g)].flatMap(([, command, text]) => {
        const n = text!.trim().split(/\s+/).map(Number);
        const from = at;
        if (command === "C") {
            const [x1, y1, x2, y2, x, y] = n as [number, number, number, number, number, number];
            at = { x, y };
            return Array.from({ length: 40 }, (_, i) => (i + 1) / 40).map((t) => {
                const u = 1 - t;
                const on = (a: number, b: number, c: number, e: number): number =>
                    u ** 3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t ** 3 * e;
                return { x: on(from.x, x1, x2, x), y: on(from.y, y1, y2, y) };
            });
        }
        at = command === "M" ? { x: n[0]!, y: n[1]! } : { x: n[0]!, y: from.y };
        return command === "M"
            ? [at]
            : Array.from({ length: 60 }, (_, i) => ({ x: from.x + ((at.x - from.x) * (i + 1)) / 60, y: at.y }));
    });
}

test.each([
    ["components", componentGraph],
    ["resources", resourceGraph],
] as const)("no edge passes a box: %s", (_, graphOf) => {
    for (const result of [sampleRehearsal(), sampleRehearsal(2), samplePlan()]) {
        const rehearsal = "timeline" in result ? sampleRehearsal() : undefined;
        const { svg } = graphOf(modelOf(result), rehearsal, "graph");
        const boxes = [...svg.text.matchAll(/class="box" x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"/g)].map((m) =>
            m.slice(1).map(Number),
        ) as [number, number, number, number][];
        const edges = [...svg.text.matchAll(/data-from="(\d+)" data-to="(\d+)" d="([^"]+)"/g)];
        expect(edges.length).toBeGreaterThan(10);
        const crossed = edges.flatMap(([, from, to, d]) =>
            pointsOf(d!).flatMap(({ x, y }) =>
                boxes.flatMap(([bx, by, w, h], i) =>
                    i !== Number(from) && i !== Number(to) && x > bx && x < bx + w && y > by && y < by + h
                        ? [`${from}>${to} passes ${i}`]
                        : [],
                ),
            ),
        );
        expect([...new Set(crossed)]).toEqual([]);
    }
});
