import { evaluate } from "@marcbachmann/cel-js";

/** What predicates and counters of policies read. */
export interface CelInput {
    readonly request: { readonly path: string; readonly url_path: string; readonly method: string };
    readonly auth: { readonly identity?: unknown; readonly metadata?: unknown };
}

/** The one name in the policies that is no identifier: `has()` of the library takes none that is written in brackets. */
const BRACKETS = '["subscription-info"]';

/** The value of an expression of a policy; undefined where it names what does not exist. */
export function cel(expression: string, input: CelInput): unknown {
    try {
        return evaluate(expression.replaceAll(BRACKETS, ".subscription_info"), input as unknown as Record<string, unknown>);
    } catch {
        return undefined;
    }
}

/** What a request says of itself. @param target with the query */
export function requestOf(method: string, target: string): CelInput["request"] {
    return { method, path: target, url_path: target.split("?")[0]! };
}
