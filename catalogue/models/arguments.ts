/** Reads arguments of vLLM as its shell and its parser do. Source: vllm-project/vllm@v0.18.0:vllm/utils/argparse_utils.py */

/** A flag among arguments. */
export interface Flag {
    /** With dashes: `--max-model-len`, `-tp`. */
    readonly name: string;
    /** Undefined where no value follows. */
    readonly value: string | undefined;
    /** Index of the argument that it stands in. */
    readonly index: number;
}

/** `--flag` of `--flag=value` and `--flag value`. */
export function flagName(arg: string): string {
    return arg.split(/[=\s]/, 1)[0]!.replace(/_/g, "-");
}

/** Every flag of the arguments: of an argument with several, and with a value that is an argument of its own. */
export function flagsOf(args: readonly string[]): Flag[] {
    const words = args.flatMap((arg, index) =>
        (arg.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => ({ word: unquoted(word), index })),
    );
    return words.flatMap(({ word, index }, i) => {
        if (!isFlag(word)) {
            return [];
        }
        const at = word.indexOf("=");
        const next = words[i + 1]?.word;
        const value = at >= 0 ? word.slice(at + 1) : next !== undefined && !isFlag(next) ? next : undefined;
        return [{ name: flagName(at >= 0 ? word.slice(0, at) : word), value, index }];
    });
}

/** The value of a flag; undefined when it does not exist, or has none. Of several the last holds. */
export function valueOf(args: readonly string[], name: string): string | undefined {
    return flagsOf(args).findLast((flag) => flag.name === name)?.value;
}

/** The value of a flag as a number, `32k` and `32K` as vLLM reads them; undefined when it is none. */
export function numberOf(args: readonly string[], name: string): number | undefined {
    return readNumber(valueOf(args, name));
}

const MULTIPLES: Readonly<Record<string, number>> = {
    k: 1e3,
    m: 1e6,
    g: 1e9,
    t: 1e12,
    K: 2 ** 10,
    M: 2 ** 20,
    G: 2 ** 30,
    T: 2 ** 40,
};

/** A number as vLLM reads one; undefined for anything else. */
export function readNumber(text: string | undefined): number | undefined {
    const [, number, unit] = /^(-?\d*\.?\d+(?:e-?\d+)?)([kKmMgGtT]?)$/.exec(text ?? "") ?? [];
    const value = number === undefined ? undefined : Number(number) * (unit ? MULTIPLES[unit]! : 1);
    // -1 asks vLLM to choose.
    return value === undefined || value < 0 ? undefined : value;
}

function isFlag(word: string): boolean {
    return /^--?[A-Za-z]/.test(word);
}

function unquoted(word: string): string {
    return word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2");
}
