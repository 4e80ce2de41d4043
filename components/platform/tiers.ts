/** The tiers: grants of models to users, with limits. */
import type * as pulumi from "@pulumi/pulumi";

import { servedOf } from "../../catalogue/models/canary";
import { gatewayIdentity } from "../../catalogue/litemaas/names";
import { APPLICATIONS_NAMESPACE } from "../../catalogue/openshiftai/names";
import { recordOf } from "../../catalogue/releases";
import { tenantGatewayPolicy, tenantNamespace } from "../../catalogue/tenancy";
import { authPolicyOf, modelsOf, subscriptionOf } from "../../catalogue/tiers";
import { workspaceGroup, workspaceIdentity } from "../../catalogue/workspaces/names";
import { workspaceUsers } from "../../catalogue/workspaces/users";
import { INFERENCE_GATEWAY, MAAS_GATEWAY } from "../gateway";
import {
    closedPaths,
    closedPathsOfTierScheme,
    cutOver,
    modelsPublished,
    requestLimits,
    RequestLimits,
    Tier,
    TierGroup,
    tierRequestLimits,
    TierScheme,
    tiersEnforced,
} from "../governance";
import type { MaasGateways } from "./gateways";
import type { Stage } from "./stage";
import { telemetryOf } from "./telemetry";
import type { Tenants } from "./tenants";

/** The resources that tiers wait for. */
export interface TiersBehind {
    readonly gateways: MaasGateways;
    readonly tenants: Tenants;
    /** The resource that shows that a model is published, by the name of the model. */
    readonly published: ReadonlyMap<string, pulumi.Resource>;
    /** The services of models, by the name of the model. */
    readonly services: ReadonlyMap<string, pulumi.Resource>;
    readonly openShiftAi: pulumi.Resource;
}

/**
 * Tiers as subscriptions and authorization policies, behind the request limits of their gateway. @returns says that the tiers are
 * enforced
 */
export function subscriptionTiers(
    stage: Stage,
    { gateways, tenants, published, services, openShiftAi }: TiersBehind,
): pulumi.Resource {
    const { settings, records, after } = stage;
    const { release, tiers, identity, litemaas, modelsNamespace } = settings;
    // On a gateway they are enforced once a route hangs there: that of the MaaS API.
    const limits = new Map(
        [undefined, ...settings.tenants.map((tenant) => tenant.name)].map((tenant) => [
            tenant,
            new RequestLimits(
                `request-limits${tenant === undefined ? "" : `-${tenant}`}`,
                {
                    limits: {
                        ...requestLimits(
                            tiers.filter((tier) => tier.tenant === tenant),
                            modelsNamespace,
                        ),
                        ...closedPaths,
                    },
                    gateway: gateways.of(tenant).reference,
                    ...(tenant !== undefined && { policy: `${tenant}-rate-limits` }),
                },
                after(tenant === undefined ? openShiftAi : tenants.further.get(tenant)!),
            ),
        ]),
    );
    const inference = inferenceLimits(stage, services);
    const users = usersByTier(identity.users);
    const workspaces = usersByTier(workspaceUsers(settings));
    const made = tiers.map(
        (tier, i) =>
            new Tier(
                `tier-${tier.name}`,
                {
                    tier,
                    priority: tier.priority ?? i + 1,
                    users: users.get(tier.name) ?? [],
                    accounts: [
                        ...(workspaces.get(tier.name) ?? []).map(workspaceIdentity),
                        ...(litemaas?.gatewayKey?.tier === tier.name ? [gatewayIdentity(litemaas.namespace)] : []),
                    ],
                    groups: identity.groups,
                    modelsNamespace,
                    namespace: tenantNamespace(tier.tenant),
                    before: [
                        limits.get(tier.tenant)!,
                        ...inference,
                        ...tenants.ready,
                        ...modelsOf(tier).map((model) => published.get(model)!),
                    ],
                },
                after(),
            ),
    );
    const {
        tenancy,
        gateway: { closedBy },
    } = recordOf(release);
    const onGateway = tenancy === "AITenant";
    const enforced = tiersEnforced(
        tiers.map(({ requests: _, ...tier }) => ({
            name: tier.name,
            namespace: tenantNamespace(tier.tenant),
            subscription: subscriptionOf(tier),
            authPolicy: authPolicyOf(tier),
            models: modelsOf(tier),
            grants: JSON.stringify(tier),
            ...(onGateway && { gatewayPolicy: gatewayPolicy(gateways.of(tier.tenant).reference, closedBy!) }),
        })),
        modelsNamespace,
        after(records, ...made),
    );
    if (onGateway) {
        const named = new Set(tiers.flatMap(modelsOf));
        const models = [...published.keys()].filter((name) => named.has(name));
        const ready = modelsPublished(modelsNamespace, models, after(enforced));
        cutOver({ formerNamespace: APPLICATIONS_NAMESPACE, modelsNamespace, models }, after(ready));
    }
    return enforced;
}

