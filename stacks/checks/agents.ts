/** Checks of agents against each other and the models. */
import { z } from "zod";

import { agentSchema } from "../schema";
import type { SettingsProblem } from "../problem";
import { namesOf, unknownNameProblem } from "./entries";

/**
 * Problems of `agents`: models that do not exist or that no tier may call, and two agents with the same name or container.
 *
 * @param given the value of `maas:settings`, which may not match the schema
 */
export function agentProblems(given: unknown): SettingsProblem[] {
    const { agents, models, tiers } = given as { agents?: unknown; models?: unknown; tiers?: unknown };
    const list = z.array(agentSchema).safeParse(agents ?? []).data ?? [];
    const names = namesOf(models);
    const governed = new Set(
        (Array.isArray(tiers) ? (tiers as { models?: unknown }[]) : []).flatMap((tier) =>
            Array.isArray(tier?.models)
                ? (tier.models as unknown[]).map((model) => (model as { name?: unknown } | null)?.name ?? model)
                : [],
        ),
    );
    const agentNames = list.map((agent) => agent.name);
    const places = list.map((agent) => `${agent.namespace}/${agent.deployment ?? agent.name}`);
    return list.flatMap((agent, i) => {
        const problems: SettingsProblem[] = [];
        const say = (key: string, message: string): void => void problems.push({ path: `agents[${i}].${key}`, message });
        if (!names.includes(agent.model)) {
            problems.push(unknownNameProblem(`agents[${i}].model`, agent.model, "model", names));
        } else if (!governed.has(agent.model)) {
            say("model", `no tier may call ${agent.model}, so no API key can call it; expected a model of a tier`);
        }
        const first = agentNames.indexOf(agent.name);
        const before = places.indexOf(places[i]!);
        if (first < i) {
            say("name", `${JSON.stringify(agent.name)} is already at agents[${first}].name; expected another`);
        } else if (before < i) {
            say("deployment", `Deployment ${places[i]} is already at agents[${before}]; expected another`);
        }
        return problems;
    });
}
