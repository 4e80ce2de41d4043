/** Checks of canaries, the second versions of models, against tiers, gateway and names. */
import { canaryName, canaryOf } from "../../catalogue/models/canary";
import type { ModelSettings } from "../schema";
import type { SettingsProblem } from "../problem";

/**
 * What routes name must keep its name: the product shortens names of more than 63 characters. Source:
 * docs/sources/llm-d.md#what-it-makes.
 */
const LONGEST = 63 - "-canary-inference-pool".length;

/** A model, or the second version of one: where it stands, and what it comes to. */
export interface ServedEntry {
    readonly path: string;
    readonly name: string | undefined;
    readonly value: ModelSettings | undefined;
}

/** All that is run: each model, followed by its second version where it has one. */
export function withCanaries(models: readonly ServedEntry[]): ServedEntry[] {
    return models.flatMap((entry) => {
        const canary = entry.value && canaryOf(entry.value);
        return canary === undefined ? [entry] : [entry, { path: `${entry.path}.canary`, name: canary.name, value: canary }];
    });
}

/** Problems without those of canaries that repeat a problem of their models. */
export function withoutEchoes(problems: readonly SettingsProblem[]): SettingsProblem[] {
    const told = new Set(problems.map(({ path, message }) => `${path}: ${message}`));
    return problems.filter(({ path, message }) => {
        const inherited = path.replace(/^(models\[\d+\])\.canary/, "$1");
        return inherited === path || !told.has(`${inherited}: ${message.replaceAll("-canary", "")}`);
    });
}

/**
 * Problems of second versions.
 *
 * @param tiersOf the tiers that name a model; undefined where tiers are wrong in themselves
 * @param inference whether the stack has the gateway of llm-d
 */
export function canaryProblems(
    models: readonly ServedEntry[],
    tiersOf: ((model: string) => readonly string[]) | undefined,
    inference: boolean,
): SettingsProblem[] {
    return models.flatMap(({ path, name, value }) => {
        if (value?.canary === undefined || name === undefined) {
            return [];
        }
        const at = `${path}.canary`;
        const tiers = tiersOf?.(name) ?? [];
        const problems: SettingsProblem[] = [];
        if (tiers.length > 0) {
            problems.push({
                path: at,
                message:
                    `${name} is in the tiers ${tiers.join(", ")}: who may call it and how many tokens that takes is seen to at the route of its own service, and a route beside it would let requests past both; ` +
                    "expected a model of no tier behind gateway.inference, or the second version as a model of its own that the tiers name too",
            });
        } else if (!inference) {
            problems.push({
                path: at,
                message:
                    "is shared out at the gateway of llm-d, and there is none; expected gateway.inference (an empty {} takes its defaults)",
            });
        }
        if (name.length > LONGEST) {
            problems.push({
                path: `${path}.name`,
                message: `${name.length} characters are too many for a model with a canary: the product shortens the names of what it makes of ${canaryName(name)}; expected at most ${LONGEST}`,
            });
        }
        return problems;
    });
}
