/** Every citation can be opened by a reader: pages and headings of docs/ exist, files upstream are named in full. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { anchorOf, CITATION, linked, pageCitations, upstreamCitations } from "../../docs/pages/citations";
import { operatorEntry, operatorPackages } from "../../catalogue/operators";
import { releases } from "../../catalogue/releases";
import { registeredKinds, registeredPatches } from "../../kinds";
import { families } from "../../policy/policies";

const root = path.join(__dirname, "..", "..");
/** Not of the project: what others wrote, and what its tools write. */
const SKIPPED = new Set(["node_modules", "package-lock.json", "reports", "dist", "coverage"]);

function files(folder = ""): string[] {
    return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const file = path.posix.join(folder, entry.name);
        if (SKIPPED.has(entry.name) || entry.name.startsWith(".")) {
            return [];
        }
        return entry.isDirectory() ? files(file) : /\.(ts|js|json|md)$/.test(file) ? [file] : [];
    });
}

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
/** A text on one line: comments break citations that belong together. */
const unwrapped = (text: string): string => text.replace(/\n\s*(?:\*|\/\/) /g, " ");
const texts = files()
    .filter((file) => file !== "test/docs/citations.test.ts" && file !== "docs/pages/citations.ts")
    .map((file) => ({ file, text: unwrapped(read(file)) }));
const pages = new Map<string, string[]>();

/** The anchors of a page. */
function anchors(page: string): string[] {
    const known = pages.get(page);
    if (known !== undefined) {
        return known;
    }
    const found = read(page)
        .replace(/^```[\s\S]*?^```/gm, "")
        .match(/^#+ .*$/gm)!
        .map((line) => anchorOf(line.replace(/^#+ /, "").replaceAll("`", "")));
    pages.set(page, found);
    return found;
}

const resolves = (page: string, heading: string | undefined): boolean =>
    existsSync(path.join(root, page)) && (heading === undefined || anchors(page).includes(heading));

it("each page and heading that is cited exists", () => {
    const cited = texts.flatMap(({ file, text }) => pageCitations(text).map((citation) => ({ file, ...citation })));
    expect(cited.length).toBeGreaterThan(200);
    expect(cited.filter(({ page, heading }) => !resolves(page, heading))).toEqual([]);
});

it("each link of a page leads to a page and a heading that exist", () => {
    const links = texts
        .filter(({ file }) => file.endsWith(".md"))
        .flatMap(({ file, text }) =>
            [...text.matchAll(/\]\(([^)\s]+)\)/g)]
                .map(([, to]) => to!)
                .filter((to) => !/^(https?|mailto):/.test(to))
                .map((to) => {
                    const [page, heading] = to.split("#");
                    return { file, to, page: page === "" ? file : path.posix.join(path.posix.dirname(file), page!), heading };
                }),
        );
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter(({ page, heading }) => !resolves(page, heading)).map(({ file, to }) => `${file}: ${to}`)).toEqual([]);
});

it("files upstream are named as owner/repository@version:path", () => {
    const started = /(?<![\w./@:-])[A-Za-z0-9][\w-]*\/[A-Za-z0-9][\w.-]*@(?!sha256:|\$)[^\s`"',;)]+/g;
    const found = texts
        .filter(({ file }) => !file.startsWith("test/"))
        .flatMap(({ file, text }) => (text.match(started) ?? []).map((citation) => ({ file, citation })));
    expect(found.length).toBeGreaterThan(200);
    expect(found.filter(({ citation }) => upstreamCitations(citation)[0] !== citation.replace(/[.:]+$/, ""))).toEqual([]);
});

it("nothing is cited that only its authors can read", () => {
    const hidden = /facts\/[a-z-]+\.md|DESIGN (?:decision|[0-9])|\.\.\/shared\//;
    expect(texts.filter(({ text }) => hidden.test(text)).map(({ file }) => file)).toEqual([]);
});

interface Entry {
    readonly name: string;
    readonly source: string;
}

/** What data says of the sources of its entries; where weights are from is no citation. */
function entriesOf(name: string, data: unknown, depth = 0): Entry[] {
    if (typeof data !== "object" || data === null) {
        return [];
    }
    return Object.entries(data).flatMap(([key, value]): Entry[] =>
        key === "source" && typeof value === "string"
            ? depth === 0 || /^(oci|hf|s3|pvc):/.test(value)
                ? []
                : [{ name, source: value }]
            : entriesOf(`${name}: ${key}`, value, depth + 1),
    );
}

const data = texts.filter(({ file }) => file.endsWith(".json") && !/^(test|docs\/schemas)\//.test(file));
it.each<[string, readonly Entry[]]>([
    [
        "kind",
        [...registeredKinds().values(), ...registeredPatches().values()].map(({ kind, source }) => ({ name: kind, source })),
    ],
    ["rule", Object.values(families).flatMap((rules) => rules.map(({ text }) => text))],
    ["operator", operatorPackages.flatMap((name) => releases.map((r) => ({ name, source: operatorEntry(r, name).source })))],
    ["entry of data", data.flatMap(({ file }) => entriesOf(file, JSON.parse(read(file))))],
])("every %s cites its source", (_what, entries) => {
    expect(entries.length).toBeGreaterThan(20);
    const opened = (source: string): boolean =>
        CITATION.test(source) || /https:\/\//.test(source) || existsSync(path.join(root, source));
    expect(entries.filter(({ source }) => !opened(source)).map(({ name, source }) => `${name}: ${source}`)).toEqual([]);
});

describe("the pages of sources", () => {
    const sources = readdirSync(path.join(root, "docs/sources"));
    // The page of the simulator is a table of controllers, not of facts.
    it.each(sources.filter((page) => !["README.md", "simulator.md"].includes(page)))(
        "%s says of each fact how well it is known",
        (page) => {
            const facts = read(`docs/sources/${page}`).match(/^- .*$/gm)!;
            expect(facts.filter((fact) => !/verified|documented|inferred/.test(fact))).toEqual([]);
            const headings = anchors(`docs/sources/${page}`);
            expect(headings.filter((heading, i) => headings.indexOf(heading) !== i)).toEqual([]);
        },
    );

    it("are all in the list", () => {
        const list = read("docs/sources/README.md");
        expect(sources.filter((page) => page !== "README.md" && !list.includes(`](${page})`))).toEqual([]);
    });
});

describe("a citation", () => {
    it("of a page names headings, and becomes links", () => {
        const text = "see docs/sources/maas.md#tenant, #keys; docs/kinds.md";
        expect(pageCitations(text)).toEqual([
            { page: "docs/sources/maas.md", heading: "tenant" },
            { page: "docs/sources/maas.md", heading: "keys" },
            { page: "docs/kinds.md", heading: undefined },
        ]);
        expect(linked(text)).toBe(
            "see [maas: tenant](sources/maas.md#tenant), [maas: keys](sources/maas.md#keys); [kinds](kinds.md)",
        );
    });

    it("of a file upstream becomes a link to that version", () => {
        expect(linked("acme/tool@v1.2:pkg/a.go, and more")).toBe(
            "[acme/tool: pkg/a.go](https://github.com/acme/tool/blob/v1.2/pkg/a.go), and more",
        );
        expect(upstreamCitations("quay.io/acme/tool@sha256:0a1b and @acme/tool@1.2: no")).toEqual([]);
    });

    it("has the anchors of GitHub", () => {
        expect(anchorOf("Tiers of 3.3, and `more`")).toBe("tiers-of-33-and-more");
    });
});
