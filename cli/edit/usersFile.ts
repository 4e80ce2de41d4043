/** The file of `identity.usersFile`, of lines `name,tier`: its comments and order stay. */

const fieldsOf = (line: string): string[] => (/^\s*(#|$)/.test(line) ? [] : line.split(",").map((field) => field.trim()));

/** The lines of such a file. */
export class UsersFile {
    private readonly lines: string[];

    constructor(readonly original: string) {
        this.lines = original.split("\n");
    }

    has(name: string): boolean {
        return this.lines.some((line) => fieldsOf(line)[0] === name);
    }

    move(name: string, tier: string): void {
        this.change(name, (line) => [line.replace(/,(\s*)[^\s,]+/, `,$1${tier}`)]);
    }

    /** All users of a tier. */
    moveAll(from: string, to: string): void {
        this.lines
            .map(fieldsOf)
            .filter(([, tier]) => tier === from)
            .forEach(([name]) => this.move(name!, to));
    }

    remove(name: string): void {
        this.change(name, () => []);
    }

    text(): string {
        return this.lines.join("\n");
    }

    private change(name: string, by: (line: string) => string[]): void {
        this.lines.splice(0, Infinity, ...this.lines.flatMap((line) => (fieldsOf(line)[0] === name ? by(line) : [line])));
    }
}
