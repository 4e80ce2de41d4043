/** Checks external models against tiers, models of the cluster and the release. */
import { modelsOf } from "../../catalogue/tiers";
import type { ReleaseRecord } from "../../catalogue/releases";
import type { ExternalModelSettings } from "../schema/externalModels";
import type { TierSettings } from "../schema/governance";
import type { SettingsProblem } from "../problem";
import type { ValidEntry } from "./entries";

/** Fields of a provider that a release does not have. */
const LATER = ["weight", "apiFormat", "path", "auth", "config"] as const;
const EARLIER = ["port", "tls"] as const;

export function externalModelProblems(
    external: readonly ValidEntry<ExternalModelSettings>[],
    tiers: readonly ValidEntry<TierSettings>[],
    inCluster: readonly string[],
    { externalModels }: ReleaseRecord,
): SettingsProblem[] {
    const later = externalModels.scheme === "providers";
    const named = new Set(tiers.flatMap(({ value }) => modelsOf(value)));
    const taken = new Map(inCluster.map((name) => [name, "a model of the cluster"]));
    const targets = new Map<string, string>();
    return external.flatMap(({ path, value: model }): SettingsProblem[] => {
        const problems: SettingsProblem[] = [];
        const other = taken.get(model.name);
        if (other !== undefined) {
            problems.push({
                path: `${path}.name`,
                message: `${JSON.stringify(model.name)} is already the name of ${other}; expected another`,
            });
        }
        taken.set(model.name, path);
        if (!named.has(model.name)) {
            problems.push({
                path: `${path}.name`,
                message: `no tier names ${JSON.stringify(model.name)}, so nobody can call it; expected it in the models of a tier`,
            });
        }
        if (!later && model.providers.length > 1) {
            problems.push({
                path: `${path}.providers`,
                message: `got ${model.providers.length} providers; before release 3.5, a model has one provider; expected one`,
            });
        }
        if (later && model.providers.every(({ weight }) => weight === 0)) {
            problems.push({
                path: `${path}.providers`,
                message: "all weights are 0, so no provider gets requests; expected a weight above 0",
            });
        }
        model.providers.forEach((provider, p) => {
            for (const field of later ? EARLIER : LATER) {
                if (provider[field] !== undefined) {
                    problems.push({
                        path: `${path}.providers[${p}].${field}`,
                        message: later ? "exists only on release 3.4" : "exists from release 3.5 on",
                    });
                }
            }
            const before = targets.get(provider.targetModel);
            if (!later && before !== undefined) {
                problems.push({
                    path: `${path}.providers[${p}].targetModel`,
                    message: `${JSON.stringify(provider.targetModel)} is already the target at ${before}, and the gateway cannot distinguish them; expected another`,
                });
            }
            targets.set(provider.targetModel, `${path}.providers[${p}]`);
        });
        return problems;
    });
}
