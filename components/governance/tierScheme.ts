import { ConfigMapPatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { TelemetryPolicy, TokenRateLimitPolicy } from "../../kinds/kuadrant.io";
import { groupOf } from "../../catalogue/tiers";
import type { Settings, TierSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { objectExists } from "../objectExists";
import { type GroupsMode, tierGroup } from "./tierGroup";
import { TIER_MAPPING, tierMapping, tierTokenLimits } from "./tierLimits";

/** A tier of release 3.3, which has no object but its Group. */
export interface TierGroupArgs {
    readonly tier: TierSettings;
    /** Users of the tier, in the order of the settings. */
    readonly users: readonly string[];
    readonly groups: GroupsMode;
}

/**
 * The Group of a tier of release 3.3. It has the type and the names of the later releases' tiers, so that a stack that moves
 * to 3.4 keeps its Groups.
 * Source: docs/sources/maas.md#tiers-of-33.
 */
export class TierGroup extends pulumi.ComponentResource {
    /** Name of the tier's own Group, whoever creates it; undefined without one. */
    public readonly groupName: pulumi.Output<string> | undefined;

    constructor(name: string, { tier, users, groups }: TierGroupArgs, opts: pulumi.ComponentResourceOptions = {}) {
        // The members are in the Group.
        super("maas:governance:Tier", name, describedBy({ tier, groups }), opts);
        const own = groupOf(tier);
        this.groupName =
            own === undefined
                ? undefined
                : (tierGroup(name, tier, users, groups, this, false)?.metadata.name ?? pulumi.output(own));
        this.registerOutputs({ groupName: this.groupName });
    }
}

/** The tiers of release 3.3 and where they apply. */
export interface TierSchemeArgs {
    readonly tiers: Settings["tiers"];
    /** Groups of ServiceAccounts beside those of each tier, by its name. Default: none. */
    readonly accounts?: ReadonlyMap<string, readonly string[]>;
    /** Namespace of OpenShift AI's components, which has the mapping. A gate looks there: a plan must know it. */
    readonly applicationsNamespace: string;
    readonly gateway: { readonly name: pulumi.Input<string>; readonly namespace: pulumi.Input<string> };
    /** Labels of the metrics of usage beside the tier. Default: the gateway counts without labels. */
    readonly telemetry?: { readonly user: boolean; readonly model: boolean } | undefined;
}

/**
 * The tiers of release 3.3: the mapping of groups to tiers, and the token limits, in one policy on the gateway. OpenShift AI
 * creates the ConfigMap of the mapping; its tiers are replaced, and an annotation keeps it from restoring them.
 * Source: docs/sources/maas.md#tiers-of-33.
 */
export class TierScheme extends pulumi.ComponentResource {
    constructor(name: string, args: TierSchemeArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:governance:TierScheme", name, describedBy(args), opts);
        const { tiers, accounts, applicationsNamespace: namespace, gateway, telemetry } = args;
        const mapping = objectExists(
            `${name}-mapping-made`,
            {
                apiVersion: "v1",
                kind: "ConfigMap",
                plural: "configmaps",
                namespace,
                name: TIER_MAPPING,
                until: `ConfigMap ${TIER_MAPPING} is made by OpenShift AI`,
                minutes: 10,
                hint: "Models-as-a-Service of release 3.3 creates it",
            },
            { parent: this },
        );
        new ConfigMapPatch(
            `${name}-mapping`,
            {
                metadata: {
                    name: TIER_MAPPING,
                    namespace,
                    annotations: {
                        "opendatahub.io/managed": "false",
                        // OpenShift AI owns the field: it created the object with default tiers.
                        "pulumi.com/patchForce": "true",
                    },
                },
                data: { tiers: tierMapping(tiers, accounts) },
            },
            // Models-as-a-Service needs it, and deletes it when it goes.
            { parent: this, dependsOn: mapping, retainOnDelete: true },
        );
        new TokenRateLimitPolicy(
            `${name}-tokens`,
            {
                metadata: { name: "gateway-token-rate-limits", namespace: gateway.namespace },
                spec: {
                    targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.name },
                    limits: tierTokenLimits(tiers),
                },
            },
            { parent: this },
        );
        if (telemetry !== undefined) {
            new TelemetryPolicy(
                `${name}-telemetry`,
                {
                    metadata: { name: "user-group", namespace: gateway.namespace },
                    spec: {
                        targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.name },
                        metrics: {
                            default: {
                                labels: {
                                    tier: "auth.identity.tier",
                                    // The name of later releases: dashboards, prices and rules read the same label everywhere.
                                    subscription: "auth.identity.tier",
                                    ...(telemetry.model && { model: 'responseBodyJSON("/model")' }),
                                    ...(telemetry.user && { user: "auth.identity.userid" }),
                                },
                            },
                        },
                    },
                },
                { parent: this },
            );
        }
        this.registerOutputs({});
    }
}
