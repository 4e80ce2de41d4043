import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { groupClass, isLayer, layerColour, pageColours } from "../../../rehearsal/report/palette";
import { modelOf } from "../../../rehearsal/report/model";
import { samplePlan } from "./sample";

const components = path.join(__dirname, "../../../components");

/** The modules of all components' types: `serving` of `maas:serving:ModelService`. */
function modules(): string[] {
    const files = readdirSync(components, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const found = files.flatMap((file) =>
        [...readFileSync(path.join(components, file), "utf8").matchAll(/"maas:(\w+):\w+"/g)].map((m) => m[1]!),
    );
    return [...new Set(found)].sort();
}

/** Colours by class, for light and for dark. */
function coloursOf(used: readonly number[]): [Map<string, string>, Map<string, string>] {
    const [, light, dark] = pageColours(used).split("\n");
    const read = (css: string): Map<string, string> =>
        new Map([...css.matchAll(/\.(g\d+)\{--own:([^}]+)\}/g)].map((m) => [m[1]!, m[2]!]));
    return [read(light!), read(dark!)];
}

test("every layer of the platform has its own colour", () => {
    expect(modules().length).toBeGreaterThan(8);
    expect(modules().filter((name) => !isLayer(name))).toEqual([]);
});

test("no two layers have one colour, those of other programs included", () => {
    const used = Array.from({ length: 40 }, (_, i) => i);
    for (const colours of coloursOf(used)) {
        expect(colours.size).toBe(40);
        expect(new Set(colours.values()).size).toBe(40);
    }
});

test("a layer has the same colour whatever else a stack has", () => {
    const plan = samplePlan();
    const whole = modelOf(plan).groups;
    const left = new Set(whole[1]!.items.map((item) => item.resource.urn));
    const less = modelOf({ ...plan, resources: plan.resources.filter((r) => !left.has(r.urn)) }).groups;
    expect(less).toHaveLength(whole.length - 1);
    expect(whole.length).toBeGreaterThan(3);
    for (const { name, colour } of less) {
        expect(colour).toBe(whole.find((group) => group.name === name)!.colour);
    }
    expect(new Set(whole.map((group) => groupClass(group.colour))).size).toBe(whole.length);
});

test("names of layers can be read on their lanes: a contrast of 4.5:1", () => {
    const used = modules().map((name) => layerColour(name));
    const [light, dark] = coloursOf(used);
    const too = (colours: Map<string, string>, ground: string): string[] =>
        [...colours].flatMap(([name, colour]) => (contrast(colour, ground) < 4.5 ? [`${name} ${colour}`] : []));
    expect(too(light, "#f0f2f5")).toEqual([]);
    expect(too(dark, "#11161c")).toEqual([]);
});

function contrast(a: string, b: string): number {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
    return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
    const [r, g, b] = [1, 3, 5]
        .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
