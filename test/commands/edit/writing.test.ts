/** All files of a change, or none. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { writeChanged } from "../../../cli/edit/writing";
import { withFolder } from "../helper";

const withFiles = (work: (files: { path: string; before: string; after: string }[]) => void): Promise<void> =>
    withFolder((folder) => {
        const files = ["users.csv", "Pulumi.dev.yaml"].map((name) => ({
            ...{ path: path.join(folder, name), before: `${name} before`, after: `${name} after` },
        }));
        files.forEach((file) => writeFileSync(file.path, file.before));
        work(files);
    });

const contents = (files: readonly { path: string }[]): string[] => files.map((file) => readFileSync(file.path, "utf8"));

it("writes all", () =>
    withFiles((files) => {
        writeChanged(files);
        expect(contents(files)).toEqual(["users.csv after", "Pulumi.dev.yaml after"]);
    }));

it("writes none when somebody has changed one meanwhile", () =>
    withFiles((files) => {
        writeFileSync(files[1]!.path, "another's");
        expect(() => writeChanged(files)).toThrow(
            /Pulumi\.dev\.yaml was changed while the checks ran\. Nothing was written: run the command again/,
        );
        expect(contents(files)).toEqual(["users.csv before", "another's"]);
    }));

it("takes the first back when the second cannot be written", () =>
    withFiles((files) => {
        chmodSync(files[1]!.path, 0o444);
        expect(() => writeChanged(files)).toThrow(/Pulumi\.dev\.yaml could not be written/);
        expect(contents(files)).toEqual(["users.csv before", "Pulumi.dev.yaml before"]);
    }));
