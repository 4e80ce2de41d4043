import { tenantGatewayPolicy } from "../../catalogue/tenancy";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { releaseOf } from "../openshift-ai";
import type { World } from "../world";
import { DEFAULT, gatewayOfTenant, INGRESS } from "./tenant-names";
import { gatewayPolicyWaits } from "./upgrade";

const DEFAULT_AUTH = "gateway-default-auth";
const RULES = { authentication: { "api-keys": { plain: { selector: "request.headers.authorization" } } } };
const DENIES = {
    authentication: {},
    authorization: {
        "deny-unconfigured-models": {
            patternMatching: {
                patterns: [{ operator: "eq", selector: "context.request.http.method", value: "__deny_unconfigured_models__" }],
            },
        },
    },
};

/**
 * The policy of a tenant's gateway from 3.5 on. It comes with the first authorization policy of the tenant, which waits as long as
 * former policies need the former API, and goes with the last. The product's own gateway has one that denies as long as it has no other.
 * Source: opendatahub-io/models-as-a-service@v0.2.1:maas-controller/pkg/controller/maas/maasauthpolicy_controller.go.
 */
export class GatewayPolicies {
    constructor(private readonly world: World) {}

    /** The policy of a tenant's gateway, if it is there. */
    of(tenant: string): KubeObject | undefined {
        return this.world.get(K.AuthPolicy, INGRESS, nameOf(tenant));
    }

    /** Closes the product's own gateway when the controller starts. */
    async start(): Promise<void> {
        if (this.of(DEFAULT) === undefined) {
            await this.write(DEFAULT_AUTH, DEFAULT, DENIES);
        }
    }

    /** Makes the policy of a tenant. @returns whether it is made; otherwise it waits for the tenant's API */
    async make(tenant: string): Promise<boolean> {
        if (
            tenant === DEFAULT &&
            this.of(tenant) === undefined &&
            gatewayPolicyWaits(this.world, releaseOf(this.world).apiNamespace)
        ) {
            return false;
        }
        await this.write(nameOf(tenant), tenant, RULES);
        if (tenant === DEFAULT) {
            await this.remove(DEFAULT_AUTH);
        }
        return true;
    }

    /** Removes the policy of a tenant whose last authorization policy has gone. */
    async release(tenant: string): Promise<void> {
        await this.remove(nameOf(tenant));
        if (tenant === DEFAULT) {
            await this.write(DEFAULT_AUTH, DEFAULT, DENIES);
        }
    }

    private async write(name: string, tenant: string, rules: object): Promise<void> {
        const gateway = this.world.get(K.Gateway, INGRESS, gatewayOfTenant(tenant));
        if (gateway === undefined && tenant !== DEFAULT) {
            return;
        }
        const existing = this.world.get(K.AuthPolicy, INGRESS, name);
        const spec = {
            targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gatewayOfTenant(tenant) },
            defaults: { rules },
        };
        if (existing !== undefined) {
            await this.world.patch(existing, { spec });
            return;
        }
        await this.world.ensure({
            apiVersion: "kuadrant.io/v1",
            kind: "AuthPolicy",
            metadata: {
                name,
                namespace: INGRESS,
                labels: { "app.kubernetes.io/managed-by": "maas-controller" },
                ...(gateway !== undefined &&
                    tenant !== DEFAULT && {
                        ownerReferences: [
                            {
                                apiVersion: gateway.apiVersion,
                                kind: gateway.kind,
                                name: gateway.metadata.name,
                                uid: gateway.metadata.uid!,
                                controller: true,
                            },
                        ],
                    }),
            },
            spec,
        });
    }

    private async remove(name: string): Promise<void> {
        const policy = this.world.get(K.AuthPolicy, INGRESS, name);
        if (policy !== undefined && !policy.metadata.deletionTimestamp) {
            await this.world.delete(policy);
        }
    }
}

/** The policy that authorizes all calls through a tenant's gateway. */
function nameOf(tenant: string): string {
    return tenant === DEFAULT ? "maas-gateway-auth" : tenantGatewayPolicy(gatewayOfTenant(tenant));
}
