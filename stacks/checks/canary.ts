/** Checks canaries of models against tiers, gateway and names. */
import { canaryName, canaryOf } from "../../catalogue/models/canary";
import type { ModelSettings } from "../schema";
import type { SettingsProblem } from "../problem";

/**
 * Routes refer to Services by name, and the product shortens names of more than 63 characters. Source:
 * docs/sources/llm-d.md#what-it-makes.
 */
const LONGEST = 63 - "-canary-inference-pool".length;

/** A model or the canary of a model: its path, and its settings with those that it inherits. */
export interface ServedEntry {
    readonly path: string;
    readonly name: string | undefined;
    readonly value: ModelSettings | undefined;
}

/** All models, each followed by its canary if it has one. */
export function withCanaries(models: readonly ServedEntry[]): ServedEntry[] {
    return models.flatMap((entry) => {
        const canary = entry.value && canaryOf(entry.value);
        return canary === undefined ? [entry] : [entry, { path: `${entry.path}.canary`, name: canary.name, value: canary }];
    });
}

/** Problems, without those of canaries that repeat a problem of their model. */
export function withoutEchoes(problems: readonly SettingsProblem[]): SettingsProblem[] {
    const told = new Set(problems.map(({ path, message }) => `${path}: ${message}`));
    return problems.filter(({ path, message }) => {
        const inherited = path.replace(/^(models\[\d+\])\.canary/, "$1");
        return inherited === path || !told.has(`${inherited}: ${message.replaceAll("-canary", "")}`);
    });
}

/**
 * Problems of canaries.
 *
 * @param tiersOf the tiers that name a model; undefined if the tiers do not match the schema
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
                    `${name} is in tiers ${tiers.join(", ")}: access and token limits apply to the route of the model, and the route of a canary would bypass them; ` +
                    "expected a model without tiers behind gateway.inference, or the second version as another model of the same tiers",
            });
        } else if (!inference) {
            problems.push({
                path: at,
                message:
                    "needs the gateway of llm-d, which distributes the requests; expected gateway.inference (an empty {} uses its defaults)",
            });
        }
        if (name.length > LONGEST) {
            problems.push({
                path: `${path}.name`,
                message: `the name has ${name.length} characters, too many for a model with a canary: the product shortens the names of the objects of ${canaryName(name)}; expected at most ${LONGEST}`,
            });
        }
        return problems;
    });
}
