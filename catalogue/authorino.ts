/** Authorino of an earlier Connectivity Link. Pure: the precondition and what removes it agree. */

const OPERATOR = "authorino-operator";
/** The channel of previews, whose Authorino is too old for Models-as-a-Service. Source: docs/sources/connectivity-link.md#installation. */
const STALE_CHANNEL = "tech-preview-v1";

/** A Subscription, as far as this reads it. */
interface Subscribed {
    readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
    readonly spec?: Readonly<Record<string, unknown>> | undefined;
    readonly status?: Readonly<Record<string, unknown>> | undefined;
}

/** An Authorino that is too old: its Subscription, and the ClusterServiceVersion that this has installed. */
export interface StaleAuthorino {
    readonly namespace: string;
    readonly name: string;
    readonly csv: string;
}

/** The Authorinos of the channel of previews among Subscriptions. */
export function staleAuthorinos(subscriptions: readonly Subscribed[]): StaleAuthorino[] {
    return subscriptions
        .filter(({ spec }) => spec?.["name"] === OPERATOR && spec["channel"] === STALE_CHANNEL)
        .map(({ metadata, status }) => ({
            namespace: metadata.namespace ?? "",
            name: metadata.name,
            csv: String(status?.["installedCSV"] ?? status?.["currentCSV"] ?? "authorino-operator.v1.1.3"),
        }));
}
