/** Checks of workspaces against tiers, models, users and the release. */
import { z } from "zod";

import { quantityOf } from "../../catalogue/models/quantity";
import { DEFAULT_RELEASE, recordOf, releases } from "../../catalogue/releases";
import type { SettingsProblem } from "../problem";
import { workspacesSchema } from "../schema/workspaces";
import { namesOf, unknownNameProblem } from "./entries";

/**
 * Problems of `workspaces`: a release whose keys belong to people alone, and tiers and models that do not exist.
 *
 * @param given what stands under `maas:settings`, whether or not it follows the schema
 */
export function workspacesProblems(given: unknown): SettingsProblem[] {
    const settings = given as {
        release?: unknown;
        workspaces?: unknown;
        tiers?: unknown;
        models?: unknown;
        externalModels?: unknown;
    };
    const workspaces = workspacesSchema.safeParse(settings.workspaces).data;
    if (workspaces === undefined) {
        return [];
    }
    const release = z.enum(releases).safeParse(settings.release).data ?? DEFAULT_RELEASE;
    const tiers = namesOf(settings.tiers);
    const models = [...namesOf(settings.models), ...namesOf(settings.externalModels)];
    return [
        ...(recordOf(release).governance === "subscriptions"
            ? []
            : [
                  {
                      path: "workspaces",
                      message: `release ${release} gives API keys to people alone, so a workspace cannot get one by itself; expected release 3.4 or later, or no workspaces`,
                  },
              ]),
        ...(tiers.length > 0
            ? []
            : [
                  {
                      path: "workspaces",
                      message: "there are no tiers, so no user may call a model; expected tiers, or no workspaces",
                  },
              ]),
        ...(workspaces.tiers ?? []).flatMap((tier, i) =>
            tiers.length === 0 || tiers.includes(tier) ? [] : [unknownNameProblem(`workspaces.tiers[${i}]`, tier, "tier", tiers)],
        ),
        ...Object.keys(workspaces.assistant.roles).flatMap((model) =>
            models.includes(model) ? [] : [unknownNameProblem(`workspaces.assistant.roles.${model}`, model, "model", models)],
        ),
        ...(["cpu", "memory"] as const).flatMap((key) => {
            const { request, limit } = workspaces[key];
            return quantityOf(request) > quantityOf(limit)
                ? [{ path: `workspaces.${key}.limit`, message: `${limit} is less than the request, ${request}` }]
                : [];
        }),
    ];
}
