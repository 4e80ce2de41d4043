import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { gatewaysOf, routeAccepted } from "../openshift/ingress";
import { K } from "../kind-names";
import { gatewayOfTenant, gatewayPolicy, isTenantNamespace, namespaceOfTenant, usesAiTenants } from "./maas-tenants";
import { MAAS_NAMESPACE, serves } from "../openshift-ai";
import {
    type ConditionSpec,
    conditionOf,
    type Controller,
    isTrue,
    itself,
    keyOf,
    ownerOf,
    type Pass,
    splitKey,
    type World,
} from "../world";

const MODEL_FINALIZER = "maas.opendatahub.io/model-cleanup";
const SUBSCRIPTION_FINALIZER = "maas.opendatahub.io/subscription-cleanup";
const AUTH_FINALIZER = "maas.opendatahub.io/authpolicy-cleanup";

interface ModelRef {
    readonly name: string;
    readonly namespace: string;
    readonly tokenRateLimits?: readonly { limit: number; window: string }[];
}

function modelRefs(object: KubeObject): ModelRef[] {
    return (object.spec?.modelRefs as ModelRef[] | undefined) ?? [];
}

function controllerRuns(world: World): boolean {
    return serves(world, "maas-controller");
}

/** The condition that all of maas-controller's kinds report. */
function ready(ok: boolean, reason: string, message: string): ConditionSpec {
    return { type: "Ready", status: ok ? "True" : "False", reason, message };
}

/** maas-controller: publishes models. Source: docs/sources/maas.md#published-models. */
export class ModelRefs implements Controller {
    readonly name = "maas-models";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const backed = (object: KubeObject): string[] =>
            world
                .inNamespace(K.MaaSModelRef, object.metadata.namespace!)
                .filter(
                    (ref) =>
                        ref.spec?.modelRef?.name === object.metadata.name ||
                        ref.spec?.modelRef?.name === object.metadata.labels?.["app.kubernetes.io/name"],
                )
                .map(keyOf);
        this.watches = {
            [K.MaaSModelRef]: itself,
            [K.LLMInferenceService]: backed,
            [K.ExternalModel]: backed,
            [K.InferenceExternalModel]: backed,
            // From 3.5 on a model is ready once it is governed.
            [K.MaaSSubscription]: (object) => modelRefs(object).map((ref) => `${ref.namespace}/${ref.name}`),
            [K.MaaSAuthPolicy]: (object) => modelRefs(object).map((ref) => `${ref.namespace}/${ref.name}`),
            [K.HTTPRoute]: backed,
            [K.Deployment]: (deployment) => (deployment.metadata.name === "maas-controller" ? world.keys(K.MaaSModelRef) : []),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const ref = this.world.get(K.MaaSModelRef, ...splitKey(key));
        if (!ref || !controllerRuns(this.world)) {
            return;
        }
        if (ref.metadata.deletionTimestamp) {
            if (pass.waited("release", duration("finalizer.release"))) {
                await deleteGenerated(this.world, ref.metadata.namespace!, ref.metadata.name);
                await this.world.unfinalize(ref, MODEL_FINALIZER);
            }
            return;
        }
        await this.world.finalize(ref, MODEL_FINALIZER);
        if (!pass.waited("reconcile", duration("maas.reconcile"))) {
            return;
        }
        const namespace = ref.metadata.namespace!;
        const { kind, name } = (ref.spec?.modelRef ?? {}) as { kind?: string; name?: string };
        const many = usesAiTenants(this.world);
        const tenant = (ref.spec?.tenantRef as string | undefined) ?? MAAS_NAMESPACE;
        const door = `openshift-ingress/${gatewayOfTenant(tenant)}`;
        const external =
            (many ? this.world.get(K.InferenceExternalModel, namespace, name ?? "") : undefined) ??
            this.world.get(K.ExternalModel, namespace, name ?? "");
        const backend = kind === "ExternalModel" ? external : this.world.get(K.LLMInferenceService, namespace, name ?? "");
        const route = this.world.get(K.HTTPRoute, namespace, kind === "ExternalModel" ? (name ?? "") : `${name}-kserve-route`);
        const fault = this.world.faults.notReady("MaaSModelRef", ref.metadata.name);
        const report = (phase: string, reason: string, message: string, more: object = {}): Promise<unknown> =>
            this.world.setStatus(ref, {
                phase,
                ...more,
                conditions: [
                    {
                        ...ready(phase === "Ready", reason, message),
                        observedGeneration: ref.metadata.generation,
                    } as ConditionSpec,
                ],
            });
        if (!backend) {
            await report("Failed", "BackendNotReady", `${kind} ${namespace}/${name} not found`);
        } else if (fault !== undefined) {
            await report("Pending", fault, "the model is not ready in this rehearsal");
        } else if (kind === "LLMInferenceService" && !isTrue(backend, "Ready")) {
            await report(
                "Pending",
                "BackendNotReady",
                `LLMInferenceService ${namespace}/${name} is not ready: ${conditionOf(backend, "Ready")?.message ?? ""}`,
            );
        } else if (!route || !gatewaysOf(route).includes(door)) {
            await report("Pending", "BackendNotReady", `HTTPRoute of ${namespace}/${name} does not reference gateway ${door}`);
        } else if (many && !this.governed(namespaceOfTenant(tenant), namespace, ref.metadata.name)) {
            await report("Pending", "GovernanceNotAttached", "no active MaaSSubscription and MaaSAuthPolicy name the model");
        } else {
            const gateway = this.world.get(K.Gateway, ...splitKey(door));
            const hostname = (gateway?.spec.listeners as { hostname?: string }[] | undefined)?.find(
                (listener) => listener.hostname !== undefined,
            )?.hostname;
            await report("Ready", "Reconciled", "successfully reconciled", {
                endpoint:
                    (ref.spec.endpointOverride as string | undefined) ??
                    `https://${hostname ?? "maas.invalid"}/${namespace}/${name}`,
                httpRouteName: route.metadata.name,
                httpRouteNamespace: namespace,
                httpRouteGatewayName: gatewayOfTenant(tenant),
                httpRouteGatewayNamespace: "openshift-ingress",
                ...(hostname !== undefined && { httpRouteHostnames: [hostname] }),
            });
        }
    }

