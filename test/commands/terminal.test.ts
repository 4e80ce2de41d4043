import { table, wrap } from "../../cli/table";
import { cutTo, printable, type Stream, Terminal, visible } from "../../cli/terminal";

function screen(isTTY: boolean, columns?: number): Stream & { text: string } {
    return {
        text: "",
        isTTY,
        columns,
        write(t: string) {
            this.text += t;
        },
    };
}

describe("colours", () => {
    test.each([
        [true, {}, true],
        [false, {}, false],
        [true, { NO_COLOR: "1" }, false],
        [true, { NO_COLOR: "" }, true],
        [true, { TERM: "dumb" }, false],
        [true, { CI: "true" }, true],
        [false, { FORCE_COLOR: "1" }, true],
        [true, { FORCE_COLOR: "0" }, false],
        [true, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    ])("terminal %p with %j: %p", (tty, env, coloured) => {
        const terminal = new Terminal(screen(tty), env);
        expect(terminal.colour).toBe(coloured);
        expect(terminal.style("x", "red")).toBe(coloured ? "\u001b[31mx\u001b[39m" : "x");
    });

    test("what is coloured already is not on a terminal without colours", () => {
        const s = screen(false);
        new Terminal(s, {}).line("\u001b[31mred\u001b[39m");
        expect(s.text).toBe("red\n");
    });
});

describe("live lines", () => {
    test.each([
        [true, {}, true],
        [false, {}, false],
        [true, { CI: "1" }, false],
        [true, { TERM: "dumb" }, false],
        [true, { NO_COLOR: "1" }, true],
    ])("terminal %p with %j: %p", (tty, env, live) => expect(new Terminal(screen(tty), env).live).toBe(live));

    test("are rewritten in place, and lines go above them", () => {
        const s = screen(true, 80);
        const terminal = new Terminal(s, { NO_COLOR: "1" });
        terminal.status(["one", "two"]);
        terminal.line("above");
        terminal.status([]);
        terminal.status([]);
        expect(s.text).toBe("one\ntwo\n" + "\u001b[2A\r\u001b[J" + "above\n" + "one\ntwo\n" + "\u001b[2A\r\u001b[J");
    });

    test("never take more than one row each", () => {
        const s = screen(true, 50);
        new Terminal(s, { NO_COLOR: "1" }).status(["x".repeat(200), "a\nb"]);
        expect(s.text.split("\n").map((l) => l.length)).toEqual([49, 3, 0]);
    });

    test("do nothing elsewhere", () => {
        const s = screen(false);
        const terminal = new Terminal(s, {});
        terminal.status(["one"]);
        terminal.line("two");
        expect(s.text).toBe("two\n");
    });
});

test("quiet says only what must be said", () => {
    const s = screen(true, 80);
    const terminal = new Terminal(s, {}, true);
    terminal.line("a");
    terminal.status(["b"]);
    terminal.always("c");
    expect(s.text).toBe("c\n");
});

test("a reader who leaves is no error", () => {
    let fail: ((e: Error) => void) | undefined;
    const written: string[] = [];
    const terminal = new Terminal({ write: (t) => written.push(t), on: (_event, listener) => (fail = listener) }, {});
    terminal.line("a");
    fail!(Object.assign(new Error("EPIPE"), { code: "EPIPE" }));
    terminal.line("b");
    expect(written).toEqual(["a\n"]);
});

test("control characters cannot reach the terminal", () => {
    expect(printable("a\u001b[2Jb\u0007c\u009bd\re")).toBe("a\ufffd[2Jb\ufffdc\ufffdde");
    expect(printable("\u001b[1mbold\u001b[22m\n\tx")).toBe("\u001b[1mbold\u001b[22m\n\tx");
});

test("cuts by what is seen, and closes colours", () => {
    const red = "\u001b[31mabcdef\u001b[39m";
    expect(visible(red)).toBe(6);
    expect(cutTo(red, 6)).toBe(red);
    expect(cutTo(red, 4)).toBe("\u001b[31mabc…\u001b[39m");
});

describe("tables", () => {
    const columns = [{ title: "Name" }, { title: "Count", align: "right" as const }, { title: "What", wraps: true }];

    test("line up", () => {
        expect(
            table(
                columns,
                [
                    ["a", "1", "first"],
                    ["long name", "22", ""],
                ],
                Infinity,
            ),
        ).toEqual(["Name       Count  What", "a              1  first", "long name     22"]);
    });

    test("wrap to the width at spaces, long words anywhere", () => {
        const lines = table(columns, [["a", "1", "some words that go on and-a-very-long-word-without-any-space-in-it"]], 40);
        expect(lines.every((line) => visible(line) <= 40)).toBe(true);
        expect(
            lines
                .map((l) => l.slice(13))
                .join(" ")
                .replace(/\s+/g, ""),
        ).toContain("and-a-very-long-word-without-any-space-in-it");
    });

    test("never break where nothing may wrap", () => {
        expect(table([{}, {}], [["aaaaaaaaaaaaaaaaaaaaaaaa", "b"]], 10)).toEqual(["aaaaaaaaaaaaaaaaaaaaaaaa  b"]);
    });

    test("stay on one line per row whatever a cell holds", () => {
        expect(table([{}, {}], [["a\nb\u001b[2J", "c"]], Infinity)).toEqual(["a b\ufffd[2J  c"]);
    });

    test("wrapping keeps every word", () => {
        expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
        expect(wrap("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
        expect(wrap("", 4)).toEqual([""]);
    });
});
