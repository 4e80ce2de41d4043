/** The settings of a stack on the next release of OpenShift AI: what is rewritten, what changes, what must be done first. */
import { isAlias, isMap, isScalar, type Node, parse, parseDocument } from "yaml";

import { operatorEntry } from "../catalogue/operators";
import { recordOf, type Release, releases } from "../catalogue/releases";
import { described, type Move } from "./moves/move";
import { to34 } from "./moves/to34";
import { to35 } from "./moves/to35";
import type { Settings } from "./schema";
import type { SettingsProblem } from "./problem";
import { parseSettings, SettingsError } from "./settings";

/** A stack on the next release. */
export interface Migration {
    readonly from: Release;
    readonly to: Release;
    /** The stack file, with its comments; undefined when something cannot carry over. */
    readonly text: string | undefined;
    /** Settings that cannot carry over, and why. */
    readonly problems: readonly SettingsProblem[];
    /** Changes of behaviour under unchanged settings. */
    readonly changes: readonly string[];
    /** Steps, in this order; `pulumi up` is one of them. */
    readonly steps: readonly string[];
}

/** No release to migrate to, or not that one. */
export class MigrationError extends Error {
    override readonly name = "MigrationError";
}

/** The move to each release but the first. */
const moves: Readonly<Record<Exclude<Release, (typeof releases)[0]>, Move>> = { "3.4": to34, "3.5": to35 };

/**
 * Rewrites a stack file for the next release.
 *
 * @param stack its name, for messages and commands
 * @param text the stack file, whose settings are sound
 * @param to Default: the release after the stack's
 * @param folder the folder of Pulumi.yaml, to which the settings' files are relative. Default: the working directory
 * @throws SettingsError when the settings are wrong as they are, MigrationError when there is no way to that release, and for settings
 * that are an alias as a whole
 */
export function migrate(stack: string, text: string, to?: Release, folder?: string): Migration {
    const settings = parseSettings(stack, settingsIn(text), folder);
    const from = settings.release;
    const [, ...reached] = releases;
    const next = reached[releases.indexOf(from)];
    if (next === undefined) {
        throw new MigrationError(`Stack ${stack} is of release ${from}, the last that is known here.`);
    }
    if (to !== undefined && to !== next) {
        throw new MigrationError(
            `Stack ${stack} is of release ${from}: it moves to ${next}, one release at a time; expected --to ${next}, got ${to}.`,
        );
    }
    const known = moves[next];
    const node = parseDocument(text, { merge: true }).getIn(["config", "maas:settings"], true);
    if (isAlias(node)) {
        throw new MigrationError(
            `The settings of stack ${stack} are an alias (*${node.source}): write them below maas:settings.`,
        );
    }
    const written = withPinOf(withRelease(text, node, next), next);
    const problems = [...obsolete(settings, known, next), ...refused(stack, settingsIn(written), folder)];
    return {
        from,
        to: next,
        text: problems.length === 0 ? written : undefined,
        problems,
        ...described(known, { settings, stack, to: next }),
    };
}

/** The stack file with another release; everything else stays as its author wrote it. */
function withRelease(text: string, settings: unknown, release: Release): string {
    const value = isMap(settings) ? (settings.get("release", true) as Node | undefined) : undefined;
    if (isScalar(value) && value.range) {
        return text.slice(0, value.range[0]) + JSON.stringify(release) + text.slice(value.range[1]);
    }
    const start = (settings as Node).range![0];
    if (isMap(settings) && settings.flow === true) {
        return `${text.slice(0, start + 1)}"release": ${JSON.stringify(release)}, ${text.slice(start + 1)}`;
    }
    const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
    return `${text.slice(0, start)}release: ${JSON.stringify(release)}\n${indent}${text.slice(start)}`;
}

/** The version at which a stack stopped on its way to a release becomes that of the release. */
function withPinOf(text: string, release: Release): string {
    const pin = parseDocument(text).getIn(["config", "maas:settings", "operators", "rhods-operator", "csv"], true);
    const { follows } = recordOf(release);
    return isScalar(pin) && pin.range && follows !== null && pin.value === follows.csv
        ? text.slice(0, pin.range[0]) + operatorEntry(release, "rhods-operator").csv! + text.slice(pin.range[1])
        : text;
}

/** The settings of a stack file, as `plan` reads them: with what `<<` and aliases bring. */
function settingsIn(text: string): unknown {
    return (parse(text, { merge: true }) as { config?: Readonly<Record<string, unknown>> } | null)?.config?.["maas:settings"];
}

/** Settings that belong to the earlier release, although the later one accepts them. */
function obsolete({ operators, models, openshiftAi }: Settings, known: Move, to: Release): SettingsProblem[] {
    return [
        ...known.pins.flatMap(({ operator, wrong, why }) => {
            const { csv } = operators[operator] ?? {};
            return csv !== undefined && wrong.test(csv) && csv !== recordOf(to).follows?.csv
                ? [
                      {
                          path: `operators.${operator}.csv`,
                          message: `${csv} ${why}; expected ${operatorEntry(to, operator).csv ?? "none"}, or this to be left out`,
                      },
                  ]
                : [];
        }),
        ...(operators["rhods-operator"]?.channel === undefined || openshiftAi.profile !== "stable"
            ? []
            : [
                  {
                      path: "operators.rhods-operator.channel",
                      message: `${operators["rhods-operator"].channel} was chosen for the earlier release; expected ${operatorEntry(to, "rhods-operator").channel}, or this to be left out`,
                  },
              ]),
        ...models.flatMap((model, i) =>
            model.image !== undefined && known.image.test(model.image)
                ? [
                      {
                          path: `models[${i}].image`,
                          message: `${model.image} is the vLLM of the earlier release; expected this to be left out, or one that was tested with ${to}`,
                      },
                  ]
                : [],
        ),
    ];
}

/** Problems of the settings on the later release. */
function refused(stack: string, given: unknown, folder: string | undefined): readonly SettingsProblem[] {
    try {
        parseSettings(stack, given, folder);
        return [];
    } catch (error) {
        if (error instanceof SettingsError) {
            return error.problems;
        }
        throw error;
    }
}
