/**
 * Writes what is generated from the code: `npm run generate`. A test fails when a committed file is not current.
 *
 * Each generator is a function of the code alone: no clock, no network.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { kindsPage } from "./pages/kinds";
import { operatorsPage } from "./pages/operators";
import { settingsPage, settingsJsonSchema } from "./pages/settings";
import { generatedFiles as resultSchemas } from "../rehearsal/report/schema";

/** Every generated file: path from the project's root, and content. */
export function generated(): Record<string, string> {
    return {
        "docs/kinds.md": kindsPage(),
        "docs/operators.md": operatorsPage(),
        "docs/settings.md": settingsPage(),
        "stacks/settings.schema.json": `${JSON.stringify(settingsJsonSchema(), null, 4)}\n`,
        ...resultSchemas(),
    };
}

/** Writes them. @returns the paths */
export function generate(root: string): string[] {
    return Object.entries(generated()).map(([file, content]) => {
        const target = path.join(root, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content);
        return file;
    });
}
