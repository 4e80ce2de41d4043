import { printable, visible } from "./terminal";

/** A column of a table. */
export interface Column {
    readonly title?: string;
    readonly align?: "left" | "right";
    /** May be wrapped when the table is wider than the terminal. */
    readonly wraps?: boolean;
}

const gap = "  ";
const narrowest = 12;

/**
 * A table as lines. Columns are as wide as their widest cell; when that is wider than `width`, those that wrap share
 * what is left. A table without titles has no head.
 *
 * @param width characters of a line; may be infinite
 * @param head how titles are set off
 */
export function table(
    columns: readonly Column[],
    rows: readonly (readonly string[])[],
    width: number,
    head: (text: string) => string = (text) => text,
): string[] {
    const cells = rows.map((row) => columns.map((_, i) => printable(row[i] ?? "").replaceAll("\n", " ")));
    const widths = columns.map((column, i) => Math.max(visible(column.title ?? ""), ...cells.map((row) => visible(row[i]!)), 0));
    let excess = widths.reduce((sum, w) => sum + w, 0) + gap.length * (columns.length - 1) - width;
    while (excess > 0) {
        const widest = widths.reduce(
            (best, w, i) => (columns[i]!.wraps && w > narrowest && (best < 0 || w > widths[best]!) ? i : best),
            -1,
        );
        if (widest < 0) {
            break;
        }
        const others = widths.filter((_, i) => columns[i]!.wraps && i !== widest && widths[i]! < widths[widest]!);
        const step = Math.max(1, Math.min(excess, widths[widest]! - Math.max(narrowest, ...others)));
        widths[widest]! -= step;
        excess -= step;
    }
    const lay = (row: readonly string[]): string[] => {
        const wrapped = row.map((cell, i) => wrap(cell, widths[i]!));
        const height = Math.max(1, ...wrapped.map((lines) => lines.length));
        return Array.from({ length: height }, (_, n) =>
            wrapped
                .map((lines, i) => {
                    const cell = lines[n] ?? "";
                    const space = " ".repeat(Math.max(0, widths[i]! - visible(cell)));
                    return columns[i]!.align === "right" ? space + cell : cell + space;
                })
                .join(gap)
                .trimEnd(),
        );
    };
    const titled = columns.some((column) => column.title !== undefined);
    return [...(titled ? lay(columns.map((column) => column.title ?? "")).map(head) : []), ...cells.flatMap(lay)];
}

/** Breaks a text at spaces, and words that are longer than a line anywhere. Coloured text that does not fit loses its colours. */
export function wrap(text: string, width: number): string[] {
    if (visible(text) <= width) {
        return [text];
    }
    const lines: string[] = [];
    let line = "";
    for (const word of text.replace(/\u001b\[[0-9;]*m/g, "").split(" ")) {
        let rest = word;
        if (line !== "" && visible(line) + 1 + visible(rest) > width) {
            lines.push(line);
            line = "";
        }
        rest = line === "" ? rest : `${line} ${rest}`;
        while (visible(rest) > width) {
            const characters = [...rest];
            lines.push(characters.slice(0, width).join(""));
            rest = characters.slice(width).join("");
        }
        line = rest;
    }
    return line === "" ? lines : [...lines, line];
}