    /** Whether an active subscription and an active authorization policy of the tenant name the model. */
    private governed(tenantNamespace: string, namespace: string, name: string): boolean {
        return [K.MaaSSubscription, K.MaaSAuthPolicy].every((kind) =>
            this.world
                .inNamespace(kind, tenantNamespace)
                .some(
                    (object) =>
                        object.status?.phase === "Active" &&
                        modelRefs(object).some((ref) => ref.namespace === namespace && ref.name === name),
                ),
        );
    }
}

async function deleteGenerated(world: World, namespace: string, model: string): Promise<void> {
    for (const [kind, name] of [
        [K.AuthPolicy, `maas-auth-${model}`],
        [K.TokenRateLimitPolicy, `maas-trlp-${model}`],
    ] as const) {
        const object = world.get(kind, namespace, name);
        if (object && !object.metadata.deletionTimestamp) {
            await world.delete(object);
        }
    }
}

/** Subscriptions and auth policies become one generated policy for each model; both kinds work alike. */
abstract class Governance implements Controller {
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
            return this.world.get(K.AuthPolicy, "openshift-ingress", gatewayPolicy(tenant));
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

function target(route: string): object {
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

/**
 * What the generated AuthPolicy of a model lets limits know of a caller, as `auth.identity`: from the API's answers about
 * the key and about its subscription. There is no tier among it. Source: docs/sources/maas.md#generated-policies; the
 * expressions are inferred.
 */
export function identityProperties(model: Pick<ModelRef, "name" | "namespace">): Record<string, { expression: string }> {
    const key = "auth.metadata.apiKeyValidation";
    const subscription = 'auth.metadata["subscription-info"]';
    return {
        userid: { expression: `${key}.username` },
        keyId: { expression: `${key}.keyId` },
        groups: { expression: `${key}.groups` },
        selected_subscription: { expression: `${subscription}.name` },
        selected_subscription_key: {
            expression: `${subscription}.namespace + "/" + ${subscription}.name + "@${model.namespace}/${model.name}"`,
        },
    };
}

/** Permissions: one AuthPolicy a model. Source: docs/sources/maas.md#authorization-policies, #generated-policies. */
export class MaasAuthPolicies extends Governance {
    readonly name = "maas-auth-policies";

    constructor(world: World) {
        super(world, K.MaaSAuthPolicy, K.AuthPolicy, "maas-auth-", AUTH_FINALIZER);
    }

    protected policySpec(model: ModelRef, route: string, objects: readonly KubeObject[]): Record<string, unknown> {
        const groups = [
            ...new Set(
                objects.flatMap((object) =>
                    ((object.spec?.subjects?.groups as { name: string }[] | undefined) ?? []).map(({ name }) => name),
                ),
            ),
        ];
        const users = [...new Set(objects.flatMap((object) => (object.spec?.subjects?.users as string[] | undefined) ?? []))];
        return {
            targetRef: target(route),
            rules: {
                authentication: { "api-keys": { plain: { selector: "request.headers.authorization" }, priority: 0 } },
                authorization: {
                    "require-group-membership": {
                        opa: {
                            rego: `allow { input.groups[_] == ${JSON.stringify(groups)}[_] }\nallow { input.user == ${JSON.stringify(users)}[_] }`,
                        },
                    },
                },
                response: { success: { filters: { identity: { json: { properties: identityProperties(model) } } } } },
            },
        };
    }

    protected statusOf(models: readonly { ref: ModelRef; ready: boolean; reason: string }[]): Record<string, unknown> {
        return {
            authPolicies: models.map(({ ref, ready: ok, reason }) => ({
                name: `maas-auth-${ref.name}`,
                namespace: ref.namespace,
                model: ref.name,
                modelNamespace: ref.namespace,
                ready: ok,
                reason,
                message: "",
            })),
        };
    }
}
