import type { Invocation } from "../command";
import { UsageError } from "../exit";

/** The number that an option has; undefined without. @throws UsageError for what is no number */
export function numberOf(invocation: Invocation, option: string): number | undefined {
    const text = invocation.text(option);
    if (text !== undefined && !/^\d+(\.\d+)?$/.test(text)) {
        throw new UsageError(`--${option} is ${JSON.stringify(text)}; expected a number.`);
    }
    return text === undefined ? undefined : Number(text);
}
