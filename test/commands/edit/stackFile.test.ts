/** What is not changed stays as its author wrote it, to the letter. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { StackFile } from "../../../cli/edit/stackFile";
import { UsersFile } from "../../../cli/edit/usersFile";
import { root } from "../helper";

const shipped = readdirSync(path.join(root, "stacks")).filter((name) => /^Pulumi\..*\.yaml$/.test(name));
const textOf = (name: string): string => readFileSync(path.join(root, "stacks", name), "utf8");
const linesOf = (text: string): string[] => text.split("\n");

it.each(shipped)("%s stays as it is, and gains the lines of a user alone", (name) => {
    const text = textOf(name);
    expect(new StackFile(text).text()).toBe(text);
    const file = new StackFile(text);
    const tier = file.names(["tiers"])[0] ?? "free";
    file.add(["identity", "users"], { name: "somebody", tier });
    const after = linesOf(file.text());
    // Nothing of the author's lines is changed: each exists, in order.
    const rest = linesOf(text).every((line) => {
        const at = after.indexOf(line);
        after.splice(0, at + 1);
        return at >= 0;
    });
    expect(rest).toBe(true);
    expect(file.settings()["identity"]).toMatchObject({ users: expect.arrayContaining([{ name: "somebody", tier }]) as unknown });
    expect(parse(file.text())).toMatchObject({ config: { "maas:settings": file.settings() } });
});

const small = (...lines: string[]): string =>
    ["config:", "  maas:settings:", ...lines.map((line) => `    ${line}`), ""].join("\n");

it("keeps comments of what stays, and takes those of what goes", () => {
    const file = new StackFile(
        small(
            "# All tiers.",
            "tiers:",
            "  # The first.",
            "  - name: free # for all",
            "    models: [a,   b]",
            "  # The second.",
            "  - name: gold",
            "    models: [a]",
            "  # The third.",
            "  - { name: top, models: [a] }",
        ),
    );
    file.drop(["tiers"], "gold");
    expect(file.text()).toBe(
        small(
            "# All tiers.",
            "tiers:",
            "  # The first.",
            "  - name: free # for all",
            "    models: [a,   b]",
            "  # The third.",
            "  - { name: top, models: [a] }",
        ),
    );
});

it("a value that is set keeps the comment beside it", () => {
    const file = new StackFile(small("identity:", "  users:", '    - name: "bob"', "      tier: free # for now"));
    file.set(file.named(["identity", "users"], "bob")!, "tier", "gold");
    expect(file.text()).toBe(small("identity:", "  users:", '    - name: "bob"', "      tier: gold # for now"));
});

it.each<[string, string, string]>([
    [
        "an indentation of four",
        "config:\n    maas:settings:\n        models:\n            - name: a\n              pool: p\n",
        "config:\n    maas:settings:\n        models:\n            - name: a\n              pool: p\n            - name: b\n              pool: p\n",
    ],
    [
        "lists at the height of their key",
        "config:\n  maas:settings:\n    models:\n    - name: a\n      pool: p\n",
        "config:\n  maas:settings:\n    models:\n    - name: a\n      pool: p\n    - name: b\n      pool: p\n",
    ],
    [
        "lines that end as Windows ends them",
        "config:\r\n  maas:settings:\r\n    models:\r\n      - name: a\r\n        pool: p\r\n",
        "config:\r\n  maas:settings:\r\n    models:\r\n      - name: a\r\n        pool: p\r\n      - name: b\r\n        pool: p\r\n",
    ],
    [
        "a list that is written in a row",
        "config:\n  maas:settings:\n    models: [ { name: a, pool: p } ]\n",
        "config:\n  maas:settings:\n    models: [ { name: a, pool: p }, { name: b, pool: p } ]\n",
    ],
])("writes in the layout of the file: %s", (_, before, after) => {
    const file = new StackFile(before);
    file.add(["models"], { name: "b", pool: "p" });
    expect(file.text()).toBe(after);
});

it("a list over several lines is written anew, with all that it says", () => {
    const file = new StackFile("config:\n  maas:settings:\n    release: '3.4'\n    models: [a,\n      b]\n");
    file.add(["models"], "c");
    expect(parse(file.text())).toEqual({ config: { "maas:settings": { release: "3.4", models: ["a", "b", "c"] } } });
});

it.each<[string, string[], string[]]>([
    ["no line end at the end", ["x:   [ 1,2 ] # mine", "tiers:", "  - name: free", "    models: [a]"], []],
    ["empty lines", ["", "", "x:   [ 1,2 ]", "", "", "", "tiers:", "  - name: free", "", "", "    models: [a]"], ["", "", ""]],
    [
        "texts over several lines",
        ["x: >-", "  one", "  two", "y: |", "  a", "    b", "tiers:", "  - name: free", "    models: [a]"],
        [""],
    ],
    [
        "lists over several lines",
        ["x: [1,", "    2]", "tiers:", "  - name: free", "    models: [a]", "z: { a: 1,", "  b: 2 }"],
        [""],
    ],
    ["comments anywhere", ["tiers:", "  # one", "  - name: free # two", "    models: [a]", "  # three", "# four"], [""]],
])("changes its own line alone: %s", (_, lines, end) => {
    const text = ["config:", "  maas:settings:", ...lines.map((line) => (line === "" ? "" : `    ${line}`)), ...end].join("\n");
    for (const ending of ["\n", "\r\n"]) {
        const before = text.replaceAll("\n", ending);
        const file = new StackFile(before);
        expect(file.text()).toBe(before);
        file.add(["tiers", "0", "models"], "b");
        expect(file.text()).toBe(before.replace("models: [a]", "models: [a, b]"));
    }
});

it("lays out what is broken over lines anew only where it changes", () => {
    const before = small("x: [1,", "    2]", "tiers:", "  - name: free", "    models: [a,", "      b]", "y: [3,", "    4]");
    const file = new StackFile(before.replaceAll("\n", "\r\n"));
    file.add(["tiers", "0", "models"], "c");
    expect(file.text()).toBe(before.replace("models: [a,\n          b]", "models: [a, b, c]").replaceAll("\n", "\r\n"));
});

const tiers = (...lines: string[]): StackFile => new StackFile(small("tiers:", ...lines.map((line) => `  ${line}`)));
const shared = /stands in several places of the stack file \(&x and \*x\): change it by hand/;
it.each<[string, StackFile, (file: StackFile) => unknown, RegExp]>([
    [
        "adds to a list that an alias repeats",
        tiers("- { name: free, models: &x [a] }", "- { name: gold, models: *x }"),
        (file) => file.add(["tiers", "0", "models"], "b"),
        shared,
    ],
    [
        "drops of a list that an alias repeats",
        tiers("- { name: free, models: &x [a] }", "- { name: gold, models: *x }"),
        (file) => file.drop(["tiers", "0", "models"], "a"),
        shared,
    ],
    [
        "adds to the alias",
        tiers("- { name: free, models: &x [a] }", "- { name: gold, models: *x }"),
        (file) => file.add(["tiers", "1", "models"], "b"),
        /tiers\.1\.models is no list that is written out/,
    ],
    [
        "drops an entry of which an alias repeats a part",
        tiers("- { name: free, models: &x [a] }", "- { name: gold, models: *x }"),
        (file) => file.drop(["tiers"], "free"),
        shared,
    ],
    [
        "replaces a value that an alias repeats",
        tiers("- { name: free, requests: &x { limit: 1 } }", "- { name: gold, requests: *x }"),
        (file) => file.set(file.named(["tiers"], "free")!, "requests", { limit: 2 }),
        shared,
    ],
    [
        "changes an entry that others take over",
        tiers("- &x", "  name: free", "  models: [a]", "- <<: *x", "  name: gold"),
        (file) => file.set(file.named(["tiers"], "free")!, "displayName", "F"),
        shared,
    ],
    [
        "adds to a list that is taken over",
        tiers("- &x", "  name: free", "  models: [a]", "- <<: *x", "  name: gold"),
        (file) => file.add(["tiers", "1", "models"], "b"),
        /models of gold is taken over from another entry \(<<\): change it by hand/,
    ],
    [
        "deletes what is taken over",
        tiers("- &x", "  name: free", "  requests: { limit: 1 }", "- <<: *x", "  name: gold"),
        (file) => file.set(file.named(["tiers"], "gold")!, "requests", undefined),
        /requests of gold is taken over/,
    ],
    [
        "writes a key twice",
        tiers("- { name: free }"),
        () => new StackFile(small("tiers: []", "tiers: []")),
        /is not YAML: Map keys must be unique/,
    ],
])("never %s", (_, file, change, message) => {
    const before = file.text();
    expect(() => change(file)).toThrow(message);
    expect(file.text()).toBe(before);
});

it("sets a field over the one that is taken over, and leaves anchors that nothing repeats", () => {
    const file = tiers("- &x", "  name: free", "  requests: { limit: 1 }", "- <<: *x", "  name: gold", "- &y { name: top }");
    file.set(file.named(["tiers"], "gold")!, "requests", { limit: 2 });
    file.set(file.named(["tiers"], "top")!, "displayName", "T");
    expect(file.settings()["tiers"]).toEqual([
        { name: "free", requests: { limit: 1 } },
        { name: "gold", requests: { limit: 2 } },
        { name: "top", displayName: "T" },
    ]);
    expect(file.text()).toContain("- &y { name: top, displayName: T }");
});

it.each([
    ["config:\n  a: [", /is not YAML/],
    ["config: {}\n", /has no map under config, maas:settings/],
])("refuses %j", (text, message) => {
    expect(() => new StackFile(text)).toThrow(message);
});

it("changes no list that is not written out", () => {
    const file = new StackFile(small("operators: &all { nfd: {} }", "models: *all"));
    expect(() => file.names(["models"])).toThrow("models is no list that is written out in the stack file: change it by hand.");
});

it("a file of users keeps comments and order", () => {
    const users = new UsersFile("# all\nann, free\n\nbob,gold\ncid,free\n");
    users.move("bob", "free");
    users.remove("cid");
    users.moveAll("free", "top");
    expect(users.text()).toBe("# all\nann, top\n\nbob,top\n");
    expect(["ann", "cid", "# all"].map((name) => users.has(name))).toEqual([true, false, false]);
});
