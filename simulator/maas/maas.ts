import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { gatewaysOf } from "../openshift/http-routes";
import { K } from "../kind-names";
import { namespaceOfTenant, usesAiTenants } from "./maas-tenants";
import { gatewayOfTenant } from "./tenant-names";
import { MAAS_NAMESPACE } from "../openshift-ai";
import {
    type ConditionSpec,
    conditionOf,
    type Controller,
    isTrue,
    itself,
    keyOf,
    type Pass,
    splitKey,
    type World,
} from "../world";
import { deleteGenerated } from "./generated";
import { modelRefs, controllerRuns, ready } from "./generated";

const MODEL_FINALIZER = "maas.opendatahub.io/model-cleanup";
/**
 * maas-controller: publishes models. Source: docs/sources/maas.md#published-models;
 * opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/maasmodelref_controller.go.
 */
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
        const gatewayKey = `openshift-ingress/${gatewayOfTenant(tenant)}`;
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
        } else if (!route || !gatewaysOf(route).includes(gatewayKey)) {
            await report(
                "Pending",
                "BackendNotReady",
                `HTTPRoute of ${namespace}/${name} does not reference gateway ${gatewayKey}`,
            );
        } else if (many && !this.governed(namespaceOfTenant(tenant), namespace, ref.metadata.name)) {
            await report("Pending", "GovernanceNotAttached", "no active MaaSSubscription and MaaSAuthPolicy name the model");
        } else {
            const gateway = this.world.get(K.Gateway, ...splitKey(gatewayKey));
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
