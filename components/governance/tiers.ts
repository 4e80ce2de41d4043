import * as pulumi from "@pulumi/pulumi";

import { RateLimitPolicy } from "../../kinds/kuadrant.io";
import { MaaSAuthPolicy, MaaSSubscription } from "../../kinds/maas.opendatahub.io";
import { groupOf } from "../../catalogue/tiers";
import type { TierSettings } from "../../stacks/schema";
import type { RequestLimit } from "./limits";
import { type GroupsMode, tierGroup, usersBeside } from "./tierGroup";

/** The namespace of subscriptions and authorization policies; the product makes it, and knows no other. */
export const GOVERNANCE_NAMESPACE = "models-as-a-service";

/** What a tier is made from. */
export interface TierArgs {
    readonly tier: TierSettings;
    /** Rising with entitlement; of several tiers of a user the highest is chosen for a new API key. */
    readonly priority: number;
    /** Users of the tier, in the order of the settings. */
    readonly users: readonly string[];
    readonly groups: GroupsMode;
    readonly modelsNamespace: string;
    /** Namespace of the tenant that the tier belongs to. Default: that of the product's own tenant. */
    readonly namespace?: string;
    /** What must hold before anybody gets in; the Group, which opens nothing, waits for none of it. */
    readonly before: readonly pulumi.Resource[];
}

/**
 * A tier: its Group, and the subscription and the authorization policy that let the group call its models, so much and
 * no more. Group, models and names agree because they are said once.
 * Source: docs/sources/maas.md#subscriptions, #authorization-policies.
 */
export class Tier extends pulumi.ComponentResource {
    constructor(
        name: string,
        { tier, priority, users, groups: mode, modelsNamespace, namespace = GOVERNANCE_NAMESPACE, before }: TierArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("maas:governance:Tier", name, {}, opts);
        const entry = { parent: this, dependsOn: [...before] };
        const metadata = {
            name: tier.name,
            namespace,
            annotations: { "openshift.io/display-name": tier.displayName ?? tier.name },
        };
        const group = tierGroup(name, tier, users, mode, this);
        const whom = { groups: [{ name: group?.metadata.name ?? groupOf(tier) }], ...usersBeside(users) };
        const { cost } = tier;
        const metadataOfCost = costMetadata(cost);
        const models = tier.models.map((model) => ({ name: model, namespace: modelsNamespace }));
        new MaaSSubscription(
            `${name}-subscription`,
            {
                metadata,
                spec: {
                    owner: whom,
                    modelRefs: models.map((model) => ({
                        ...model,
                        tokenRateLimits: tier.tokens,
                        ...(cost?.perToken !== undefined && { billingRate: { perToken: cost.perToken } }),
                    })),
                    priority,
                    ...(metadataOfCost !== undefined && { tokenMetadata: metadataOfCost }),
                },
            },
            entry,
        );
        new MaaSAuthPolicy(
            `${name}-auth-policy`,
            {
                metadata,
                spec: {
                    modelRefs: models,
                    subjects: whom,
                    ...(metadataOfCost !== undefined && { meteringMetadata: metadataOfCost }),
                },
            },
            entry,
        );
        this.registerOutputs({});
    }
}

/** What metrics tell of who pays; undefined when nothing is said of it. */
function costMetadata(
    cost: TierSettings["cost"],
): { organizationId?: string; costCenter?: string; labels?: Record<string, string> } | undefined {
    const told = {
        ...(cost?.organization !== undefined && { organizationId: cost.organization }),
        ...(cost?.costCenter !== undefined && { costCenter: cost.costCenter }),
        ...(cost?.labels !== undefined && { labels: cost.labels }),
    };
    return Object.keys(told).length > 0 ? told : undefined;
}

/** What the limits of requests apply to. */
export interface RequestLimitsArgs {
    /** By name; at least one. */
    readonly limits: Readonly<Record<string, RequestLimit>>;
    readonly gateway: { readonly name: string; readonly namespace: string };
    /** Name of the policy, unique among the gateways. Default: gateway-rate-limits. */
    readonly policy?: string;
}

/**
 * The request limits of all tiers, in one policy on the gateway: two policies on one gateway would override each other.
 * Source: docs/sources/maas.md#request-limits, docs/sources/connectivity-link.md#policies.
 */
export class RequestLimits extends pulumi.ComponentResource {
    constructor(
        name: string,
        { limits, gateway, policy = "gateway-rate-limits" }: RequestLimitsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("maas:governance:RequestLimits", name, {}, opts);
        new RateLimitPolicy(
            `${name}-policy`,
            {
                metadata: { name: policy, namespace: gateway.namespace },
                spec: {
                    targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.name },
                    limits: { ...limits },
                },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
