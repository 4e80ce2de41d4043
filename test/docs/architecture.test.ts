/** The picture of the architecture, and the table of CONTRIBUTING.md, say what the import check holds. */
import path from "node:path";

import { architecturePicture, drawn, importRules, importTable, layersOf } from "../../docs/pages/architecture";

const root = path.join(__dirname, "../..");
const rules = importRules(root);

/** What a folder reaches by the arrows of the picture. */
function reached(from: string, arrows: readonly (readonly [string, string])[]): Set<string> {
    const next = arrows.filter(([upper]) => upper === from).map(([, lower]) => lower);
    return new Set(next.flatMap((folder) => [folder, ...reached(folder, arrows)]));
}

it("the arrows lead to what a folder may import, and nowhere else", () => {
    const arrows = drawn(rules);
    for (const [folder, below] of Object.entries(rules)) {
        expect([folder, [...reached(folder, arrows)].sort()]).toEqual([folder, [...below].sort()]);
    }
});

it("no arrow is drawn where it would say too much", () => {
    expect(() => drawn({ a: [], b: ["a"], c: ["b"] })).toThrow("c may import b and not what these import: a");
});

it("the picture has a box for each folder and for each layer", () => {
    const svg = architecturePicture(root);
    const named = [...svg.matchAll(/class="(?:name|layerName)"[^>]*>([^<]+)</g)].map(([, name]) => name!);
    const folders = Object.keys(rules).map((name) => (name.includes(".") ? name : `${name}/`));
    expect(named.sort()).toEqual([...folders, ...layersOf(root)].sort());
    expect(layersOf(root)).toContain("gpu");
});

it("a folder that the page does not know is named", () => {
    expect(() => importTable({ attic: [] })).toThrow("says nothing about attic/");
});
