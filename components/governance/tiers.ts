import * as pulumi from "@pulumi/pulumi";

import { RateLimitPolicy } from "../../kinds/kuadrant.io";
import { MaaSAuthPolicy, MaaSSubscription } from "../../kinds/maas.opendatahub.io";
import { Group } from "../../kinds/user.openshift.io";
import { groupOf } from "../../stacks/crossChecks";
import type { Settings, TierSettings } from "../../stacks/schema";
import { requestLimits } from "./limits";

/** The namespace of subscriptions and authorization policies; the product makes it, and knows no other. */
export const GOVERNANCE_NAMESPACE = "models-as-a-service";

/** What a tier is made from. */
export interface TierArgs {
    readonly tier: TierSettings;
    /** Rising with entitlement; of several tiers of a user the highest is chosen for a new API key. */
    readonly priority: number;
    /** Users of the tier, in the order of the settings. */
    readonly users: readonly string[];
    readonly modelsNamespace: string;
    /** What must hold before anybody gets in; the Group, which opens nothing, waits for none of it. */
    readonly before: readonly pulumi.Resource[];
}

/**
 * A tier: its Group, and the subscription and the authorization policy that let the group call its models, so much and
 * no more. Group, models and names agree because they are said once.
 * Source: facts/maas.md 13, 14.
 */
export class Tier extends pulumi.ComponentResource {
    constructor(
        name: string,
        { tier, priority, users, modelsNamespace, before }: TierArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("maas:governance:Tier", name, {}, opts);
        const entry = { parent: this, dependsOn: [...before] };
        const metadata = {
            name: tier.name,
            namespace: GOVERNANCE_NAMESPACE,
            annotations: { "openshift.io/display-name": tier.displayName ?? tier.name },
        };
        const group = new Group(`${name}-group`, { metadata: { name: groupOf(tier) }, users: [...users] }, { parent: this });
        const groups = [{ name: group.metadata.name }];
        const models = tier.models.map((model) => ({ name: model, namespace: modelsNamespace }));
        new MaaSSubscription(
            `${name}-subscription`,
            {
                metadata,
                spec: {
                    owner: { groups },
                    modelRefs: models.map((model) => ({ ...model, tokenRateLimits: tier.tokens })),
                    priority,
                },
            },
            entry,
        );
        new MaaSAuthPolicy(`${name}-auth-policy`, { metadata, spec: { modelRefs: models, subjects: { groups } } }, entry);
        this.registerOutputs({});
    }
}

/** What the limits of requests apply to. */
export interface RequestLimitsArgs {
    readonly tiers: Settings["tiers"];
    readonly gateway: { readonly name: string; readonly namespace: string };
}

/**
 * The request limits of all tiers, in one policy on the gateway: two policies on one gateway would override each other.
 * Source: facts/maas.md 17.
 */
export class RequestLimits extends pulumi.ComponentResource {
    constructor(name: string, { tiers, gateway }: RequestLimitsArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:RequestLimits", name, {}, opts);
        new RateLimitPolicy(
            `${name}-policy`,
            {
                metadata: { name: "gateway-rate-limits", namespace: gateway.namespace },
                spec: {
                    targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.name },
                    limits: requestLimits(tiers),
                },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
