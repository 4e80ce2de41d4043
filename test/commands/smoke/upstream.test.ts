/** docs/smoke.md names a check of ours for each of upstream's: all 18 of the local deployment, and the 15 of the guide. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { modelChecks, openChecks, tierChecks } from "../../../cli/smoke/checks";
import { plan } from "../../../rehearsal/plan";
import { BREAKS } from "../../envoy/breaks";
import { root } from "../helper";

const page = readFileSync(path.join(root, "docs/smoke.md"), "utf8");

/** The rows of each table. */
const tables = page
    .split("\n## ")
    .slice(1)
    .map((section) =>
        [...section.matchAll(/^\| (?!Upstream|-)(.+?) +\| (.+?) +\|$/gm)].map(([, upstream, here]) => ({
            upstream,
            here: here!,
        })),
    );

it("has all of them", () => {
    expect(tables.map((rows) => rows.length)).toEqual([18, 15]);
});

const checks = [...openChecks, ...tierChecks, ...modelChecks].map(({ id }) => id).concat("api-key", "limit", "routing");

it("the data plane of the real Envoy has a break for each check, so each of the table is seen to fail", () => {
    const seen = new Set(BREAKS.flatMap(({ fails }) => fails));
    // Of routing, only the counters of a cluster tell: test/commands/smoke/routing.test.ts.
    expect(checks.filter((check) => !seen.has(check))).toEqual(["routing"]);
    expect([...seen].filter((check) => !checks.includes(check))).toEqual([]);
});

it("names checks and kinds that there are", async () => {
    const kinds = new Set(
        (await plan({ projectDir: root, stack: "code-assistant" })).resources.map(({ inputs }) => inputs["kind"]),
    );
    for (const { upstream, here } of tables.flat()) {
        const named = [...here.matchAll(/`([^`]+)`/g)].map(([, name]) => name!).filter((name) => !name.startsWith("maas "));
        const unknown = named.filter((name) => !checks.includes(name) && !kinds.has(name) && !kinds.has(`${name}Patch`));
        expect([upstream, unknown]).toEqual([upstream, []]);
        expect([upstream, /maas (smoke|status)/.test(here)]).toEqual([upstream, true]);
    }
});
