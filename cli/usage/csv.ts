/** Rows as CSV (RFC 4180). */

/** Spreadsheets take texts that begin so for formulas. */
const FORMULA = /^[=+\-@\t\r]/;

/** @param rows of one shape; the first one's fields are the head */
export function csv(fields: readonly string[], rows: readonly object[]): string {
    const cell = (value: unknown): string => {
        const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value ?? "");
        return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = rows.map((row) => fields.map((field) => cell((row as Record<string, unknown>)[field])));
    return [fields, ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}
