import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { type ConditionSpec, conditionOf, type Controller, isTrue, ownerOf, type World } from "../world";
import { type ModelRef, modelRefs } from "./generated";
import { generatedLabels, Governance, target, type Verdict } from "./governance";

export const SUBSCRIPTION_FINALIZER = "maas.opendatahub.io/subscription-cleanup";

/**
 * Quotas: one TokenRateLimitPolicy a model. Source:
 * opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/maassubscription_controller.go.
 */
export class MaasSubscriptions extends Governance {
    readonly name = "maas-subscriptions";

    constructor(world: World) {
        super(world, K.MaaSSubscription, K.TokenRateLimitPolicy, "maas-trlp-", SUBSCRIPTION_FINALIZER);
    }

    protected async look(object: KubeObject): Promise<Verdict> {
        const refs = modelRefs(object);
        for (const ref of refs) {
            await this.generate(ref);
        }
        const models = refs.map((ref) => {
            const found = this.published(ref);
            return {
                name: ref.name,
                namespace: ref.namespace,
                ready: found !== undefined,
                reason: found ? "Valid" : "NotFound",
                ...(!found && { message: `MaaSModelRef ${ref.namespace}/${ref.name} not found` }),
            };
        });
        const limits = refs.map((ref) => ({
            name: `${this.prefix}${ref.name}`,
            namespace: ref.namespace,
            model: ref.name,
            ...this.health(ref),
        }));
        const unavailable = limits.filter(({ reason }) => reason === "BackendNotReady").length;
        const unhealthy = limits.filter((limit) => !limit.ready).length;
        const [phase, message] =
            unavailable === refs.length
                ? (["Failed", `all ${refs.length} model references are invalid or unavailable`] as const)
                : unavailable > 0
                  ? (["Degraded", `${unavailable} of ${refs.length} model references are invalid or unavailable`] as const)
                  : unhealthy > 0
                    ? (["Degraded", `${unhealthy} of ${refs.length} TokenRateLimitPolicies not accepted`] as const)
                    : (["Active", "successfully reconciled"] as const);
        return { phase, message, status: { modelRefStatuses: models, tokenRateLimitStatuses: limits } };
    }

    /** The others' limits stay in force while one goes. */
    protected async release(model: ModelRef): Promise<void> {
        await this.generate(model);
    }

    private health(model: ModelRef): { ready: boolean; reason: string; message?: string } {
        if (!this.route(model)) {
            const message = `HTTPRoute not found yet; TokenRateLimitPolicy cannot be created: ${model.namespace}/${model.name}`;
            return { ready: false, reason: "BackendNotReady", message };
        }
        const policy = this.generated(model);
        if (!policy) {
            return { ready: false, reason: "NotFound", message: "TokenRateLimitPolicy not created yet" };
        }
        return isTrue(policy, "Accepted")
            ? { ready: true, reason: "Accepted" }
            : {
                  ready: false,
                  reason: "NotAccepted",
                  message: policy.status
                      ? (conditionOf(policy, "Accepted")?.message ?? "conditions not found")
                      : "status not available",
              };
    }

    private async generate(model: ModelRef): Promise<void> {
        const route = this.route(model);
        const objects = this.naming(model);
        if (objects.length === 0 || !this.published(model)) {
            await this.removeGenerated(model);
        } else if (route) {
            await this.write(
                model,
                {
                    labels: {
                        ...generatedLabels(model, "maas-subscription", "token-rate-limit-policy"),
                        "maas.opendatahub.io/model-namespace": model.namespace,
                    },
                    annotations: { "maas.opendatahub.io/subscriptions": objects.map(({ metadata }) => metadata.name).join(",") },
                    ownerReferences: [ownerOf(route)],
                },
                { targetRef: target(route), limits: Object.fromEntries(objects.map((object) => limitOf(object, model))) },
            );
        }
    }
}

function limitOf({ metadata: { name, namespace }, ...object }: KubeObject, model: ModelRef): [string, object] {
    const { tokenRateLimits = [] } = modelRefs({ metadata: { name }, ...object } as KubeObject).find(
        (ref) => ref.name === model.name && ref.namespace === model.namespace,
    )!;
    const key = `${namespace}/${name}@${model.namespace}/${model.name}`;
    return [
        `${namespace}-${name}-${model.name}-tokens`,
        {
            rates: tokenRateLimits.map(({ limit, window }) => ({ limit, window })),
            when: [{ predicate: `auth.identity.selected_subscription_key == "${key}" && !request.path.endsWith("/v1/models")` }],
            counters: [{ expression: "auth.identity.userid" }],
        },
    ];
}

/**
 * Marks subscriptions that share their priority, whenever one comes, goes or changes its priority. Source:
 * opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/maassubscription_controller.go.
 */
export class SubscriptionPriorities implements Controller {
    readonly name = "maas-subscription-priorities";
    readonly watches: Controller["watches"];
    private readonly known = new Map<string, unknown>();

    constructor(private readonly world: World) {
        this.watches = {
            [K.MaaSSubscription]: ({ metadata, spec }, type) => {
                const uid = metadata.uid!;
                const changed = type === "DELETED" || !this.known.has(uid) || this.known.get(uid) !== spec?.priority;
                this.known.set(uid, spec?.priority);
                return changed ? ["scan/"] : [];
            },
        };
    }

    async reconcile(): Promise<void> {
        const live = this.world.all(K.MaaSSubscription).filter(({ metadata }) => !metadata.deletionTimestamp);
        for (const subscription of live) {
            const peers = live
                .filter((other) => other !== subscription && other.spec?.priority === subscription.spec?.priority)
                .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
                .sort();
            const condition: ConditionSpec =
                peers.length === 0
                    ? { type: "SpecPriorityDuplicate", status: "False", reason: "NoDuplicatePeers" }
                    : {
                          type: "SpecPriorityDuplicate",
                          status: "True",
                          reason: "SharedPriority",
                          message: `spec.priority ${subscription.spec?.priority ?? 0} is shared with: ${peers.join(", ")}`,
                      };
            await this.world.setStatus(subscription, {
                conditions: [{ ...condition, observedGeneration: subscription.metadata.generation } as ConditionSpec],
            });
        }
    }
}
