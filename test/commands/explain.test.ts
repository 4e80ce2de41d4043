import { accessesOf } from "../../cli/explain";
import { commandNames, loadCommand } from "../../cli/registry";
import { inProcess } from "./helper";

it.each(commandNames())("maas %s says what it reads and writes, with which rights, and does nothing", async (name) => {
    const access = accessesOf(loadCommand(name));
    const { code, out, err } = await inProcess(...name.split(" "), "--explain");
    expect([code, err]).toEqual([0, ""]);
    if (access.length === 0) {
        expect(out).toBe("Reads nothing but this program's own files, and writes nothing.\n");
        return;
    }
    const words = out.replace(/\s+/g, " ");
    expect(words).toMatch(/^Does What Rights/);
    for (const { what, rights, when } of access) {
        expect([what, rights, when].filter((text) => text === "")).toEqual([]);
    }
    expect(out.match(/^(reads|writes) /gm)).toHaveLength(access.length);
});

it("a command that deletes says when", () => {
    const deleting = loadCommand("reset").access.filter(({ does }) => does === "writes");
    expect(deleting.map(({ when }) => when)).toEqual(["--yes, and not --keep-keys", "--yes", "--yes and --users"]);
});
