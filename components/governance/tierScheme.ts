import { ConfigMapPatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { TokenRateLimitPolicy } from "../../kinds/kuadrant.io";
import type { Settings, TierSettings } from "../../stacks/schema";
import { gate } from "../gate";
import { type GroupsMode, tierGroup } from "./tierGroup";
import { TIER_MAPPING, tierMapping, tierTokenLimits } from "./tierLimits";

const MADE_MINUTES = 10;

/** A tier of release 3.3, as far as it is an object of its own. */
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
    constructor(name: string, { tier, users, groups }: TierGroupArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:Tier", name, {}, opts);
        tierGroup(name, tier, users, groups, this);
        this.registerOutputs({});
    }
}

/** What the tiers of release 3.3 are made from. */
export interface TierSchemeArgs {
    readonly tiers: Settings["tiers"];
    /** Namespace of OpenShift AI's components, where the mapping is. */
    readonly applicationsNamespace: string;
    readonly gateway: { readonly name: string; readonly namespace: string };
}

/**
 * The tiers of release 3.3: which groups belong to which, and how many tokens their users may have, in one policy on the
 * gateway. OpenShift AI makes the ConfigMap of the mapping; its tiers are replaced and it is told to
 * leave them alone. All of it follows from `tiers`, as the objects of later releases do.
 * Source: docs/sources/maas.md#tiers-of-33.
 */
export class TierScheme extends pulumi.ComponentResource {
    constructor(name: string, args: TierSchemeArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:governance:TierScheme", name, {}, opts);
        const { tiers, applicationsNamespace: namespace, gateway } = args;
        const made = gate(
            `${name}-mapping-made`,
            {
                kind: "object-exists",
                until: `ConfigMap ${TIER_MAPPING} is made by OpenShift AI`,
                record: { object: `ConfigMap ${namespace}/${TIER_MAPPING}` },
                check: async (kube) => {
                    const found = await kube.until(
                        { apiVersion: "v1", plural: "configmaps", namespace },
                        TIER_MAPPING,
                        (object) => (object === undefined ? undefined : true),
                        (await kube.now()) + MADE_MINUTES * 60_000,
                    );
                    if (found === undefined) {
                        throw new Error(
                            `ConfigMap ${namespace}/${TIER_MAPPING} did not appear within ${MADE_MINUTES} minutes: Models-as-a-Service of release 3.3 makes it`,
                        );
                    }
                },
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
                        // OpenShift AI wrote tiers of its own when it made the object.
                        "pulumi.com/patchForce": "true",
                    },
                },
                data: { tiers: tierMapping(tiers) },
            },
            // It goes with Models-as-a-Service, which would miss it before.
            { parent: this, dependsOn: made, retainOnDelete: true },
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
        this.registerOutputs({});
    }
}
