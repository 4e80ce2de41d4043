/** @returns undefined for a text that is not JSON: a page of a proxy, say */
export function parsedJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
