/** The stream that a terminal writes to; process.stdout and process.stderr are. */
export interface Stream {
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
    /** @param done told when the text has been handed over, or what went wrong */
    write(text: string, done?: (error?: Error | null) => void): unknown;
    on?(event: "error", listener: (error: Error) => void): unknown;
}

/** Ways to set text off. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan";

const codes: Readonly<Record<Style, readonly [number, number]>> = {
    bold: [1, 22],
    dim: [2, 22],
    red: [31, 39],
    green: [32, 39],
    yellow: [33, 39],
    blue: [34, 39],
    cyan: [36, 39],
};

/**
 * One output of a command. Colours only on a terminal and without `NO_COLOR`; live lines only on a terminal and without
 * `CI`. `FORCE_COLOR` (not `0`) colours in any case.
 */
export class Terminal {
    /** Whether lines may be rewritten. */
    readonly live: boolean;
    readonly colour: boolean;
    private block: readonly string[] = [];
    private broken = false;

    constructor(
        private readonly stream: Stream,
        env: Readonly<Record<string, string | undefined>> = process.env,
        /** Says nothing but errors. */
        readonly quiet = false,
    ) {
        const terminal = stream.isTTY === true && env["TERM"] !== "dumb";
        const forced = env["FORCE_COLOR"];
        this.live = terminal && !env["CI"] && !quiet;
        this.colour = env["NO_COLOR"]
            ? false
            : forced !== undefined && forced !== ""
              ? forced !== "0" && forced !== "false"
              : terminal;
        // The reader of a pipe may leave early (`maas plan x | head`): that is no error of ours.
        stream.on?.("error", () => {
            this.broken = true;
        });
    }

    /** Characters in a line; infinite where nobody counts them. */
    get width(): number {
        return this.stream.isTTY === true ? Math.max(40, this.stream.columns ?? 80) : Infinity;
    }

    /** Sets text off, where colours are on. */
    style(text: string, ...styles: readonly Style[]): string {
        return this.colour && text !== ""
            ? styles.reduce((t, s) => `\u001b[${codes[s][0]}m${t}\u001b[${codes[s][1]}m`, text)
            : text;
    }

    /** Writes a line above the live block, unless quiet. */
    line(text = ""): void {
        if (!this.quiet) {
            this.always(text);
        }
    }

    /** Writes a line also when quiet. */
    always(text: string): void {
        const block = this.block;
        this.status([]);
        // Output of the program may be coloured whatever this terminal is like.
        const shown = printable(text);
        this.write(`${this.colour ? shown : shown.replace(colourSequence, "")}\n`);
        this.status(block);
    }

    /** Whether all that was written has been handed over: false once the reader of a pipe has left. */
    delivered(): Promise<boolean> {
        if (this.broken || this.stream.on === undefined) {
            return Promise.resolve(!this.broken);
        }
        return new Promise((resolve) => this.stream.write("", (error) => resolve(!this.broken && !error)));
    }

    /** Writes a file's content as it is, also when quiet. */
    raw(content: string): void {
        this.write(content);
    }

    /** Replaces the live block at the bottom; each line is cut to the width. Nothing happens where lines cannot be rewritten. */
    status(lines: readonly string[]): void {
        if (!this.live || (lines.length === 0 && this.block.length === 0)) {
            return;
        }
        const cut = lines.map((line) => cutTo(printable(line).replaceAll("\n", " "), this.width - 1));
        const back = this.block.length === 0 ? "" : `\u001b[${this.block.length}A\r\u001b[J`;
        this.write(back + cut.map((line) => `${line}\n`).join(""));
        this.block = cut;
    }

    private write(text: string): void {
        if (!this.broken && text !== "") {
            this.stream.write(text);
        }
    }
}

/** Colour sequences, as {@link Terminal.style} writes them. */
const colourSequence = /\u001b\[[0-9;]*m/g;

/** Text without control characters, which could move the cursor or do worse; colours and line ends stay. */
export function printable(text: string): string {
    return text.replace(/\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (match) =>
        match.length > 1 ? match : match === "\r" ? "" : "\ufffd",
    );
}

/** Characters that a text takes on the screen, colours not counted. */
export function visible(text: string): number {
    return [...text.replace(colourSequence, "")].length;
}

/** Cuts a text to a width, keeping its colours balanced. */
export function cutTo(text: string, width: number): string {
    if (visible(text) <= width) {
        return text;
    }
    let room = width - 1;
    let cut = "";
    for (const part of text.split(/(\u001b\[[0-9;]*m)/)) {
        if (part.startsWith("\u001b[")) {
            cut += part;
        } else if (room > 0) {
            const taken = [...part].slice(0, room);
            room -= taken.length;
            cut += room === 0 ? `${taken.join("")}…` : taken.join("");
        }
    }
    return cut;
}
