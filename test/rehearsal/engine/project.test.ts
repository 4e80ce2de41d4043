/** The project and stack files, as the stand-in reads them. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { readProject, readStackConfig } from "../../../rehearsal/engine/project";

const ROOT = path.join(__dirname, "../../..");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-declared-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function declares(config: string): ReturnType<typeof readProject> {
    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), `name: mine\nruntime: nodejs\nconfig:\n${config}`);
    return readProject(folder);
}

it("gives a declared key no value of its own, unless it has a default", () => {
    expect(declares("  mine:settings: { type: object, description: All of it. }\n").config.values).toEqual({});
    expect(declares("  mine:settings: { type: object, default: { a: 1 } }\n").config.values).toEqual({
        "mine:settings": '{"a":1}',
    });
});

it("reads the settings of a stack for a key that the project declares", () => {
    const project = declares("  mine:settings: { type: object }\n");
    fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: { mine:settings: { pools: [1] } }\n");
    expect(readStackConfig(project, "dev").values).toEqual({ "mine:settings": '{"pools":[1]}' });
});

it("resolves merge keys, as Pulumi's parser does", () => {
    const project = declares("  mine:settings: { type: object }\n");
    fs.writeFileSync(
        path.join(folder, "Pulumi.dev.yaml"),
        "config:\n  mine:settings:\n    pools: [&a { zones: [a], replicas: 1 }, { <<: *a, replicas: 2 }]\n",
    );
    expect(JSON.parse(readStackConfig(project, "dev").values["mine:settings"]!)).toEqual({
        pools: [
            { zones: ["a"], replicas: 1 },
            { zones: ["a"], replicas: 2 },
        ],
    });
});

it("knows the settings of this project as declared: an object without a default, described", () => {
    expect(readProject(ROOT).config.values).toEqual({});
    const { parse } = require("yaml") as typeof import("yaml");
    const { config } = parse(fs.readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8"));
    expect(config).toEqual({ "maas:settings": { type: "object", description: expect.stringContaining("docs/settings.md") } });
});

function configured(text: string): Readonly<Record<string, string>> {
    const project = declares("  mine:settings: { type: object }\n");
    fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), `config:\n  ${text}\n`);
    return readStackConfig(project, "dev").values;
}

it("reads scalars as Pulumi's parser does, at the top and in objects", () => {
    expect(configured("mine:day: 2027-03-31")).toEqual({ "mine:day": "2027-03-31 00:00:00 +0000 UTC" });
    expect(configured("mine:nothing: ~")).toEqual({ "mine:nothing": "" });
    expect(configured("mine:mode: 010")).toEqual({ "mine:mode": "8" });
    expect(configured("mine:settings: { mode: 010, nothing: ~ }")).toEqual({ "mine:settings": '{"mode":8,"nothing":null}' });
});

it.each([".inf", "-.inf", ".nan"])("refuses %s, on which Pulumi gives up", (number) => {
    expect(() => configured(`mine:settings: { price: ${number} }`)).toThrow(/Pulumi\.dev\.yaml has the number (-?Infinity|NaN)/);
});
