/** Checks changed settings as `maas plan` does, before they are written. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";

import type { PolicyConfig } from "../../rehearsal/engine/analyzer";
import type { StackConfig } from "../../rehearsal/engine/project";
import type { Plan } from "../../rehearsal/result";
import type { SettingsProblem } from "../../stacks/problem";
import type { Settings } from "../../stacks/schema";
import { parseSettings } from "../../stacks/settings";
import type { NamedStack } from "../stackArgument";

/** A proposed change of a stack file, with the inputs of its checks. */
export interface Proposal extends NamedStack {
    /** Configuration of the stack as it is. */
    readonly config: StackConfig;
    /** Text of the stack file. */
    readonly text: string;
    /** Text of the users' file, where that changes. */
    readonly users?: string;
    readonly policyPack?: string;
    readonly policyConfig?: PolicyConfig;
    readonly signal?: AbortSignal;
}

/** Results of the checks. */
export interface Verdict {
    readonly problems: readonly SettingsProblem[];
    /** The settings, where they have no problems. */
    readonly settings?: Settings;
    /** The plan, where the settings have no problems. */
    readonly plan?: Plan;
}

/** Checks the settings and, if they are sound, plans them: nothing of it is written where the stack is. */
export async function checkProposal(proposal: Proposal): Promise<Verdict> {
    const { stack, projectDir, text, users, config, policyPack, policyConfig, signal } = proposal;
    const { config: written } = parse(text, { merge: true }) as { config: Record<string, unknown> };
    const given = written["maas:settings"] as { identity?: { usersFile?: string } };
    const folder = users === undefined ? undefined : mkdtempSync(path.join(tmpdir(), "maas-users-"));
    try {
        const shown = given.identity?.usersFile ?? "";
        const copy = folder === undefined ? undefined : path.join(folder, path.basename(shown));
        if (copy !== undefined) {
            writeFileSync(copy, users!, { mode: 0o600 });
        }
        const settings = copy === undefined ? given : { ...given, identity: { ...given.identity, usersFile: copy } };
        const judged = judge(stack, settings, projectDir);
        if (judged.settings === undefined) {
            const named = (message: string): string => (copy === undefined ? message : message.replaceAll(copy, shown));
            return { problems: judged.problems.map((one) => ({ path: one.path, message: named(one.message) })) };
        }
        const { plan } = await import("../../rehearsal/plan");
        return {
            ...judged,
            plan: await plan({
                projectDir,
                stack,
                config: { ...config, values: { ...config.values, "maas:settings": JSON.stringify(settings) } },
                ...(policyPack !== undefined && { policyPack }),
                ...(policyConfig !== undefined && { policyConfig }),
                ...(signal !== undefined && { signal }),
            }),
        };
    } finally {
        if (folder !== undefined) {
            rmSync(folder, { recursive: true, force: true });
        }
    }
}

/** The settings, or what is wrong with them. */
export function judge(stack: string, given: unknown, projectDir: string): Verdict {
    try {
        return { problems: [], settings: parseSettings(stack, given, projectDir) };
    } catch (e) {
        if (e instanceof Error && e.name === "SettingsError") {
            return { problems: (e as unknown as { problems: readonly SettingsProblem[] }).problems };
        }
        throw e;
    }
}
