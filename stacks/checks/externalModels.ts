/** Checks of models of providers outside the cluster against tiers, models of the cluster, and release. */
import type { ReleaseRecord } from "../../catalogue/releases";
import type { ExternalModelSettings } from "../schema/externalModels";
import type { TierSettings } from "../schema/governance";
import type { SettingsProblem } from "../problem";
import type { ValidEntry } from "./entries";

/** Fields of a provider that a release does not know. */
const LATER = ["weight", "apiFormat", "path", "auth", "config"] as const;
const EARLIER = ["port", "tls"] as const;

export function externalModelProblems(
    external: readonly ValidEntry<ExternalModelSettings>[],
    tiers: readonly ValidEntry<TierSettings>[],
    inCluster: readonly string[],
    { externalModels }: ReleaseRecord,
): SettingsProblem[] {
    const later = externalModels.scheme === "providers";
    const named = new Set(tiers.flatMap(({ value }) => value.models));
    const taken = new Map(inCluster.map((name) => [name, "a model of the cluster"]));
    const targets = new Map<string, string>();
    return external.flatMap(({ path, value: model }): SettingsProblem[] => {
        const problems: SettingsProblem[] = [];
        const other = taken.get(model.name);
        if (other !== undefined) {
            problems.push({
                path: `${path}.name`,
                message: `${JSON.stringify(model.name)} is ${other} already; expected another`,
            });
        }
        taken.set(model.name, path);
        if (!named.has(model.name)) {
            problems.push({
                path: `${path}.name`,
                message: `no tier names ${JSON.stringify(model.name)}, so nobody could call it; expected it among the models of a tier`,
            });
        }
        if (!later && model.providers.length > 1) {
            problems.push({
                path: `${path}.providers`,
                message: `${model.providers.length} providers share a model from release 3.5 on; expected one`,
            });
        }
        if (later && model.providers.every(({ weight }) => weight === 0)) {
            problems.push({ path: `${path}.providers`, message: "all weights are 0, so nobody serves it; expected one above 0" });
        }
        model.providers.forEach((provider, p) => {
            for (const field of later ? EARLIER : LATER) {
                if (provider[field] !== undefined) {
                    problems.push({
                        path: `${path}.providers[${p}].${field}`,
                        message: later ? "is known on release 3.4 alone" : "is known from release 3.5 on",
                    });
                }
            }
            const before = targets.get(provider.targetModel);
            if (!later && before !== undefined) {
                problems.push({
                    path: `${path}.providers[${p}].targetModel`,
                    message: `${JSON.stringify(provider.targetModel)} is the target at ${before} already: the gateway could not tell them apart`,
                });
            }
            targets.set(provider.targetModel, `${path}.providers[${p}]`);
        });
        return problems;
    });
}
