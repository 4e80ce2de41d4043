import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { MAAS_NAMESPACE } from "../openshift-ai";
import { type ConditionSpec, type Controller, itself, keyOf, type Pass, splitKey, type World } from "../world";
import { controllerRuns, modelRefs, type ModelRef, ready } from "./generated";
import { isTenantNamespace, usesAiTenants } from "./maas-tenants";

/** The result of a look at an object: its phase, the reason, and the fields of its status. */
export interface Verdict {
    readonly phase: "Active" | "Degraded" | "Failed" | "Pending";
    readonly message: string;
    readonly status: Record<string, unknown>;
}

const REASONS = { Active: "Reconciled", Degraded: "PartialFailure", Failed: "ReconcileFailed", Pending: "Unknown" } as const;

/**
 * The common part of maas-controller for subscriptions and authorization policies: objects of one kind become one generated policy for
 * each model that they name.
 *
 * A change of a generated policy makes it look at **one** of the objects that name the model, whichever its cache lists first: the
 * others keep what they found before. The world's random numbers say which.
 *
 * Source: opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/maasauthpolicy_controller.go,
 * opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/maassubscription_controller.go.
 */
export abstract class Governance implements Controller {
    abstract readonly name: string;
    readonly watches: Controller["watches"];
    /** The generation, and whether it is being deleted, of each object when it was last heard of. */
    private readonly heard = new Map<string, string>();

    protected constructor(
        protected readonly world: World,
        private readonly kind: string,
        protected readonly generatedKind: string,
        protected readonly prefix: string,
        private readonly finalizer: string,
    ) {
        const naming = (namespace: string, model: string): string[] => this.naming({ namespace, name: model }).map(keyOf);
        const inNamespace = (namespace: string): string[] => [
            ...new Set(world.inNamespace(K.MaaSModelRef, namespace).flatMap((ref) => naming(namespace, ref.metadata.name))),
        ];
        this.watches = {
            [kind]: (object) => (this.isNews(object) ? itself(object) : []),
            [K.MaaSModelRef]: (ref) => naming(ref.metadata.namespace!, ref.metadata.name),
            [generatedKind]: (policy) => {
                const { labels = {}, namespace = "" } = policy.metadata;
                if (usesAiTenants(world) && generatedKind === K.AuthPolicy) {
                    return namespace === "openshift-ingress" ? world.keys(kind) : [];
                }
                const model = labels["maas.opendatahub.io/model"];
                return model === undefined ? [] : this.oneOf(naming(namespace, model));
            },
            [K.HTTPRoute]: (route) => inNamespace(route.metadata.namespace!),
            [K.Deployment]: (deployment) => (deployment.metadata.name === "maas-controller" ? world.keys(kind) : []),
        };
    }

    /** Makes the generated policies of the models that the object names, and returns the verdict. */
    protected abstract look(object: KubeObject): Promise<Verdict>;
    /** Updates the generated policy of a model when an object that named it goes. */
    protected abstract release(model: ModelRef): Promise<void>;

    /** Runs at the end of an object's deletion. */
    protected async released(_object: KubeObject): Promise<void> {
        // Most leave nothing else.
    }

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
                    await this.release(ref);
                }
                await this.released(object);
                await this.world.unfinalize(object, this.finalizer);
            }
            return;
        }
        await this.world.finalize(object, this.finalizer);
        if (!pass.waited("reconcile", duration("maas.reconcile"))) {
            return;
        }
        const { phase, message, status } = await this.look(object);
        const fault = this.world.faults.notReady(object.kind, object.metadata.name);
        await this.world.setStatus(object, {
            ...status,
            phase: fault === undefined ? phase : "Failed",
            conditions: [
                {
                    ...ready(
                        phase === "Active" && fault === undefined,
                        fault ?? REASONS[phase],
                        fault === undefined ? message : "not active in this rehearsal",
                    ),
                    observedGeneration: object.metadata.generation,
                } as ConditionSpec,
            ],
        });
    }

    /** The objects that name a model and stay, by name. */
    protected naming(model: ModelRef): KubeObject[] {
        return this.world
            .all(this.kind)
            .filter(
                (object) =>
                    !object.metadata.deletionTimestamp &&
                    modelRefs(object).some((ref) => ref.namespace === model.namespace && ref.name === model.name),
            )
            .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    }

    /** The policy that is generated for a model. */
    protected generated(model: ModelRef): KubeObject | undefined {
        return this.world.get(this.generatedKind, model.namespace, `${this.prefix}${model.name}`);
    }

    /** The MaaSModelRef of a model, unless it is going. */
    protected published(model: ModelRef): KubeObject | undefined {
        const known = this.world.get(K.MaaSModelRef, model.namespace, model.name);
        return known?.metadata.deletionTimestamp ? undefined : known;
    }

    /** The route of a model. */
    protected route(model: ModelRef): KubeObject | undefined {
        const backend = this.published(model)?.spec?.modelRef as { kind: string; name: string } | undefined;
        return (
            backend &&
            this.world.get(
                K.HTTPRoute,
                model.namespace,
                backend.kind === "ExternalModel" ? backend.name : `${backend.name}-kserve-route`,
            )
        );
    }

    protected async removeGenerated(model: ModelRef): Promise<void> {
        const policy = this.generated(model);
        if (policy && !policy.metadata.deletionTimestamp) {
            await this.world.delete(policy);
        }
    }

    /** Makes the generated policy of a model say this. Labels and annotations of others stay. */
    protected async write(model: ModelRef, metadata: Partial<KubeObject["metadata"]>, spec: object): Promise<void> {
        const existing = this.generated(model);
        if (existing) {
            const { limits } = spec as { limits?: object };
            await this.world.patch(existing, {
                metadata,
                spec: { ...spec, ...(limits && { limits: withoutOthers((existing.spec?.limits ?? {}) as object, limits) }) },
            });
            return;
        }
        const at = this.generatedKind.lastIndexOf("/");
        await this.world.ensure({
            apiVersion: this.generatedKind.slice(0, at),
            kind: this.generatedKind.slice(at + 1),
            metadata: { ...metadata, name: `${this.prefix}${model.name}`, namespace: model.namespace },
            spec,
        });
    }

    private isNews(object: KubeObject): boolean {
        const { uid, generation, deletionTimestamp } = object.metadata;
        const state = `${generation ?? ""} ${deletionTimestamp === undefined ? "stays" : "goes"}`;
        const known = this.heard.get(uid!);
        this.heard.set(uid!, state);
        return known !== state;
    }

    private oneOf(keys: readonly string[]): string[] {
        return keys.length === 0 ? [] : [keys[Math.floor(this.world.random() * keys.length)]!];
    }
}

/** A merge patch that leaves only the entries of `wanted`. */
function withoutOthers(existing: object, wanted: object): object {
    return { ...Object.fromEntries(Object.keys(existing).map((key) => [key, null])), ...wanted };
}

/** The labels of a policy that is generated for a model. */
export function generatedLabels({ name }: ModelRef, partOf: string, component: string): Record<string, string> {
    return {
        "maas.opendatahub.io/model": name,
        "app.kubernetes.io/managed-by": "maas-controller",
        "app.kubernetes.io/part-of": partOf,
        "app.kubernetes.io/component": component,
    };
}

export function target(route: KubeObject): object {
    return { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: route.metadata.name };
}