/**
 * The limits of tiers on the gateway of llm-d, where models of tiers are attached to it too. They are enforced once the routes of these
 * hang there, and nobody has a key for them before.
 */
function inferenceLimits({ settings, after }: Stage, services: ReadonlyMap<string, pulumi.Resource>): pulumi.Resource[] {
    const { gateway, models, modelsNamespace, tiers } = settings;
    const named = new Set(tiers.flatMap(modelsOf));
    const tiered = models.filter(({ name }) => named.has(name));
    if (gateway.inference?.models !== "all" || tiered.length === 0) {
        return [];
    }
    const untiered = models.filter(({ name }) => !named.has(name)).flatMap(servedOf);
    return [
        new RequestLimits(
            "request-limits-inference",
            {
                limits: {
                    ...requestLimits(
                        tiers,
                        modelsNamespace,
                        untiered.map(({ name }) => name),
                    ),
                    ...closedPaths,
                },
                gateway: { ...INFERENCE_GATEWAY },
                policy: "inference-rate-limits",
            },
            after(...tiered.map(({ name }) => services.get(name)!)),
        ),
    ];
}

/** Tiers of release 3.3: Groups, a mapping, and limits by tier on the gateway. @returns what a model that opens itself to tiers waits for */
export function mappedTiers({ settings, after }: Stage, openShiftAi: pulumi.Resource): pulumi.Resource[] {
    const { tiers, identity, tenant } = settings;
    const gateway = { ...MAAS_GATEWAY };
    const users = usersByTier(identity.users);
    const workspaces = usersByTier(workspaceUsers(settings));
    for (const tier of tiers) {
        new TierGroup(`tier-${tier.name}`, { tier, users: users.get(tier.name) ?? [], groups: identity.groups }, after());
    }
    return [
        new RequestLimits(
            "request-limits",
            { limits: { ...tierRequestLimits(tiers), ...closedPathsOfTierScheme }, gateway },
            after(openShiftAi),
        ),
        new TierScheme(
            "tier-scheme",
            {
                tiers,
                accounts: new Map([...workspaces].map(([tier, names]) => [tier, names.map(workspaceGroup)])),
                applicationsNamespace: APPLICATIONS_NAMESPACE,
                gateway,
                telemetry: telemetryOf(settings, tenant),
            },
            after(openShiftAi),
        ),
    ];
}

/** The policy that lets tiers call models behind a gateway. Source: docs/sources/maas.md#generated-policies. */
function gatewayPolicy(
    { name, namespace }: { readonly name: string; readonly namespace: string },
    own: string,
): { name: string; namespace: string } {
    return { name: name === MAAS_GATEWAY.name ? own : tenantGatewayPolicy(name), namespace };
}

/** The names of the users of each tier, in the order of the settings. */
function usersByTier(
    users: readonly { readonly name: string; readonly tier: string; readonly tiers?: readonly string[] | undefined }[],
): ReadonlyMap<string, readonly string[]> {
    const byTier = new Map<string, string[]>();
    for (const { name, tier, tiers = [] } of users) {
        for (const one of [tier, ...tiers]) {
            const known = byTier.get(one);
            if (known === undefined) {
                byTier.set(one, [name]);
            } else {
                known.push(name);
            }
        }
    }
    return byTier;
}
