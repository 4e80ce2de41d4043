/**
 * The part of RFC 9535 that readiness expressions use: names, indices, wildcards, and filters that compare relative paths
 * with literals (`[?(@.type=='Ready' && @.status!='False')]`) or ask whether they exist (`[?@.x]`).
 *
 * The real provider parses these paths strictly; this parser refuses every other syntax.
 */

type Step =
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "index"; readonly index: number }
    | { readonly kind: "all" }
    | { readonly kind: "filter"; readonly matches: (item: unknown) => boolean };

/** A parsed path. */
export type JsonPath = (root: unknown) => unknown[];

/** @param text `$.status.phase`; the leading `$` may be left out. @throws Error when it is not a path */
export function parseJsonPath(text: string): JsonPath {
    const parser = new Parser(text.startsWith("$") ? text.slice(1) : text);
    const steps = parser.steps();
    parser.end();
    return (root) => select(root, steps);
}

function select(root: unknown, steps: readonly Step[]): unknown[] {
    return steps.reduce<unknown[]>((found, step) => found.flatMap((value) => apply(step, value)), [root]);
}

function apply(step: Step, value: unknown): unknown[] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    switch (step.kind) {
        case "name":
            return !Array.isArray(value) && Object.hasOwn(value, step.name)
                ? [(value as Record<string, unknown>)[step.name]]
                : [];
        case "index": {
            const at = Array.isArray(value) ? (step.index < 0 ? value.length + step.index : step.index) : -1;
            return Array.isArray(value) && at >= 0 && at < value.length ? [value[at]] : [];
        }
        case "all":
            return Object.values(value);
        case "filter":
            return Object.values(value).filter(step.matches);
    }
}

class Parser {
    private at = 0;

    constructor(private readonly text: string) {}

    steps(): Step[] {
        const steps: Step[] = [];
        for (;;) {
            if (this.take("[")) {
                steps.push(this.bracket());
            } else if (this.take(".")) {
                steps.push(
                    this.take("*") ? { kind: "all" } : { kind: "name", name: this.match(/[A-Za-z_][A-Za-z0-9_-]*/y, "a name") },
                );
            } else {
                return steps;
            }
        }
    }

    end(): void {
        if (this.at < this.text.length) {
            this.fail("the end");
        }
    }

    private bracket(): Step {
        this.space();
        let step: Step;
        if (this.take("*")) {
            step = { kind: "all" };
        } else if (this.take("?")) {
            step = { kind: "filter", matches: this.either() };
        } else if (this.text[this.at] === "'" || this.text[this.at] === '"') {
            step = { kind: "name", name: this.quoted() };
        } else {
            step = { kind: "index", index: Number(this.match(/-?\d+/y, "an index, a quoted name, * or ?")) };
        }
        this.space();
        this.expect("]");
        return step;
    }

    private either(): (item: unknown) => boolean {
        const left = this.both();
        this.space();
        if (!this.take("||")) {
            return left;
        }
        const right = this.either();
        return (item) => left(item) || right(item);
    }

    private both(): (item: unknown) => boolean {
        const left = this.comparison();
        this.space();
        if (!this.take("&&")) {
            return left;
        }
        const right = this.both();
        return (item) => left(item) && right(item);
    }

    private comparison(): (item: unknown) => boolean {
        this.space();
        if (this.take("!")) {
            const inner = this.comparison();
            return (item) => !inner(item);
        }
        if (this.take("(")) {
            const inner = this.either();
            this.space();
            this.expect(")");
            return inner;
        }
        this.expect("@");
        const path = this.steps();
        this.space();
        const operator = /==|!=|<=|>=|<|>/y;
        operator.lastIndex = this.at;
        const found = operator.exec(this.text)?.[0];
        if (found === undefined) {
            return (item) => select(item, path).length > 0;
        }
        this.at += found.length;
        this.space();
        const literal = this.literal();
        return (item) => compare(select(item, path)[0], found, literal);
    }

    private literal(): unknown {
        if (this.text[this.at] === "'" || this.text[this.at] === '"') {
            return this.quoted();
        }
        return JSON.parse(this.match(/true|false|null|-?\d+(\.\d+)?/y, "a literal")) as unknown;
    }

    private quoted(): string {
        const text = this.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y, "a quoted name");
        return text.slice(1, -1).replace(/\\(.)/g, "$1");
    }

    private match(pattern: RegExp, expected: string): string {
        pattern.lastIndex = this.at;
        const found = pattern.exec(this.text)?.[0];
        if (found === undefined) {
            this.fail(expected);
        }
        this.at += found!.length;
        return found!;
    }

    private take(token: string): boolean {
        if (!this.text.startsWith(token, this.at)) {
            return false;
        }
        this.at += token.length;
        return true;
    }

    private expect(token: string): void {
        if (!this.take(token)) {
            this.fail(JSON.stringify(token));
        }
    }

    private space(): void {
        while (this.text[this.at] === " ") {
            this.at++;
        }
    }

    private fail(expected: string): never {
        throw new Error(`expected ${expected} at position ${this.at} of ${JSON.stringify(this.text)}`);
    }
}

function compare(left: unknown, operator: string, right: unknown): boolean {
    switch (operator) {
        case "==":
            return left === right;
        case "!=":
            return left !== right;
        default: {
            if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) {
                return false;
            }
            const [a, b] = [left as number, right as number];
            return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b;
        }
    }
}
