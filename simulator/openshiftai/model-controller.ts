import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { serves } from "../openshift-ai";
import { type Controller, keyOf, ownerOf, splitKey, type World } from "../world";

const BOOTSTRAP = "security.opendatahub.io/authorino-tls-bootstrap";

/**
 * odh-model-controller: TLS from an annotated Gateway to Authorino, and who may call. Source:
 * red-hat-data-services/odh-model-controller@rhoai-3.4:internal/controller/serving/llm/gateway_controller.go.
 */
export class ModelController implements Controller {
    readonly name = "odh-model-controller";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const annotated = (): string[] =>
            world
                .all(K.Gateway)
                .filter((gateway) => gateway.metadata.annotations?.[BOOTSTRAP] === "true")
                .map(keyOf);
        this.watches = {
            [K.Gateway]: (gateway) => (gateway.metadata.annotations?.[BOOTSTRAP] === "true" ? [keyOf(gateway)] : []),
            // A restart of the controller looks at all gateways; a change of Authorino does not.
            [K.Deployment]: (deployment) => (deployment.metadata.name === "odh-model-controller" ? annotated() : []),
            [K.LLMInferenceService]: annotated,
            "networking.istio.io/v1alpha3/EnvoyFilter": () => [],
        };
    }

    async reconcile(key: string): Promise<void> {
        const gateway = this.world.get(K.Gateway, ...splitKey(key));
        const authorino = this.world.all(K.Authorino)[0];
        if (!gateway || gateway.metadata.deletionTimestamp || !serves(this.world, "odh-model-controller")) {
            return;
        }
        if (!isUnmanaged(gateway) && this.world.defined("authpolicies.kuadrant.io")) {
            await this.world.ensure(authentication(gateway));
        }
        if (authorino?.spec?.listener?.tls?.enabled !== true) {
            return;
        }
        const { name, namespace } = gateway.metadata;
        await this.world.ensure({
            apiVersion: "networking.istio.io/v1alpha3",
            kind: "EnvoyFilter",
            metadata: { name: `${name}-authn-ssl`, namespace: namespace!, ownerReferences: [ownerOf(gateway)] },
            spec: {
                priority: -1,
                targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name }],
                configPatches: [
                    {
                        applyTo: "CLUSTER",
                        patch: {
                            operation: "ADD",
                            value: {
                                name: "kuadrant-auth-service",
                                type: "STRICT_DNS",
                                connect_timeout: "1s",
                                dns_lookup_family: "V4_ONLY",
                            },
                        },
                    },
                ],
            },
        });
    }
}

/** Whether the gateway opts out of a policy of this controller. */
function isUnmanaged({ metadata }: KubeObject): boolean {
    return [metadata.labels, metadata.annotations].some((map) => map?.["opendatahub.io/managed"] === "false");
}

/**
 * The callers of models on a gateway that does not opt out: whoever may read their service. Source:
 * docs/sources/gateways.md#gateway-of-llm-d.
 */
function authentication(gateway: KubeObject): KubeObject {
    const { name, namespace } = gateway.metadata;
    return {
        apiVersion: "kuadrant.io/v1",
        kind: "AuthPolicy",
        metadata: { name: `${name}-authn`, namespace: namespace!, ownerReferences: [ownerOf(gateway)] },
        spec: {
            targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name },
            rules: {
                authentication: {
                    kubernetes: { kubernetesTokenReview: { audiences: ["https://kubernetes.default.svc"] } },
                },
                authorization: {
                    access: {
                        kubernetesSubjectAccessReview: {
                            user: { expression: "auth.identity.user.username" },
                            resourceAttributes: {
                                group: { value: "serving.kserve.io" },
                                resource: { value: "llminferenceservices" },
                                verb: { value: "get" },
                                namespace: { expression: 'request.path.split("/")[1]' },
                                name: { expression: 'request.path.split("/")[2]' },
                            },
                        },
                    },
                },
            },
        },
    };
}
