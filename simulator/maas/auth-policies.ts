import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { conditionOf, isTrue, type World } from "../world";
import { authPolicySpec } from "./auth-policy-spec";
import { type ModelRef, modelRefs } from "./generated";
import { generatedLabels, Governance, target, type Verdict } from "./governance";
import { GatewayPolicies } from "./gateway-policies";
import { tenantOfNamespace, usesAiTenants } from "./maas-tenants";
import { MAAS_NAMESPACE } from "../openshift-ai";
import { hasTakenOver } from "./upgrade";

export const AUTH_FINALIZER = "maas.opendatahub.io/authpolicy-cleanup";

/**
 * Permissions: one AuthPolicy a model, and from 3.5 on none but that of the gateway. Source:
 * opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/maasauthpolicy_controller.go,
 * opendatahub-io/models-as-a-service@v0.2.1:maas-controller/pkg/controller/maas/maasauthpolicy_controller.go.
 */
export class MaasAuthPolicies extends Governance {
    readonly name = "maas-auth-policies";
    private readonly gatewayPolicies: GatewayPolicies;

    constructor(world: World) {
        super(world, K.MaaSAuthPolicy, K.AuthPolicy, "maas-auth-", AUTH_FINALIZER);
        this.gatewayPolicies = new GatewayPolicies(world);
    }

    protected async look(object: KubeObject): Promise<Verdict> {
        const refs = modelRefs(object);
        const onGateway = usesAiTenants(this.world);
        const missing = refs.filter((ref) => !this.world.get(K.MaaSModelRef, ref.namespace, ref.name)).length;
        const made = !onGateway || (await this.gatewayPolicies.make(tenantOfNamespace(object.metadata.namespace!)));
        const policies = [];
        for (const ref of onGateway ? [] : refs) {
            if (await this.generate(ref)) {
                policies.push({
                    name: `${this.prefix}${ref.name}`,
                    namespace: ref.namespace,
                    model: ref.name,
                    modelNamespace: ref.namespace,
                    ...this.health(ref),
                });
            }
        }
        const unhealthy = policies.filter((policy) => !policy.ready).length;
        const [phase, message] =
            onGateway && (!made || (await this.keepsFormer(refs)))
                ? (["Pending", "Waiting for the gateway AuthPolicy before removing the working legacy AuthPolicy"] as const)
                : missing === refs.length
                  ? (["Failed", `all ${refs.length} model references are invalid or missing`] as const)
                  : missing > 0
                    ? (["Degraded", `${missing} of ${refs.length} model references are missing`] as const)
                    : unhealthy > 0
                      ? (["Degraded", `${unhealthy} of ${policies.length} AuthPolicies not accepted/enforced`] as const)
                      : policies.length === 0 && !onGateway
                        ? (["Degraded", "no generated AuthPolicies attached to models"] as const)
                        : (["Active", "successfully reconciled"] as const);
        return { phase, message, status: { authPolicies: policies } };
    }

    protected override async released({ metadata: { namespace } }: KubeObject): Promise<void> {
        const others = this.world.inNamespace(K.MaaSAuthPolicy, namespace!).filter((one) => !one.metadata.deletionTimestamp);
        if (usesAiTenants(this.world) && others.length === 0) {
            await this.gatewayPolicies.release(tenantOfNamespace(namespace!));
        }
    }

    /** Whoever is left makes it anew; until then the model has none. */
    protected async release(model: ModelRef): Promise<void> {
        await this.removeGenerated(model);
    }

    /** Removes the policies of single models that 3.4 has left, as soon as that of the gateway does without them. */
    private async keepsFormer(models: readonly ModelRef[]): Promise<boolean> {
        let kept = false;
        for (const model of models.filter((one) => this.generated(one))) {
            const tenant = (this.published(model)?.spec?.tenantRef as string | undefined) ?? MAAS_NAMESPACE;
            if (hasTakenOver(this.gatewayPolicies.of(tenant))) {
                await this.removeGenerated(model);
            } else {
                kept = true;
            }
        }
        return kept;
    }

    private health(model: ModelRef): { ready: boolean; reason: string; message?: string } {
        const policy = this.generated(model);
        if (!policy) {
            return { ready: false, reason: "NotFound", message: "AuthPolicy not created yet" };
        }
        if (!Array.isArray(policy.status?.conditions)) {
            return { ready: false, reason: "ConditionsNotFound", message: "status conditions not available" };
        }
        for (const [type, reason] of [
            ["Accepted", "NotAccepted"],
            ["Enforced", "NotEnforced"],
        ] as const) {
            if (!isTrue(policy, type)) {
                const message = conditionOf(policy, type)?.message;
                return { ready: false, reason, ...(message && { message }) };
            }
        }
        return { ready: true, reason: "AcceptedEnforced" };
    }

    /** @returns whether the model has a route that a policy can be for */
    private async generate(model: ModelRef): Promise<boolean> {
        if (!this.published(model)) {
            await this.removeGenerated(model);
            return false;
        }
        const route = this.route(model);
        if (!route) {
            return false;
        }
        const objects = this.naming(model);
        const named = (of: (object: KubeObject) => readonly string[]): string[] => [...new Set(objects.flatMap(of))].sort();
        await this.write(
            model,
            {
                labels: generatedLabels(model, "maas-auth-policy", "auth-policy"),
                annotations: { "maas.opendatahub.io/auth-policies": named(({ metadata }) => [metadata.name]).join(",") },
            },
            {
                targetRef: target(route),
                rules: authPolicySpec(model, {
                    groups: named(({ spec }) =>
                        ((spec?.subjects?.groups as { name: string }[] | undefined) ?? []).map(({ name }) => name),
                    ),
                    users: named(({ spec }) => (spec?.subjects?.users as string[] | undefined) ?? []),
                }),
            },
        );
        return true;
    }
}
