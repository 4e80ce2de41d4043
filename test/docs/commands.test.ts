/** The commands of the pages exist, with their options, and the stack file of docs/first-stack.md plans. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { parseInvocation } from "../../cli/arguments";
import { findCommand, loadCommand } from "../../cli/registry";
import { plan } from "../../rehearsal/plan";
import { Project } from "../project";
import { errors } from "../rehearsed";

jest.setTimeout(60_000);

const root = path.join(__dirname, "../..");
const read = (page: string): string => readFileSync(path.join(root, page), "utf8");
const pages = [
    ...readdirSync(root).filter((file) => file.endsWith(".md")),
    ...readdirSync(path.join(root, "docs"))
        .filter((file) => file.endsWith(".md"))
        .map((file) => `docs/${file}`),
    ...readdirSync(path.join(root, "docs/day-0")).map((file) => `docs/day-0/${file}`),
];

/** The blocks of a page in a language. */
const blocks = (page: string, language: string): string[] =>
    [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text!);

interface Line {
    readonly page: string;
    readonly line: string;
}

/** The commands of a page: lines of its shell blocks, without comments, and what follows && and | apart. */
const lines = pages.flatMap((page): Line[] =>
    blocks(page, "sh").flatMap((text) =>
        text
            .replace(/\\\n\s*/g, " ")
            .split("\n")
            .flatMap((line) => line.replace(/\s+#.*$/, "").split(/ && | \| ?/))
            .map((line) => ({ page, line: line.trim() })),
    ),
);

it("the pages have commands", () => {
    expect(lines.filter(({ line }) => /^(npx )?maas /.test(line)).length).toBeGreaterThan(10);
});

it.each(lines.filter(({ line }) => /^(npx )?maas /.test(line)).map(({ page, line }) => [page, line]))("%s: %s", (_page, line) => {
    const words = line.replace(/^(npx )?maas /, "").split(/\s+/);
    const found = findCommand(words);
    expect(found).toBeDefined();
    // Throws UsageError for an option that does not exist, for a value that it does not take, for a missing argument.
    expect(parseInvocation(found!.name, loadCommand(found!.name), words.slice(found!.words), root)).toBeDefined();
});

it("scripts that a page runs are in package.json", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const run = pages.flatMap((page) => [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!));
    expect(run.length).toBeGreaterThan(3);
    expect([...new Set(run)].filter((script) => !(script in scripts))).toEqual([]);
});

it("the stacks that pages name are shipped, or are the one that a page makes", () => {
    const named = pages.flatMap((page) =>
        [...read(page).matchAll(/stacks\/Pulumi\.([\w.-]+)\.yaml/g)].map(([, stack]) => stack!),
    );
    expect(
        [...new Set(named)].filter((stack) => stack !== "dev" && !existsSync(path.join(root, `stacks/Pulumi.${stack}.yaml`))),
    ).toEqual([]);
});

it("the stack file of the first stack is planned, with the findings that the page names", async () => {
    const [file] = blocks("docs/first-stack.md", "yaml");
    const project = new Project();
    try {
        const planned = await plan({
            projectDir: project.folder,
            stack: project.write(file!, "dev"),
            policyPack: path.join(root, "policy"),
        });
        expect(errors(planned)).toEqual([]);
        // The page says so.
        expect(planned.policy.map(({ rule, level }) => [rule, level])).toEqual([
            ["maas-is-monitored", "advisory"],
            ["passwords-are-in-vault", "advisory"],
        ]);
        expect(planned.resources.length).toBeGreaterThan(50);
    } finally {
        project.remove();
    }
});
