/** Checks `args` and `env` of a model: what has a setting of its own is refused, or checked like the setting. */
import { flagsOf, readNumber } from "../../catalogue/models/arguments";
import { runtimeOf } from "../../catalogue/models/runtimes";
import vllm from "../../catalogue/models/vllm.json";
import { didYouMean } from "../../catalogue/nearest";
import type { SettingsProblem } from "../problem";
import type { ModelSettings, PredictiveSettings } from "../schema";
import type { Say } from "./say";

const refused: Readonly<Record<string, string>> = vllm.refused;
const short: Readonly<Record<string, string>> = vllm.short;

/** The values that vLLM accepts for an argument. */
interface Checked {
    readonly setting: string;
    readonly words?: readonly string[];
    readonly least?: number;
    readonly above?: number;
    readonly most?: number;
}

const checked: Readonly<Record<string, Checked>> = vllm.checked;
/** Minimum length of an abbreviated flag; shorter ones match too many flags. */
const BEGINNING = "--ssl-".length;
/** Listens on all addresses, as the release does. */
const EVERYWHERE = ["0.0.0.0", "::"];

/** Problems of `args`, and of the parsers that `tools` and `reasoning` name. */
export function argumentProblems(model: ModelSettings, say: Say): SettingsProblem[] {
    const flags = flagsOf(model.args);
    const plugged = (kind: string): boolean => flags.some(({ name }) => name === `--${kind}-parser-plugin`);
    const parser = (path: string, given: unknown, known: readonly string[], kind: string): SettingsProblem[] =>
        typeof given !== "string" || known.includes(given) || plugged(kind)
            ? []
            : [
                  say(
                      path,
                      `${JSON.stringify(given)} is not a parser of vLLM ${vllm.version}; expected one of ${known.join(", ")}${didYouMean(given, known)}`,
                  ),
              ];
    return [
        ...flags.flatMap(({ name: given, value, index }) => {
            const path = `args[${index}]`;
            const name = full(given, refused);
            const why = refused[name];
            if (why !== undefined) {
                return [say(path, `${name} ${why}`)];
            }
            if (name === "--host" && value !== undefined && !EVERYWHERE.includes(value)) {
                return [say(path, "the release sets --host: probes and the gateway call the address of the pod")];
            }
            // The arguments of another image are not known.
            const wrong = model.image === undefined ? problemOf(name, value) : undefined;
            return wrong === undefined ? [] : [say(path, wrong)];
        }),
        ...parser("tools", model.tools, vllm.toolParsers, "tool"),
        ...parser("reasoning", model.reasoning, vllm.reasoningParsers, "reasoning"),
        ...(model.image !== undefined
            ? []
            : flags.flatMap(({ name, value, index }) =>
                  name === "--tool-call-parser"
                      ? parser(`args[${index}]`, value, vllm.toolParsers, "tool")
                      : name === "--reasoning-parser"
                        ? parser(`args[${index}]`, value, vllm.reasoningParsers, "reasoning")
                        : [],
              )),
    ];
}

/** Problems of variables that the container gets from other settings: a container has each variable once. */
export function variableProblems({ env, prefill }: ModelSettings, say: Say): SettingsProblem[] {
    const made = {
        VLLM_ADDITIONAL_ARGS: "holds what args says; expected its arguments there",
        ...(prefill !== undefined && { VLLM_NIXL_SIDE_CHANNEL_HOST: "is the address of each pod, which prefill sets" }),
    };
    return Object.entries(made).flatMap(([name, why]) => (name in env ? [say(`env.${name}`, why)] : []));
}

/** Problems of `args` of a model without a scheduler: what its runtime gives, and more GPUs than it has. */
export function runtimeArgumentProblems(service: PredictiveSettings, say: Say): SettingsProblem[] {
    const fixed = runtimeOf(service.runtime).fixed ?? {};
    const vllmServes = service.runtime === "vllm";
    const problems = flagsOf(service.args).flatMap(({ name: given, value, index }) => {
        const name = vllmServes ? full(given, fixed) : given;
        // The first of several names may be the model's own.
        const same = name === "--served-model-name" && value === service.name;
        return name in fixed && !same ? [say(`args[${index}]`, `${name} ${fixed[name]!}`)] : [];
    });
    const ranks = (name: string, otherwise: number): number =>
        flagsOf(service.args).reduce((n, flag) => (full(flag.name, {}) === name ? (readNumber(flag.value) ?? n) : n), otherwise);
    const tensor = ranks("--tensor-parallel-size", service.gpus);
    const pipeline = ranks("--pipeline-parallel-size", 1);
    return vllmServes && service.accelerator !== "cpu" && tensor * pipeline > service.gpus
        ? [
              ...problems,
              say(
                  "gpus",
                  `vLLM splits the model over ${tensor} x ${pipeline} GPUs (tensor x pipeline), but a replica has ${service.gpus}`,
              ),
          ]
        : problems;
}

/** The full name of a flag: vLLM accepts short flags and unambiguous abbreviations. */
function full(name: string, among: Readonly<Record<string, string>>): string {
    const long = short[name] ?? name;
    return long in among || long.length < BEGINNING ? long : (Object.keys(among).find((flag) => flag.startsWith(long)) ?? long);
}

function problemOf(name: string, value: string | undefined): string | undefined {
    const check = checked[name];
    if (check === undefined || value === undefined || check.words?.includes(value) === true) {
        return undefined;
    }
    const { setting, least, above, most, words } = check;
    const number = least === undefined && above === undefined ? undefined : readNumber(value);
    const right = number !== undefined && number >= (least ?? number) && number > (above ?? -1) && number <= (most ?? number);
    if (right) {
        return undefined;
    }
    const range = [
        ...(above === undefined ? [] : [`more than ${above}`]),
        ...(least === undefined ? [] : [`${least} or more`]),
        ...(most === undefined ? [] : [`at most ${most}`]),
    ].join(", ");
    const expected = [...(range === "" ? [] : [range]), ...(words === undefined ? [] : [`one of ${words.join(", ")}`])];
    return `${name} is ${JSON.stringify(value)}; expected ${expected.join(", or ")}, as ${setting} sets it`;
}
