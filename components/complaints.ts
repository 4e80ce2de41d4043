/** The words in which an object and its events say what is wrong. */
import { conditionsOf } from "./kube";

/** Conditions that are bad when they are True: of deployments, namespaces, nodes, Subscriptions and listeners too. */
const bad = /(Degraded|Stalled|Failing|Failed|Failure|Error|Unhealthy|Pressure|Unavailable|Remaining|Conflicted)$/;

/** Lists in a status whose items have conditions of their own, and the fields that name an item. */
const PARTS: readonly (readonly [list: string, name: (item: Part) => string | undefined])[] = [
    ["listeners", ({ name }) => name && `listener ${name}`],
    ["parents", ({ parentRef }) => parentRef?.name && `parent ${parentRef.name}`],
    ["ancestors", ({ ancestorRef }) => ancestorRef?.name && `ancestor ${ancestorRef.name}`],
    ["ingress", ({ host }) => host && `host ${host}`],
];

interface Part {
    readonly name?: string;
    readonly host?: string;
    readonly parentRef?: { readonly name?: string };
    readonly ancestorRef?: { readonly name?: string };
    readonly conditions?: unknown;
}

/** The problems that a status reports: of the object, of the listeners of a gateway, of the parents of a route. */
export function complaints(status: Readonly<Record<string, unknown>>): string[] {
    const parts = PARTS.flatMap(([list, name]) => {
        const items = status[list];
        return Array.isArray(items)
            ? (items as Part[]).flatMap((item) =>
                  typeof item === "object" && item !== null
                      ? complaintsOf({ conditions: item.conditions }).map((said) => `${name(item) ?? list}: ${said}`)
                      : [],
              )
            : [];
    });
    return [...complaintsOf(status), ...parts];
}

function complaintsOf(status: Readonly<Record<string, unknown>>): string[] {
    return conditionsOf({ status })
        .filter((c) => (bad.test(c.type) ? c.status === "True" : c.status !== "True" && c.type !== "Progressing"))
        .map(({ type, status: value, reason = "", message = "" }) => {
            const why = [reason, message].filter((part) => part !== "").join(": ");
            return `${type}=${value}${why === "" ? "" : ` (${why})`}`;
        });
}

/** The last warning event of an object: some controllers, such as External Secrets, report problems only there. */
export function warnings(events: readonly Readonly<Record<string, unknown>>[], kind: string, name: string): string[] {
    const about = (events as readonly Event[]).filter(
        ({ type, involvedObject: of }) => type === "Warning" && of?.kind === kind && of.name === name,
    );
    const last = about.reduce<Event | undefined>(
        (latest, event) => (latest !== undefined && timeOf(latest) > timeOf(event) ? latest : event),
        undefined,
    );
    return last === undefined ? [] : [`${last.reason ?? "Warning"}: ${last.message ?? ""}`];
}

interface Event {
    readonly type?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly lastTimestamp?: string | null;
    readonly eventTime?: string | null;
    readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

function timeOf({ lastTimestamp, eventTime }: Event): string {
    return lastTimestamp ?? eventTime ?? "";
}
