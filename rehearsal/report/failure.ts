/** The failure of a plan or a rehearsal, in the words that its reader needs first. */
import type { Diagnostic, Plan, Rehearsal } from "../result";
import type { Item, Model } from "./model";
import { gravestFirst, refuses } from "./summary";

/** The failure that everything else follows from. */
export interface Failure {
    /** The resource that failed; absent where the program itself did. */
    readonly urn?: string;
    /** The cause, without a full stop. */
    readonly cause: string;
    /** The remedy, a sentence. */
    readonly remedy: string;
    /** The time of the failure, in seconds of the rehearsed bring-up. */
    readonly at?: number;
    /** Other failures, which do not follow from this one: their cause and remedy. */
    readonly others: readonly Omit<Failure, "others">[];
}

type Single = Omit<Failure, "others">;

/** Why a result is no success, the earliest failure first; undefined for a success. */
export function failureOf(result: Plan | Rehearsal, model: Model): Failure | undefined {
    const rehearsal = "timeline" in result ? result : undefined;
    const ends = new Map(rehearsal?.timeline.map((entry) => [entry.urn, entry.end]));
    const errors = result.diagnostics.filter((d) => d.severity === "error");
    const told = errors.filter((d) => d.urn !== undefined && d.urn !== "");
    // A refusal of the cluster is reported in the cluster's words.
    const refused = new Map((rehearsal?.rejected ?? []).map((r): [string, Diagnostic] => [r.urn, { ...r, severity: "error" }]));
    const first = new Map([...told, ...refused.values()].map((d) => [d.urn!, refused.get(d.urn!) ?? d]));
    const failures: Single[] = [
        ...gravestFirst(result.policy)
            .filter(refuses)
            .map((finding): Single => ({
                ...(finding.urn !== undefined && { urn: finding.urn }),
                cause: `policy ${finding.rule}: ${finding.urn === undefined ? "" : `${model.title(finding.urn)}: `}${finding.message}`,
                remedy: sentence(result.rules?.find((rule) => rule.name === finding.rule)?.remedy ?? ""),
            })),
        ...[...first.values()]
            .map((d) => ofResource(d, model, refused.has(d.urn!)))
            .map((failure) => ({ ...failure, ...(ends.has(failure.urn!) && { at: ends.get(failure.urn!)! }) }))
            .sort((a, b) => (a.at ?? 0) - (b.at ?? 0)),
    ];
    if (failures.length === 0) {
        // Errors without a resource beside one that has one are told with the diagnostics.
        failures.push(...errors.map((d): Single => split(d.message.trim())));
    }
    const [leading, ...others] = failures;
    return leading && { ...leading, others };
}

/** The failure of one resource, without what its reader knows: the name of the hook, the URN, the provider's preamble. */
function ofResource({ urn, message }: Diagnostic, model: Model, refused: boolean): Single {
    const hook = /^(?:before|after) hook "[^"]*" failed: ([^]*)$/.exec(message)?.[1];
    if (hook !== undefined) {
        const { cause, remedy } = split(hook);
        return { urn: urn!, cause, remedy: remedy === "" ? CONTINUE : remedy };
    }
    const said = message
        .replace(/^resource "?urn:[^"\s]*"? was (?:successfully|not successfully) \w+[^:]*: /, "")
        .replace(/^.*failed to fully initialize or become live: /, "");
    const { cause, remedy } = split(said);
    const item = model.item(urn!);
    return {
        urn: urn!,
        cause: `${model.title(urn!)}: ${cause}`,
        remedy: remedy !== "" ? remedy : refused || item === undefined ? REFUSED : `${look(item)} ${CONTINUE}`,
    };
}

const CONTINUE = "Mend this, then run pulumi up again: it continues from there.";
const REFUSED =
    "Change what the message names, in the settings or on the cluster, then run pulumi up again: it continues from there.";

/** The command that shows the status of an object. */
function look({ kind, label, namespace }: Item): string {
    return `oc describe ${kind.toLowerCase()} ${label}${namespace === undefined ? "" : ` -n ${namespace}`} shows what it waits for.`;
}

/** A message as its cause and the remedy that it names itself. */
function split(message: string): { cause: string; remedy: string } {
    const [cause = "", ...remedy] = message.split(/[.\s]*\bRemedy: /);
    return { cause: cause.replace(/\.\s*$/, ""), remedy: sentence(remedy.join("; ").trim()) };
}

function sentence(text: string): string {
    return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
