/** The folder of `maas render`: what is written to it, and what of others stays. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { MARK } from "../../../cli/render/files";
import { writeFolder } from "../../../cli/render/write";
import { withFolder } from "../helper";

describe("the folder", () => {
    const files = (...names: string[]): ReadonlyMap<string, string> => new Map(names.map((name) => [name, `${MARK}\na: 1\n`]));

    it("loses what is rendered no more, and keeps what others put there", () =>
        withFolder((folder) => {
            writeFolder(folder, files("a.yaml", "b/c.yaml"));
            writeFileSync(path.join(folder, "mine.yaml"), "a: 1\n");
            expect(writeFolder(folder, files("a.yaml"))).toEqual({ written: 0, removed: 1 });
            expect([existsSync(path.join(folder, "mine.yaml")), existsSync(path.join(folder, "b/c.yaml"))]).toEqual([
                true,
                false,
            ]);
        }));

    it("is not written to where a file of somebody else is in the way", () =>
        withFolder((folder) => {
            mkdirSync(path.join(folder, "b"));
            writeFileSync(path.join(folder, "b/c.yaml"), "a: 1\n");
            expect(() => writeFolder(folder, files("a.yaml", "b/c.yaml"))).toThrow("b/c.yaml");
            expect(existsSync(path.join(folder, "a.yaml"))).toBe(false);
        }));
});
