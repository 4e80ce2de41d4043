/** The consequences of a tier: its Groups, its models with their limits, and the names of its objects. Pure. */

/** A model of a tier: its name, or its name with limits of its own. */
export type TierModel<Tokens, Requests> =
    | string
    | {
          readonly name: string;
          readonly tokens?: readonly Tokens[] | undefined;
          readonly requests?: Requests | readonly Requests[] | undefined;
      };

/** A tier that names Groups. */
interface WithGroups {
    readonly name: string;
    readonly group?: string | undefined;
    readonly groups?: readonly string[] | undefined;
    readonly users?: readonly string[] | undefined;
}

/**
 * The Group that is a tier's own. Default: `tier-<name>-users`, unless the tier names other Groups or users; undefined then.
 */
export function groupOf({ name, group, groups, users }: WithGroups): string | undefined {
    return group ?? (groups === undefined && users === undefined ? `tier-${name}-users` : undefined);
}

/** All Groups of a tier, its own first. */
export function groupsOf(tier: WithGroups): string[] {
    const own = groupOf(tier);
    return [...(own === undefined ? [] : [own]), ...(tier.groups ?? [])];
}

/** The Groups of a tier in one name, for who charges by Group; `none` where it names users alone. */
export function groupNames(tier: WithGroups): string {
    return groupsOf(tier).join(", ") || "none";
}

/** Whether OpenShift has a Group without anybody creating it, such as system:authenticated. Source: docs/sources/maas.md#groups. */
export function isVirtual(group: string): boolean {
    return group.startsWith("system:");
}

/** The names of a tier's models. */
export function modelsOf({ models }: { readonly models: readonly TierModel<unknown, unknown>[] }): string[] {
    return models.map((model) => (typeof model === "string" ? model : model.name));
}

/** The limits of tokens that a tier has for each of its models, in the order of the settings. */
export function tokensByModel<T>({
    models,
    tokens,
}: {
    readonly models: readonly TierModel<T, unknown>[];
    readonly tokens: readonly T[];
}): { readonly name: string; readonly tokens: readonly T[] }[] {
    return models.map((model) =>
        typeof model === "string" ? { name: model, tokens } : { name: model.name, tokens: model.tokens ?? tokens },
    );
}

/** The limits of requests in a setting that holds one, several or none. */
export function requestsIn<R extends object>(requests: R | readonly R[] | undefined): readonly R[] {
    return requests === undefined ? [] : Array.isArray(requests) ? (requests as readonly R[]) : [requests as R];
}

/** The limits of requests of a model of a tier. */
export function requestsOf<R extends object>(
    tier: { readonly models: readonly TierModel<unknown, R>[]; readonly requests?: R | readonly R[] | undefined },
    name: string,
): readonly R[] {
    return requestsIn(ownRequests(tier, name) ?? tier.requests);
}

/** The limits of requests that a model of a tier has instead of the tier's; undefined without. */
export function ownRequests<R extends object>(
    { models }: { readonly models: readonly TierModel<unknown, R>[] },
    name: string,
): R | readonly R[] | undefined {
    const model = models.find((m) => typeof m !== "string" && m.name === name);
    return typeof model === "object" ? model.requests : undefined;
}

/** Name of the MaaSSubscription of a tier, which keys are made for. Default: the name of the tier. */
export function subscriptionOf(tier: { readonly name: string; readonly subscription?: string | undefined }): string {
    return tier.subscription ?? tier.name;
}

/** Name of the MaaSAuthPolicy of a tier. Default: the name of the tier. */
export function authPolicyOf(tier: { readonly name: string; readonly authPolicy?: string | undefined }): string {
    return tier.authPolicy ?? tier.name;
}

/** @returns seconds of a window: `30s`, `2m`, `24h` */
export function secondsOf(window: string): number {
    return Number.parseInt(window, 10) * { s: 1, m: 60, h: 3600 }[window.at(-1) as "s" | "m" | "h"];
}
