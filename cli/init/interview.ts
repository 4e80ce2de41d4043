/** The choices for a new stack: asked, or the defaults. */
import { catalogueModels, modelNamed } from "../../catalogue/models/modelCatalogue";
import { gpuOfPool } from "../../catalogue/gpu/gpuOfPool";
import { gib } from "../../catalogue/models/memoryFit";
import { AnswerError, answered, listOf, name, oneOf, type Respondent } from "./ask";
import { chatModels, fits, needOf, typesFor } from "./fit";
import type { Reading } from "./reading";

/** A tier as it is asked for: `free 5/2m 1000/1m`. */
export interface Tier {
    readonly name: string;
    readonly requests: { readonly limit: number; readonly window: string };
    readonly tokens: { readonly limit: number; readonly window: string };
}

/** Answers of an interview. */
export interface Answers {
    readonly models: readonly string[];
    readonly instanceType: string;
    /** Whether nodes of this type exist. */
    readonly existing: boolean;
    readonly tiers: readonly Tier[];
    readonly users: readonly { readonly name: string; readonly tier: string }[];
}

const MODEL = "gpt-oss-20b";
const TIERS = "free 5/2m 1000/1m";
const LIMIT = /^(\d{1,9})\/(\d{1,4}[smh])$/;

/**
 * Asks for models, GPUs, tiers and users.
 *
 * @param refuses the problems that the settings would have with the answers so far: an answer that causes one is asked again
 */
export async function interview(
    to: Respondent,
    reading: Reading,
    refuses: (answers: Answers) => readonly string[] = () => [],
): Promise<Answers> {
    to.say(`Models that one GPU holds: ${chatModels().join(", ")}.`);
    const models = await answered(to, {
        text: "Models, with commas between them",
        usual: MODEL,
        read: (answer) => atLeastOne("model", listOf(oneModel)(answer)),
    });
    models.forEach((model) => to.say(`${model} needs ${need(model)} of a GPU.`));
    const types = typesFor(models, reading.region);
    const there = reading.gpuNodes.find(({ instanceType }) => models.every((model) => fits(model, instanceType)));
    const instanceType = await answered(to, {
        text: "Instance type of the GPU nodes",
        usual: there?.instanceType ?? types[0] ?? "",
        read: (answer) => oneType(models, types, answer),
    });
    const existing = there?.instanceType === instanceType;
    const accepted = (answers: Pick<Answers, "tiers" | "users">): Answers => {
        const all = { models, instanceType, existing, ...answers };
        const problems = refuses(all);
        if (problems.length > 0) {
            throw new AnswerError(problems.join("; "));
        }
        return all;
    };
    const { tiers } = await answered(to, {
        text: "Tiers in rising order: name requests/window tokens/window, with commas between them",
        usual: TIERS,
        read: (answer) => accepted({ tiers: distinct(atLeastOne("tier", listOf(oneTier)(answer))), users: [] }),
    });
    const names = tiers.map((tier) => tier.name);
    return answered(to, {
        text: `Users with their tiers, such as ann:${names[0]!}; none: -`,
        usual: "-",
        read: (answer) => accepted({ tiers, users: answer === "-" ? [] : listOf((item) => oneUser(item, names))(answer) }),
    });
}

function need(model: string): string {
    const known = needOf(model);
    return known === undefined ? "an unknown part" : `${gib(known)} GiB`;
}

function oneModel(answer: string): string {
    const known = modelNamed(answer)?.name;
    return known ?? oneOf(catalogueModels().map((model) => model.name))(answer);
}

function oneType(models: readonly string[], types: readonly string[], answer: string): string {
    const gpu = gpuOfPool({ instanceType: answer });
    if (gpu === undefined) {
        return oneOf(types)(answer);
    }
    const large = models.find((model) => !fits(model, answer));
    if (large !== undefined) {
        throw new AnswerError(
            `a GPU of ${answer} (${gpu.name}, ${gib(gpu.memoryGiB)} GiB) does not hold ${large}, which needs ${need(large)}; expected one of ${types.join(", ")}`,
        );
    }
    return answer;
}

function oneTier(answer: string): Tier {
    const [tier = "", requests = "", tokens = ""] = answer.split(/\s+/);
    const [ofRequests, ofTokens] = [LIMIT.exec(requests), LIMIT.exec(tokens)];
    if (ofRequests === null || ofTokens === null) {
        throw new AnswerError(`${JSON.stringify(answer)} is no tier; expected a name and two limits, such as ${TIERS}`);
    }
    const limit = ([, amount, window]: RegExpExecArray): { limit: number; window: string } => ({
        limit: Number(amount),
        window: window!,
    });
    return { name: name(tier), requests: limit(ofRequests), tokens: limit(ofTokens) };
}

function oneUser(answer: string, tiers: readonly string[]): { name: string; tier: string } {
    const [user = "", tier = "", ...rest] = answer.split(":").map((part) => part.trim());
    if (user === "" || tier === "" || rest.length > 0) {
        throw new AnswerError(`${JSON.stringify(answer)} is no user with a tier; expected such as ann:${tiers[0]!}`);
    }
    return { name: user, tier: oneOf(tiers)(tier) };
}

function atLeastOne<T>(what: string, items: T[]): T[] {
    if (items.length === 0) {
        throw new AnswerError(`at least one ${what} is expected`);
    }
    return items;
}

function distinct(tiers: Tier[]): Tier[] {
    const twice = tiers.find((tier, i) => tiers.findIndex((one) => one.name === tier.name) !== i);
    if (twice !== undefined) {
        throw new AnswerError(`tier ${twice.name} is listed twice`);
    }
    return tiers;
}
