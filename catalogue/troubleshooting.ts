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
    /** The name by which `oc` finds the kind whatever else is installed: `gateways.gateway.networking.k8s.io`. Default: the kind. */
    readonly resource?: string;
    /** The OLM package, of what belongs to an operator. */
    readonly package?: string;
    /** Name of the Subscription, of what belongs to an operator. */
    readonly subscription?: string;
    /** The command that creates it, of what somebody else brings. */
    readonly create?: string;
    /** The time since which it is as it is, on the cluster's clock in ms; absent: it does not exist. */
    readonly since?: number;
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
    /** Commands to paste, what is likely to help first. */
    readonly remedies: readonly string[];
    /** What to do beside them, or to know before: a setting to change. */
    readonly advice?: string;
    /** Whether an object that is only on its way says the same. */
    readonly waits?: true;
    readonly source: string;
}

/** Conditions of kinds that say no more than that something is not ready. */
const ANYTHING = ".";

/** All of them, the most specific first: the first that fits applies. */
export const causes: readonly Cause[] = data.causes as readonly Cause[];

/** Troubles that only requests show. */
export const requestTroubles: readonly { symptom: string; cause: string; remedy: string; source: string }[] = data.requests;

/** A cause with the names of an object in its remedies. */
export interface FoundCause extends Pick<Cause, "id" | "cause" | "advice" | "waits"> {
    readonly remedies: readonly string[];
    /** Whether the words of the object tell it, and not its kind alone. */
    readonly specific: boolean;
}

/** The cause of a symptom, with the object's names in its remedies. The last of the causes fits everything. */
export function causeOf(symptom: Symptom, stack: string): FoundCause {
    const { kind, name, namespace, says } = symptom;
    const found = causes.find(
        (one) =>
            (one.kind === undefined || new RegExp(`^(${one.kind})$`).test(kind)) &&
            (one.name === undefined || new RegExp(one.name).test(name)) &&
            new RegExp(one.says).test(says),
    )!;
    const { since: _, ...words } = symptom;
    const values = {
        ...words,
        resource: symptom.resource ?? kind.toLowerCase(),
        namespace: namespace ?? "",
        at: namespace === undefined ? "" : ` -n ${namespace}`,
        package: symptom.package ?? "",
        subscription: symptom.subscription ?? symptom.package ?? name,
        create: symptom.create ?? `oc create secret generic ${name} -n ${namespace ?? ""} --from-file=KEY`,
        stack,
    };
    return {
        id: found.id,
        cause: found.cause,
        remedies: found.remedies.map((remedy) => filled(remedy, values)),
        ...(found.advice !== undefined && { advice: filled(found.advice, values) }),
        ...(found.waits === true && !/phase Failed/.test(says) && { waits: true as const }),
        specific: found.says !== ANYTHING,
    };
}
