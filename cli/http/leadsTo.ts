import type { HttpAnswer } from "./send";

/**
 * Where an answer sends its caller: to a page that logs in, mostly. The address is told without its query, which may log in. Undefined for
 * an answer that sends nowhere.
 *
 * @param asked the address that was asked
 */
export function leadsTo({ status, headers }: Pick<HttpAnswer, "status" | "headers">, asked: string): string | undefined {
    const { location } = headers;
    if (status < 300 || status > 399 || location === undefined || !URL.canParse(location, asked)) {
        return undefined;
    }
    const { origin, pathname } = new URL(location, asked);
    return `${origin}${pathname}`;
}
