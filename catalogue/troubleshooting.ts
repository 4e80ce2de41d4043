/** Troubles of a platform, recognized by the status of its objects: the tables of the guides, as data. */
import { filled } from "./gitops/gitops";
import data from "./troubles.json";

/** A trouble that the status of an object shows. */
export interface Symptom {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    /** Conditions, events and messages, as the cluster has them. */
    readonly says: string;
    /** The OLM package, of what belongs to an operator. */
    readonly package?: string;
}

/** A cause with its remedies. */
export interface Cause {
    readonly id: string;
    /** Kinds of the object, as a pattern. Absent: any. */
    readonly kind?: string;
    /** A pattern of its name. Absent: any. */
    readonly name?: string;
    /** A pattern of what it says. */
    readonly says: string;
    readonly cause: string;
    /** Commands, and settings to change; what is likely to help first. */
    readonly remedies: readonly string[];
    readonly source: string;
}

/** All of them, the most specific first: the first that fits applies. */
export const causes: readonly Cause[] = data.causes;

/** Troubles that only requests show. */
export const requestTroubles: readonly { symptom: string; cause: string; remedy: string; source: string }[] = data.requests;

/** The cause of a symptom, with the object's names in its remedies. The last of the causes fits everything. */
export function causeOf(
    symptom: Symptom,
    stack: string,
): { readonly id: string; readonly cause: string; readonly remedies: string[] } {
    const { kind, name, namespace, says } = symptom;
    const found = causes.find(
        (one) =>
            (one.kind === undefined || new RegExp(`^(${one.kind})$`).test(kind)) &&
            (one.name === undefined || new RegExp(one.name).test(name)) &&
            new RegExp(one.says).test(says),
    )!;
    const values = {
        ...symptom,
        kind: kind.toLowerCase(),
        namespace: namespace ?? "",
        at: namespace === undefined ? "" : ` -n ${namespace}`,
        stack,
    };
    return { id: found.id, cause: found.cause, remedies: found.remedies.map((remedy) => filled(remedy, values)) };
}
