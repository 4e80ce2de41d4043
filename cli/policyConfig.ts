/** The configuration of the policies, from a profile of the pack and a file of the user's. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import type { PolicyConfig } from "../rehearsal/engine/analyzer";
import { UsageError } from "./exit";

type Entry = PolicyConfig[string];

/**
 * Reads both and lays the file over the profile, rule by rule.
 *
 * @param profile name of a file in `profiles/` of the pack
 * @param file path of a file as `pulumi preview --policy-pack-config` takes it
 * @throws UsageError when the pack has no such profile, or a file is not a JSON object
 */
export function policyConfigOf(
    pack: string | undefined,
    profile: string | undefined,
    file: string | undefined,
): PolicyConfig | undefined {
    const given = file === undefined ? undefined : read("--policy-config", file);
    if (profile === undefined || pack === undefined) {
        return given;
    }
    const folder = path.join(pack, "profiles");
    const chosen = path.join(folder, `${profile}.json`);
    if (!existsSync(chosen)) {
        const names = existsSync(folder) ? readdirSync(folder).flatMap((f) => /^(.+)\.json$/.exec(f)?.[1] ?? []) : [];
        throw new UsageError(
            `--profile: the policy pack ${pack} has no profile ${profile}; it has ${names.sort().join(", ") || "none"}.`,
        );
    }
    const { all, ...rules } = given ?? {};
    const base = read("--profile", chosen);
    return Object.fromEntries(
        [...new Set([...Object.keys(base), ...Object.keys(rules)])].map((rule) => [rule, laid(base[rule], all, rules[rule])]),
    );
}

/** The later entries win; what they leave out stays. */
function laid(...entries: readonly (Entry | undefined)[]): Entry {
    return Object.assign(
        {},
        ...entries.map((entry) => (typeof entry === "string" ? { enforcementLevel: entry } : (entry ?? {}))),
    ) as Entry;
}

function read(option: string, file: string): PolicyConfig {
    let parsed: unknown;
    try {
        parsed = JSON.parse(readFileSync(file, "utf8"));
    } catch (e) {
        throw new UsageError(`${option}: ${file} is not JSON: ${(e as Error).message}`);
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
        throw new UsageError(`${option}: ${file} must hold an object with the names of policies as keys.`);
    }
    return parsed as PolicyConfig;
}
