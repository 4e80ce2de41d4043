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
