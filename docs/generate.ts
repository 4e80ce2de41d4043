/**
 * Writes what is generated from the code: `npm run generate`. A test fails when a committed file is not current.
 *
 * Each generator is a function of the code alone: no clock, no network.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { architecturePicture, contributing } from "./pages/architecture";
import { catalogueModelsPage } from "./pages/catalogueModels";
import { commandsPage } from "./pages/commands";
import { day0Pages } from "./pages/day0";
import { guidesPage } from "./pages/guides";
import { instanceTypesPage } from "./pages/instanceTypes";
import { kindsPage } from "./pages/kinds";
import { litemaasPage } from "./pages/litemaas";
import { mistakesPage } from "./pages/mistakes";
import { operatorsPage } from "./pages/operators";
import { policiesPage, profileFiles } from "./pages/policies";
import { releasesPage } from "./pages/releases";
import { runbooksPage } from "./pages/runbooks";
import { settingsJsonSchema, settingsPages } from "./pages/settings";
import { trapsPage } from "./pages/traps";
import { troubleshootingPage } from "./pages/troubleshooting";
import { workspacePicture } from "./pages/workspacePicture";
import { plan } from "../rehearsal/plan";
import { ganttPicture, graphPicture } from "../rehearsal/report/picture";
import { generatedFiles as resultSchemas } from "../rehearsal/report/schema";
import type { Rehearsal } from "../rehearsal/result";

const project = path.join(__dirname, "..");

/** Every generated file: path from the project's root, and content. */
export function generated(): Record<string, string> {
    return {
        "CONTRIBUTING.md": contributing(project),
        "docs/catalogue-models.md": catalogueModelsPage(),
        "docs/commands.md": commandsPage(),
        ...day0Pages(project),
        "docs/instance-types.md": instanceTypesPage(),
        "docs/kinds.md": kindsPage(),
        "docs/litemaas.md": litemaasPage(),
        "docs/mistakes.md": mistakesPage(),
        "docs/operators.md": operatorsPage(),
        "docs/pictures/architecture.svg": architecturePicture(project),
        "docs/policies.md": policiesPage(),
        "docs/releases.md": releasesPage(),
        "docs/runbooks.md": runbooksPage(),
        ...settingsPages(),
        "docs/traps.md": trapsPage(),
        "docs/troubleshooting.md": troubleshootingPage(),
        ...profileFiles(),
        "stacks/settings.schema.json": `${JSON.stringify(settingsJsonSchema(), null, 4)}\n`,
        ...resultSchemas(),
    };
}

/** Stacks whose bring-up has pictures in docs/. */
export const PICTURED: readonly string[] = ["code-assistant", "llm-d"];

/** The one whose workspaces are drawn. */
const WITH_WORKSPACES = "code-assistant";

/** The pictures of a stack's bring-up as it is rehearsed, by path. */
export function picturesOf(stack: string, rehearsal: Rehearsal): Record<string, string> {
    return {
        [`docs/pictures/${stack}.svg`]: ganttPicture(rehearsal),
        [`docs/pictures/${stack}-graph.svg`]: graphPicture(rehearsal),
        ...(stack === WITH_WORKSPACES && { "docs/pictures/workspaces.svg": workspacePicture(rehearsal.resources) }),
    };
}

async function pictures(root: string): Promise<Record<string, string>> {
    const { rehearse } = await import("../simulator/rehearse");
    const files: Record<string, string> = {};
    for (const stack of PICTURED) {
        const rehearsal = await rehearse({ projectDir: root, stack, cluster: "memory", engine: "stand-in" });
        Object.assign(files, picturesOf(stack, rehearsal));
    }
    return files;
}

/** Writes all of them. @returns the paths */
export async function generate(root: string): Promise<string[]> {
    return Object.entries({
        ...generated(),
        "docs/guides.md": await guidesPage((stack) => plan({ projectDir: root, stack })),
        ...(await pictures(root)),
    }).map(([file, content]) => {
        const target = path.join(root, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content);
        return file;
    });
}
