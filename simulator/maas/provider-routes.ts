import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";
import { controllerRuns } from "./generated";
import { gatewayRef } from "./maas-tenants";
import { DEFAULT, gatewayOfTenant } from "./tenant-names";

const SERVICE_ENTRY = "networking.istio.io/v1/ServiceEntry";
const DESTINATION_RULE = "networking.istio.io/v1/DestinationRule";

/**
 * Leads to models of one provider elsewhere, up to 3.4. It writes no status: what becomes Ready is the MaaSModelRef. Source:
 * opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/reconciler/externalmodel/reconciler.go.
 */
export class ProviderRoutes implements Controller {
    readonly name = "maas-provider-routes";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const ours = (): string[] => [];
        this.watches = {
            [K.ExternalModel]: itself,
            [K.Deployment]: (deployment) => (deployment.metadata.name === "maas-controller" ? world.keys(K.ExternalModel) : []),
            [K.Service]: ours,
            [K.HTTPRoute]: ours,
            [SERVICE_ENTRY]: ours,
            [DESTINATION_RULE]: ours,
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const { world } = this;
        const model = world.get(K.ExternalModel, ...splitKey(key));
        if (
            !model ||
            model.metadata.deletionTimestamp ||
            !controllerRuns(world) ||
            world.faults.notReady("ExternalModel", model.metadata.name) !== undefined ||
            !pass.waited("reconcile", duration("operand.quick"))
        ) {
            return;
        }
        const { name, namespace, annotations = {} } = model.metadata;
        const metadata = {
            name,
            namespace: namespace!,
            labels: {
                "app.kubernetes.io/managed-by": "maas-external-model-reconciler",
                "maas.opendatahub.io/external-model": name,
            },
            ownerReferences: [ownerOf(model)],
        };
        const tls = annotations["maas.opendatahub.io/tls"] !== "false";
        const port = Number(annotations["maas.opendatahub.io/port"] ?? 443);
        const { endpoint, targetModel } = model.spec as { endpoint: string; targetModel: string };
        await world.ensure({
            apiVersion: "v1",
            kind: "Service",
            metadata,
            spec: { type: "ExternalName", externalName: endpoint, ports: [{ port, protocol: "TCP" }] },
        });
        await world.ensure({
            apiVersion: "networking.istio.io/v1",
            kind: "ServiceEntry",
            metadata,
            spec: {
                hosts: [endpoint],
                location: "MESH_EXTERNAL",
                resolution: "DNS",
                ports: [{ number: port, name: tls ? "https" : "http", protocol: tls ? "HTTPS" : "HTTP" }],
            },
        });
        if (tls) {
            await world.ensure({
                apiVersion: "networking.istio.io/v1",
                kind: "DestinationRule",
                metadata,
                spec: { host: endpoint, trafficPolicy: { tls: { mode: "SIMPLE" } } },
            });
        }
        const rule = (match: object): object => ({
            matches: [match],
            filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "Host", value: endpoint }] } }],
            backendRefs: [{ group: "", kind: "Service", name, port, weight: 1 }],
            timeouts: { request: "300s" },
        });
        await world.ensure({
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata,
            spec: {
                parentRefs: [gatewayRef(gatewayOfTenant(DEFAULT))],
                rules: [
                    rule({ path: { type: "PathPrefix", value: `/${keyOf(model)}` } }),
                    rule({ headers: [{ type: "Exact", name: "X-Gateway-Model-Name", value: targetModel }] }),
                ],
            },
        });
    }
}
