/** The documentation, for assistants: its pages, and lines that have words. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { UsageError } from "../exit";
import { didYouMean } from "../nearest";

/** Lines that a search answers at most. */
const MOST = 40;

/** Paths of all pages, sorted: `docs/day-2.md`. */
export function pagesOf(root: string): string[] {
    const docs = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".md"))
        .map((file) => `docs/${file.split(path.sep).join("/")}`);
    return ["README.md", ...docs.sort()];
}

/** A page. @throws UsageError for one that does not exist */
export function readPage(root: string, page: string): string {
    const pages = pagesOf(root);
    if (!pages.includes(page)) {
        throw new UsageError(
            `There is no page ${JSON.stringify(page)}; expected one of ${pages.join(", ")}.${didYouMean(page, pages)}`,
        );
    }
    return readFileSync(path.join(root, page), "utf8");
}

/** Lines that have all words, with their page and number. */
export function searchPages(root: string, query: string): string {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found = pagesOf(root).flatMap((page) =>
        readPage(root, page)
            .split("\n")
            .flatMap((line, i) =>
                words.every((word) => line.toLowerCase().includes(word)) ? [`${page}:${i + 1}: ${line.trim()}`] : [],
            ),
    );
    const shown = found.slice(0, MOST);
    return found.length === 0
        ? `No line of the documentation has all of: ${words.join(", ")}.`
        : [...shown, ...(found.length > MOST ? [`and ${found.length - MOST} more lines`] : [])].join("\n");
}
