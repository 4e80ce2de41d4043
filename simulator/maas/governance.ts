import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { MAAS_NAMESPACE } from "../openshift-ai";
import { routeAccepted } from "../openshift/http-routes";
import {
    type World,
    type Controller,
    keyOf,
    itself,
    type Pass,
    splitKey,
    isTrue,
    type ConditionSpec,
    ownerOf,
    conditionOf,
} from "../world";
import { hasTakenOver } from "./upgrade";
import { modelRefs, ModelRef, controllerRuns, ready } from "./generated";
import { usesAiTenants, isTenantNamespace, gatewayPolicy } from "./maas-tenants";

export const SUBSCRIPTION_FINALIZER = "maas.opendatahub.io/subscription-cleanup";
/**
 * maas-controller: subscriptions and auth policies become one generated policy for each model; both kinds work alike. Source:
 * docs/sources/maas.md#subscriptions, #authorization-policies, #generated-policies.
 */
export abstract class Governance implements Controller {
    abstract readonly name: string;
    readonly watches: Controller["watches"];

    protected constructor(
        protected readonly world: World,
        private readonly kind: string,
        private readonly generatedKind: string,
        private readonly prefix: string,
        private readonly finalizer: string,
    ) {
        const naming = (namespace: string, model: string): string[] =>
            world
                .all(kind)
                .filter((object) => modelRefs(object).some((ref) => ref.namespace === namespace && ref.name === model))
                .map(keyOf);
        this.watches = {
            [kind]: itself,
            [K.MaaSModelRef]: (ref) => naming(ref.metadata.namespace!, ref.metadata.name),
            [generatedKind]: (policy) => {
                const model = policy.metadata.labels?.["maas.opendatahub.io/model"];
                if (generatedKind === K.AuthPolicy && policy.metadata.namespace === "openshift-ingress") {
                    return world.keys(kind);
                }
                return model === undefined ? [] : naming(policy.metadata.namespace!, model);
            },
            [K.HTTPRoute]: (route) => {
                const model = route.metadata.labels?.["app.kubernetes.io/name"];
                return model === undefined ? [] : naming(route.metadata.namespace!, model);
            },
            [K.Deployment]: (deployment) => (deployment.metadata.name === "maas-controller" ? world.keys(kind) : []),
        };
    }

    /** The spec of the policy that is generated for a model, from all objects that name it. */
    protected abstract policySpec(model: ModelRef, route: string, objects: readonly KubeObject[]): Record<string, unknown>;
    /** What the status says of each model. */
    protected abstract statusOf(
        models: readonly { ref: ModelRef; policy: KubeObject | undefined; ready: boolean; reason: string }[],
    ): Record<string, unknown>;

    async reconcile(key: string, pass: Pass): Promise<void> {
        const object = this.world.get(this.kind, ...splitKey(key));
        const namespace = object?.metadata.namespace ?? "";
        const heard = usesAiTenants(this.world) ? isTenantNamespace(this.world, namespace) : namespace === MAAS_NAMESPACE;
        if (!object || !controllerRuns(this.world) || !heard) {
            return;
        }
        if (object.metadata.deletionTimestamp) {
            if (pass.waited("release", duration("finalizer.release"))) {
                for (const ref of modelRefs(object)) {
                    await this.generate(ref);
                }
                await this.world.unfinalize(object, this.finalizer);
            }
            return;
        }
        await this.world.finalize(object, this.finalizer);
        if (!pass.waited("reconcile", duration("maas.reconcile"))) {
            return;
        }
        const models = [];
        for (const ref of modelRefs(object)) {
            const known = this.world.get(K.MaaSModelRef, ref.namespace, ref.name);
            const policy = known && !known.metadata.deletionTimestamp ? await this.generate(ref) : undefined;
            models.push({
                ref,
                policy,
                found: known !== undefined,
                ready: isTrue(policy, "Accepted"),
                reason: known ? (policy ? acceptance(policy) : "BackendNotReady") : "NotFound",
            });
        }
        const missing = models.filter((model) => !model.found);
        const waiting = models.filter((model) => !model.ready);
        const fault = this.world.faults.notReady(object.kind, object.metadata.name);
        const [phase, reason, message] =
            missing.length === models.length
                ? [
                      "Failed",
                      "ReconcileFailed",
                      `MaaSModelRef not found: ${missing.map(({ ref }) => `${ref.namespace}/${ref.name}`).join(", ")}`,
                  ]
                : fault !== undefined
                  ? ["Pending", fault, "not active in this rehearsal"]
                  : waiting.length === 0
                    ? ["Active", "Reconciled", "successfully reconciled"]
                    : missing.length > 0
                      ? [
                            "Degraded",
                            "PartialFailure",
                            `MaaSModelRef not found: ${missing.map(({ ref }) => `${ref.namespace}/${ref.name}`).join(", ")}`,
                        ]
                      : [
                            "Pending",
                            "PoliciesNotReady",
                            `waiting for ${waiting.map(({ ref, reason: why }) => `${this.prefix}${ref.name} (${why})`).join(", ")}`,
                        ];
        await this.world.setStatus(object, {
            phase,
            ...this.statusOf(models),
            conditions: [
                {
                    ...ready(phase === "Active", reason!, message!),
                    observedGeneration: object.metadata.generation,
                } as ConditionSpec,
            ],
        });
    }

