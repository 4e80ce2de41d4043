/** What the data plane reads of a cluster: routes, policies, subscriptions and Groups. */
import type { Cluster, KubeObject } from "../../rehearsal/cluster/cluster";

/** Kinds by the name under which the plane has them. */
const KINDS = {
    routes: ["gateway.networking.k8s.io/v1", "HTTPRoute"],
    auth: ["kuadrant.io/v1", "AuthPolicy"],
    requests: ["kuadrant.io/v1", "RateLimitPolicy"],
    tokens: ["kuadrant.io/v1alpha1", "TokenRateLimitPolicy"],
    subscriptions: ["maas.opendatahub.io/v1alpha1", "MaaSSubscription"],
    groups: ["user.openshift.io/v1", "Group"],
    external: ["maas.opendatahub.io/v1alpha1", "ExternalModel"],
} as const;

export type Objects = Record<keyof typeof KINDS, KubeObject[]>;

/** Reads them out of a cluster on which a stack has come up. */
export async function objectsOf(cluster: Pick<Cluster, "list">): Promise<Objects> {
    const entries = Object.entries(KINDS).map(async ([name, [apiVersion, kind]]) => [
        name,
        // Copies: what a test breaks is not what others read.
        await cluster.list(apiVersion, kind).then(
            (found) => structuredClone(found),
            () => [], // The kind is not served: nothing of the stack uses it.
        ),
    ]);
    return Object.fromEntries(await Promise.all(entries)) as Objects;
}

/** A rule of a route. */
export interface Rule {
    readonly route: KubeObject;
    readonly prefix: string;
    /** What takes the place of the prefix. */
    readonly rewrite?: string;
}

interface RuleSpec {
    readonly matches?: { path?: { value: string } }[];
    readonly filters?: { type: string; urlRewrite?: { path?: { replacePrefixMatch?: string } } }[];
}

/** All rules of all routes, the longest path first, as Gateway API orders them. */
export function rulesOf({ routes }: Objects): Rule[] {
    return routes
        .flatMap((route) =>
            (route.spec.rules as RuleSpec[]).flatMap(({ matches = [], filters = [] }) => {
                const rewrite = filters.find(({ type }) => type === "URLRewrite")?.urlRewrite?.path?.replacePrefixMatch;
                // A match by header alone is for requests that name the model elsewhere than in the path.
                return matches.flatMap(({ path }) =>
                    path === undefined ? [] : [{ route, prefix: path.value, ...(rewrite !== undefined && { rewrite }) }],
                );
            }),
        )
        .sort((a, b) => b.prefix.length - a.prefix.length);
}

/** The rule that a path belongs to; undefined: none. */
export function ruleAt(rules: readonly Rule[], path: string): Rule | undefined {
    return rules.find(({ prefix }) => path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`));
}

/** Name of a route, by which policies find it. */
export function nameOf({ metadata: { name, namespace } }: KubeObject): string {
    return `${namespace}/${name}`;
}

/** Whether a policy is attached to a route itself. */
export function attached(policy: KubeObject, route: KubeObject): boolean {
    const { kind, name } = policy.spec.targetRef as { kind: string; name: string };
    return kind === "HTTPRoute" && name === route.metadata.name && policy.metadata.namespace === route.metadata.namespace;
}
