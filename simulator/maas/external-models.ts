import { duration } from "../durations";
import { K } from "../kind-names";
import { serves } from "../openshift-ai";
import { type Controller, type World, type Pass, splitKey, ownerOf, keyOf } from "../world";
import { watchesOf } from "../watches";
import { gatewayRef } from "./maas-tenants";
import { DEFAULT, gatewayOfTenant } from "./tenant-names";

/**
 * Makes the route by which a gateway leads to a model of providers elsewhere. Source:
 * docs/sources/maas.md#external-models.
 */
export class ExternalModels implements Controller {
    readonly name = "maas-external-models";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = {
            ...watchesOf(world, K.InferenceExternalModel, [K.ExternalProvider, K.Secret, K.Deployment]),
            // The route of a former ExternalModel of that name goes with it.
            [K.HTTPRoute]: (route, type) => (type === "DELETED" ? [keyOf(route)] : []),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const { world } = this;
        const model = world.get(K.InferenceExternalModel, ...splitKey(key));
        if (!model || model.metadata.deletionTimestamp || !serves(world, "maas-controller")) {
            return;
        }
        if (!pass.waited("reconcile", duration("operand.quick"))) {
            return;
        }
        const namespace = model.metadata.namespace!;
        const missing = (model.spec.externalProviderRefs as { ref: { name: string } }[]).flatMap(({ ref }) => {
            const provider = world.get(K.ExternalProvider, namespace, ref.name);
            if (!provider) {
                return [`ExternalProvider ${namespace}/${ref.name} not found`];
            }
            const secret = world.get(K.Secret, namespace, provider.spec.auth.secretRef.name as string);
            return "api-key" in ((secret?.data as object | undefined) ?? {})
                ? []
                : [`Secret ${namespace}/${provider.spec.auth.secretRef.name} with key api-key not found`];
        });
        const fault = world.faults.notReady("ExternalModel", model.metadata.name);
        if (missing.length > 0 || fault !== undefined) {
            const message = missing.join("; ");
            await world.setStatus(model, {
                phase: "Failed",
                conditions: [{ type: "Ready", status: "False", reason: fault ?? "ProviderNotFound", message }],
            });
            return;
        }
        await world.ensure({
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: { name: model.metadata.name, namespace, ownerReferences: [ownerOf(model)] },
            spec: {
                parentRefs: [gatewayRef(gatewayOfTenant(DEFAULT))],
                rules: [
                    {
                        matches: [{ path: { type: "PathPrefix", value: `/${keyOf(model)}` } }],
                        backendRefs: [{ group: "", kind: "Service", name: model.metadata.name, port: 443, weight: 1 }],
                    },
                ],
            },
        });
        await world.setStatus(model, {
            phase: "Ready",
            httpRouteName: model.metadata.name,
            conditions: [{ type: "Ready", status: "True", reason: "Reconciled", message: "" }],
        });
    }
}
