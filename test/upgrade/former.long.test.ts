/**
 * A stack that an earlier version of this program deployed is updated in place: with the settings of then, each resource of then is
 * found by its URN or by an alias, and its object keeps its name. `former/` holds the settings, and what was planned of them: a URN
 * without its stack, and the namespace and the name of the object. That an alias with `ignoreChanges` keeps the object:
 * test/engine/programs/aliases.js, recorded with the real engine.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { plan } from "../../rehearsal/plan";
import type { PlannedResource } from "../../rehearsal/result";
import { Project } from "../project";

const folder = path.join(__dirname, "former");
const stacks = readdirSync(folder).flatMap((file) => (file.endsWith(".txt") ? [file.replace(/\.txt$/, "")] : []));

const withoutStack = (urn: string): string => urn.split("::").slice(2).join("::");

/** The namespace and the name of an object; undefined for what has none, or none that is known. */
function objectOf({ inputs }: PlannedResource): string | undefined {
    const { name, namespace } = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
    return name === undefined || name === "[unknown]" ? undefined : namespace === undefined ? name : `${namespace}/${name}`;
}

it("there are stacks", () => {
    expect(stacks.length).toBeGreaterThan(3);
});

it.each(stacks)("of %s nothing is replaced or deleted", async (stack) => {
    const project = new Project();
    try {
        const { resources, diagnostics } = await plan({
            projectDir: project.folder,
            stack: project.write(readFileSync(path.join(folder, `${stack}.yaml`), "utf8"), stack),
        });
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        const found = new Map(
            resources.flatMap((resource) =>
                [resource.urn, ...(resource.options.aliases ?? [])].map((urn) => [withoutStack(urn), resource] as const),
            ),
        );
        const lines = readFileSync(path.join(folder, `${stack}.txt`), "utf8")
            .trimEnd()
            .split("\n");
        const problems = lines.flatMap((line) => {
            const [urn, object] = line.split(" ") as [string, string | undefined];
            const resource = found.get(urn);
            if (resource === undefined) {
                return [`${urn} is deleted`];
            }
            const keeps = resource.options.ignoreChanges?.includes("metadata.name") === true || objectOf(resource) === object;
            return keeps ? [] : [`${urn} is replaced: ${object ?? "no name"} becomes ${objectOf(resource) ?? "unnamed"}`];
        });
        expect(problems).toEqual([]);
    } finally {
        project.remove();
    }
});
