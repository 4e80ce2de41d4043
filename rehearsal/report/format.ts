/** The format of numbers, in the terminal and on the page alike. */

/**
 * A length of time in its two largest units: `0 s`, `45 s`, `12 min 30 s`, `2 h 5 min`.
 * Below one second one significant decimal is kept (`0.4 s`); everything else is rounded to seconds.
 */
export function durationText(seconds: number): string {
    if (seconds > 0 && seconds < 1) {
        return `${Math.max(0.1, Math.round(seconds * 10) / 10)} s`;
    }
    const whole = Math.round(seconds);
    if (whole < 60) {
        return `${whole} s`;
    }
    const [large, small, units] =
        whole < 3600
            ? [Math.floor(whole / 60), whole % 60, ["min", "s"]]
            : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), ["h", "min"]];
    return small === 0 ? `${large} ${units[0]}` : `${large} ${units[0]} ${small} ${units[1]}`;
}

/** A moment of the bring-up as a clock shows it: `0:00`, `12:30`, `1:05:00`. */
export function moment(seconds: number): string {
    const whole = Math.round(seconds);
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    const two = (n: number): string => String(n).padStart(2, "0");
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** US dollars, rounded to whole ones from 10 upwards: `$ 6,547`, `$ 2.24`. */
export function dollars(amount: number): string {
    const digits = amount === 0 || amount >= 10 ? 0 : 2;
    // Not by a locale: to load that takes longer than to print a whole plan.
    return `$ ${amount.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",")}`;
}

/** `$ 4,910 to $ 9,820`; `at least $ 0, 2 nodes unpriced` where prices are not known. */
export function costs({ total, unpriced }: { readonly total: { min: number; max: number }; readonly unpriced: number }): string {
    const known = range(total.min, total.max, dollars);
    return unpriced === 0 ? known : `at least ${known}, ${count(unpriced, "node")} unpriced`;
}

/** `4`, or `1 to 4` when the ends differ. */
export function range(min: number, max: number, write: (n: number) => string = String): string {
    return min === max ? write(min) : `${write(min)} to ${write(max)}`;
}

/** `1 resource`, `2 resources`, `0 policies`. */
export function count(n: number, one: string, many = `${one}s`): string {
    return `${n} ${n === 1 ? one : many}`;
}

/** Cuts a text to a length in characters, marking the cut with `…`. */
export function shorten(text: string, length: number): string {
    const characters = [...text];
    return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}

/** A value of an output or input in one line: texts as they are, everything else as JSON. */
export function inline(value: unknown): string {
    return typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
}

/** A value as rows of a table: the fields of objects under dotted names, the items of lists below each other. */
export function flat(name: string, value: unknown): (readonly [string, string])[] {
    if (Array.isArray(value) && value.length > 0) {
        return value.flatMap((item, i) =>
            flat(typeof item === "object" && item !== null ? `${name}[${i}]` : i === 0 ? name : "", item),
        );
    }
    if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
        return Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .flatMap(([key, item]) => flat(/^[\w-]+$/.test(key) ? `${name}.${key}` : `${name}[${JSON.stringify(key)}]`, item));
    }
    return [[name, inline(value)]];
}
