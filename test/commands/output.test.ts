import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { RefusalError, UsageError } from "../../cli/exit";
import { checkOutput, writeWhole } from "../../cli/output";
import { withFolder } from "./helper";

test("writes the whole file and leaves nothing else", () =>
    withFolder((folder) => {
        const file = path.join(folder, "a.json");
        writeFileSync(file, "old");
        writeWhole(file, "new\n");
        expect(readFileSync(file, "utf8")).toBe("new\n");
        expect(readdirSync(folder)).toEqual(["a.json"]);
    }));

test("what cannot be written leaves the old file and no other", () =>
    withFolder((folder) => {
        const target = path.join(folder, "taken");
        mkdirSync(target);
        writeFileSync(path.join(target, "inside"), "");
        expect(() => writeWhole(target, "x")).toThrow(RefusalError);
        expect(() => writeWhole(path.join(folder, "gone", "a"), "x")).toThrow(RefusalError);
        expect(readdirSync(folder)).toEqual(["taken"]);
        expect(readdirSync(target)).toEqual(["inside"]);
    }));

test("a link is followed, not replaced", () =>
    withFolder((folder) => {
        const real = path.join(folder, "real");
        const link = path.join(folder, "link");
        writeFileSync(real, "old");
        symlinkSync(real, link);
        writeWhole(link, "new");
        expect(readFileSync(real, "utf8")).toBe("new");
        expect(readdirSync(folder).sort()).toEqual(["link", "real"]);
    }));

test("who may read a file stays as it is", () =>
    withFolder((folder) => {
        const file = path.join(folder, "a");
        for (const mode of [0o600, 0o640, 0o664]) {
            writeFileSync(file, "old");
            chmodSync(file, mode);
            writeWhole(file, "new");
            expect(statSync(file).mode & 0o777).toBe(mode);
        }
    }));

test("a read-only file is not replaced", () =>
    withFolder((folder) => {
        const file = path.join(folder, "a");
        writeFileSync(file, "old");
        chmodSync(file, 0o444);
        expect(() => writeWhole(file, "new")).toThrow(/a could not be written: /);
        expect([readFileSync(file, "utf8"), readdirSync(folder)]).toEqual(["old", ["a"]]);
    }));

test("a device is written to, not replaced", () => {
    writeWhole("/dev/null", "x");
    expect(existsSync("/dev/null")).toBe(true);
    expect(readFileSync("/dev/null", "utf8")).toBe("");
});

test("what cannot be written is found before", () =>
    withFolder((folder) => {
        expect(() => checkOutput("--json", path.join(folder, "no", "x"))).toThrow(UsageError);
        expect(() => checkOutput("--json", folder)).toThrow("is a folder");
        expect(() => checkOutput("--json", path.join(folder, "x"))).not.toThrow();
        writeFileSync(path.join(folder, "f"), "");
        expect(() => checkOutput("--json", path.join(folder, "f", "x"))).toThrow("does not exist");
        if (process.getuid?.() !== 0) {
            chmodSync(folder, 0o500);
            expect(() => checkOutput("--json", path.join(folder, "x"))).toThrow("nothing may be written");
        }
    }));
