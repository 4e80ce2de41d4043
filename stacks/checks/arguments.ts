/** Checks `args` of a model: an argument that has a setting of its own is refused, or checked like the setting. */
import { flagsOf, readNumber } from "../../catalogue/models/arguments";
import vllm from "../../catalogue/models/vllm.json";
import { didYouMean } from "../../catalogue/nearest";
import type { SettingsProblem } from "../problem";
import type { ModelSettings } from "../schema";
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
            const name = full(given);
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

/** The full name of a flag: vLLM accepts short flags and unambiguous abbreviations. */
function full(name: string): string {
    const long = short[name] ?? name;
    return long in refused || long.length < BEGINNING
        ? long
        : (Object.keys(refused).find((flag) => flag.startsWith(long)) ?? long);
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