    /** Makes the generated policy of a model say what all remaining objects ask for. @returns it, when there is one */
    private async generate(model: ModelRef): Promise<KubeObject | undefined> {
        const backend = this.world.get(K.MaaSModelRef, model.namespace, model.name)?.spec?.modelRef as
            { kind: string; name: string } | undefined;
        const routeName = backend?.kind === "ExternalModel" ? backend.name : `${backend?.name ?? model.name}-kserve-route`;
        const route = this.world.get(K.HTTPRoute, model.namespace, routeName);
        const objects = this.world
            .all(this.kind)
            .filter(
                (object) =>
                    !object.metadata.deletionTimestamp &&
                    modelRefs(object).some((ref) => ref.name === model.name && ref.namespace === model.namespace),
            )
            .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
        const existing = this.world.get(this.generatedKind, model.namespace, `${this.prefix}${model.name}`);
        if (objects.length === 0) {
            if (existing && !existing.metadata.deletionTimestamp) {
                await this.world.delete(existing);
            }
            return undefined;
        }
        if (!route || !routeAccepted(route)) {
            return existing;
        }
        if (this.generatedKind === K.AuthPolicy && usesAiTenants(this.world)) {
            // One policy for the whole gateway, which asks the API for each model.
            const ref = this.world.get(K.MaaSModelRef, model.namespace, model.name);
            const tenant = (ref?.spec?.tenantRef as string | undefined) ?? MAAS_NAMESPACE;
            const policy = this.world.get(K.AuthPolicy, "openshift-ingress", gatewayPolicy(tenant));
            if (existing === undefined) {
                return policy;
            }
            if (hasTakenOver(policy) && !existing.metadata.deletionTimestamp) {
                await this.world.delete(existing);
            }
            return hasTakenOver(policy) ? policy : undefined;
        }
        const spec = this.policySpec(model, routeName, objects);
        if (existing) {
            return this.world.patch(existing, {
                spec: {
                    ...spec,
                    ...(existing.spec?.limits && {
                        limits: withoutOthers(existing.spec.limits as object, spec.limits as object),
                    }),
                },
            });
        }
        const at = this.generatedKind.lastIndexOf("/");
        return this.world.ensure({
            apiVersion: this.generatedKind.slice(0, at),
            kind: this.generatedKind.slice(at + 1),
            metadata: {
                name: `${this.prefix}${model.name}`,
                namespace: model.namespace,
                labels: {
                    "maas.opendatahub.io/model": model.name,
                    "maas.opendatahub.io/model-namespace": model.namespace,
                    "app.kubernetes.io/managed-by": "maas-controller",
                },
                ownerReferences: [ownerOf(route)],
            },
            spec,
        });
    }
}

/** How maas-controller's statuses name the acceptance of a generated policy. */
function acceptance(policy: KubeObject): string {
    const accepted = conditionOf(policy, "Accepted");
    return accepted === undefined ? "ConditionsNotFound" : accepted.status === "True" ? "Accepted" : "NotAccepted";
}

/** A merge patch that leaves only the entries of `wanted`. */
function withoutOthers(existing: object, wanted: object): object {
    return { ...Object.fromEntries(Object.keys(existing).map((key) => [key, null])), ...wanted };
}

export function target(route: string): object {
    return { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: route };
}

/** Quotas: one TokenRateLimitPolicy a model. Source: docs/sources/maas.md#subscriptions, #generated-policies. */
export class MaasSubscriptions extends Governance {
    readonly name = "maas-subscriptions";

    constructor(world: World) {
        super(world, K.MaaSSubscription, K.TokenRateLimitPolicy, "maas-trlp-", SUBSCRIPTION_FINALIZER);
    }

    protected policySpec(model: ModelRef, route: string, objects: readonly KubeObject[]): Record<string, unknown> {
        const limits = objects.map((object) => {
            const { name, namespace } = object.metadata;
            const ref = modelRefs(object).find(
                (candidate) => candidate.name === model.name && candidate.namespace === model.namespace,
            )!;
            const key = `${namespace}/${name}@${model.namespace}/${model.name}`;
            return [
                `${namespace}-${name}-${model.name}-tokens`,
                {
                    rates: (ref.tokenRateLimits ?? []).map(({ limit, window }) => ({ limit, window })),
                    when: [
                        {
                            predicate: `auth.identity.selected_subscription_key == "${key}" && !request.path.endsWith("/v1/models")`,
                        },
                    ],
                    counters: [{ expression: "auth.identity.userid" }],
                },
            ];
        });
        return { targetRef: target(route), limits: Object.fromEntries(limits) as object };
    }

    protected statusOf(models: readonly { ref: ModelRef; ready: boolean; reason: string }[]): Record<string, unknown> {
        return {
            tokenRateLimitStatuses: models.map(({ ref, ready: ok, reason }) => ({
                name: `maas-trlp-${ref.name}`,
                namespace: ref.namespace,
                model: ref.name,
                ready: ok,
                reason,
                message: "",
            })),
        };
    }
}
