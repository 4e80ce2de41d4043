/** The exercises of workspaces: they run, and begin unsolved. */
import { spawnSync } from "node:child_process";
import path from "node:path";

const python = spawnSync("python3", ["--version"]).status === 0;
if (!python) {
    process.stderr.write("SKIPPED: the exercises, which need python3\n");
}

/** The tests of a folder that fail. */
function failing(folder: string): string[] {
    const { stderr, status } = spawnSync("python3", ["-B", "-m", "unittest"], {
        cwd: path.join(__dirname, "../exercises", folder),
        encoding: "utf8",
    });
    expect(status).toBe(1);
    return [...stderr.matchAll(/^(?:FAIL|ERROR): (\w+)/gm)].map(([, name]) => name!).sort();
}

(python ? it : it.skip).each<[string, string[]]>([
    [
        "complete",
        ["test_a_number_waits_once", "test_an_order_can_be_cancelled", "test_urgent_orders_come_first_and_equals_in_their_order"],
    ],
    ["explain", ["test_the_answer_is_right"]],
    ["refactor", ["test_functions_are_short"]],
])("%s", (folder, unsolved) => {
    expect(failing(folder)).toEqual(unsolved);
});
