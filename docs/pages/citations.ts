/**
 * Citations, as comments, `source` fields and pages have them: a heading of a page of docs/ (and further headings of it:
 * `docs/sources/maas.md#tenant, #keys`), or a file upstream (`owner/repository@version:path`). Pure.
 */
const PAGE = /(?<![\w./:@-])docs\/[\w/-]+\.md(?:#[a-z0-9-]+(?:, #[a-z0-9-]+)*)?/;
const UPSTREAM = /(?<![\w./@-])[A-Za-z0-9][\w-]*\/[A-Za-z0-9][\w.-]*@[A-Za-z0-9][\w.+-]*:[\w./+-]*\w/;

/** Text that cites something. */
export const CITATION = new RegExp(`docs/sources/[\\w-]+\\.md#|${UPSTREAM.source}`);

const all = (text: string, pattern: RegExp): string[] => text.match(new RegExp(pattern.source, "g")) ?? [];

/** A page that a text names; without a heading the page as a whole. */
export interface PageCitation {
    /** Path from the project's root. */
    readonly page: string;
    readonly heading: string | undefined;
}

/** The pages and headings that a text cites. */
export function pageCitations(text: string): PageCitation[] {
    return all(text, PAGE).flatMap((citation): PageCitation[] => {
        const { page, headings } = parts(citation);
        return headings.length === 0 ? [{ page, heading: undefined }] : headings.map((heading) => ({ page, heading }));
    });
}

function parts(citation: string): { page: string; headings: string[] } {
    const [page, ...headings] = citation.split(/, #|#/);
    return { page: page!, headings };
}

/** The files upstream that a text cites. */
export const upstreamCitations = (text: string): string[] => all(text, UPSTREAM);

/** The anchor that GitHub makes of a heading. */
export const anchorOf = (heading: string): string =>
    heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-");

/** A text of a page of docs/ with its citations as links. */
export function linked(text: string): string {
    const pages = (citation: string): string => {
        const { page, headings } = parts(citation);
        const path = page.replace(/^docs\//, "");
        const name = path.replace(/^sources\/|\.md$/g, "");
        return headings.length === 0
            ? `[${name}](${path})`
            : headings.map((heading) => `[${name}: ${heading.replaceAll("-", " ")}](${path}#${heading})`).join(", ");
    };
    const upstream = (citation: string): string => {
        const [, repository, version, file] = /^([^@]+)@([^:]+):(.*)$/.exec(citation)!;
        return `[${repository!}: ${file!}](https://github.com/${repository!}/blob/${version!}/${file!})`;
    };
    return text.replace(new RegExp(`${PAGE.source}|${UPSTREAM.source}`, "g"), (citation) =>
        citation.startsWith("docs/") ? pages(citation) : upstream(citation),
    );
}
