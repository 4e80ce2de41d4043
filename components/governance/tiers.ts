import * as pulumi from "@pulumi/pulumi";

import { RateLimitPolicy } from "../../kinds/kuadrant.io";
import { MaaSAuthPolicy, MaaSSubscription } from "../../kinds/maas.opendatahub.io";
import { authPolicyOf, groupOf, subscriptionOf, tokensByModel } from "../../catalogue/tiers";
import type { TierSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import type { ClosedPath, RequestLimit } from "./limits";
import { type GroupsMode, tierGroup, usersBeside } from "./tierGroup";

/** The namespace of subscriptions and authorization policies, which is built into the product and which it creates. */
export const GOVERNANCE_NAMESPACE = "models-as-a-service";

/** A tier, its users, and what it waits for. */
export interface TierArgs {
    readonly tier: TierSettings;
    /** Rises with entitlement: a new API key gets the tier with the highest priority among those of its user. */
    readonly priority: number;
    /** Users of the tier, in the order of the settings. */
    readonly users: readonly string[];
    /** Full names of ServiceAccounts that call models for users of the tier. Default: none. */
    readonly accounts?: readonly string[];
    readonly groups: GroupsMode;
    /** Namespace of the models. */
    readonly modelsNamespace: pulumi.Input<string>;
    /** Namespace of the tenant that the tier belongs to. Default: that of the product's own tenant. */
    readonly namespace?: pulumi.Input<string>;
    /** Resources that must exist before the tier admits users: limits, models. The Group, which admits nobody, does not wait. */
    readonly before: readonly pulumi.Resource[];
}

/**
 * A tier: its Group, and the subscription and the authorization policy that let the group call its models within the limits.
 * Source: docs/sources/maas.md#subscriptions, #authorization-policies.
 */
export class Tier extends pulumi.ComponentResource {
    /** Name of the tier's own Group, whoever creates it; undefined without one. */
    public readonly groupName: pulumi.Output<string> | undefined;

    constructor(name: string, args: TierArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { tier, priority, users, accounts = [], groups, modelsNamespace, namespace = GOVERNANCE_NAMESPACE, before } = args;
        // The members are in the Group.
        super("maas:governance:Tier", name, describedBy({ tier, priority, groups, modelsNamespace, namespace }), opts);
        const admission = { parent: this, dependsOn: [...before] };
        const metadata = (
            object: string,
        ): { name: string; namespace: pulumi.Input<string>; annotations: Record<string, string> } => ({
            name: object,
            namespace,
            annotations: { "openshift.io/display-name": tier.displayName ?? tier.name },
        });
        const own = groupOf(tier);
        this.groupName =
            own === undefined ? undefined : (tierGroup(name, tier, users, groups, this)?.metadata.name ?? pulumi.output(own));
        const subjects = {
            groups: [...(this.groupName === undefined ? [] : [this.groupName]), ...(tier.groups ?? [])].map((group) => ({
                name: group,
            })),
            ...usersBeside(tier, users, accounts),
        };
        const { cost } = tier;
        const payer = costMetadata(cost);
        const models = tokensByModel(tier).map((model) => ({ ...model, namespace: modelsNamespace }));
        new MaaSSubscription(
            `${name}-subscription`,
            {
                metadata: metadata(subscriptionOf(tier)),
                spec: {
                    owner: subjects,
                    modelRefs: models.map(({ tokens, ...model }) => ({
                        ...model,
                        tokenRateLimits: [...tokens],
                        ...(cost?.perToken !== undefined && { billingRate: { perToken: cost.perToken } }),
                    })),
                    priority,
                    ...(payer !== undefined && { tokenMetadata: payer }),
                },
            },
            admission,
        );
        new MaaSAuthPolicy(
            `${name}-auth-policy`,
            {
                metadata: metadata(authPolicyOf(tier)),
                spec: {
                    modelRefs: models.map(({ tokens: _, ...model }) => model),
                    subjects,
                    ...(payer !== undefined && { meteringMetadata: payer }),
                },
            },
            admission,
        );
        this.registerOutputs({ groupName: this.groupName });
    }
}

/** Labels of metrics that name who pays; undefined without any. */
function costMetadata(
    cost: TierSettings["cost"],
): { organizationId?: string; costCenter?: string; labels?: Record<string, string> } | undefined {
    const metadata = {
        ...(cost?.organization !== undefined && { organizationId: cost.organization }),
        ...(cost?.costCenter !== undefined && { costCenter: cost.costCenter }),
        ...(cost?.labels !== undefined && { labels: cost.labels }),
    };
    return Object.keys(metadata).length > 0 ? metadata : undefined;
}

/** Request limits, and the gateway that they apply to. */
export interface RequestLimitsArgs {
    /** By name; at least one. */
    readonly limits: Readonly<Record<string, RequestLimit | ClosedPath>>;
    readonly gateway: { readonly name: pulumi.Input<string>; readonly namespace: pulumi.Input<string> };
    /** Name of the policy, unique among the gateways. Default: gateway-rate-limits. */
    readonly policy?: string;
}

/**
 * The request limits of all tiers, in one policy on the gateway: two policies on one gateway would override each other.
 * Source: docs/sources/maas.md#request-limits, docs/sources/connectivity-link.md#policies.
 */
export class RequestLimits extends pulumi.ComponentResource {
    /** Name of the RateLimitPolicy. */
    public readonly policyName: pulumi.Output<string>;

    constructor(name: string, args: RequestLimitsArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:RequestLimits", name, describedBy(args), opts);
        const { limits, gateway, policy = "gateway-rate-limits" } = args;
        const { metadata } = new RateLimitPolicy(
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
        this.policyName = metadata.name;
        this.registerOutputs({ policyName: this.policyName });
    }
}
