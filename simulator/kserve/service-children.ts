/** The objects that KServe makes for an LLMInferenceService. Source: docs/sources/llm-d.md#what-it-makes. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { base64, clusterAuthority, clusterCertificate } from "../certificates";
import type { World } from "../world";
import { childMeta, childName, labelsOf, workloadSelector } from "./child";
import { destinationRules, pickerService, pools, route, workloadHost, workloadService } from "./service-network";
import { pickerAccess, pickerDeployment } from "./service-picker";
import { put } from "./put";
import { makeWorkload, type Part } from "./service-workload";

/** Definitions that others bring; without them KServe leaves out what is of their kind. */
const DEFINITIONS: Readonly<Record<string, string>> = {
    "networking.istio.io/v1/DestinationRule": "destinationrules.networking.istio.io",
    "inference.networking.x-k8s.io/v1alpha2/InferencePool": "inferencepools.inference.networking.x-k8s.io",
};

/** Makes certificates, pods, Services, the endpoint picker with its pool, and the route to the gateways `refs`. */
export async function makeChildren(
    world: World,
    service: KubeObject,
    refs: readonly { name: string; namespace: string }[],
): Promise<void> {
    const { name } = service.metadata;
    const workload = "llminferenceservice-workload";
    const scheduled = service.spec.router?.scheduler !== undefined;
    const make = async (objects: readonly KubeObject[]): Promise<void> => {
        for (const object of objects) {
            const definition = DEFINITIONS[`${object.apiVersion}/${object.kind}`];
            if (definition === undefined || world.defined(definition)) {
                await put(world, service, object);
            }
        }
    };
    await world.ensure({
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/tls",
        metadata: {
            ...childMeta(service, "-kserve-self-signed-certs", labelsOf(service, workload)),
            annotations: { "certificates.kserve.io/expiration": "2034-11-26T00:00:00Z" },
        },
        data: { ...clusterCertificate(workloadHost(service)), "ca.crt": base64(clusterAuthority().cert) },
    });
    await makeWorkload(world, service, service.spec as Part, {
        name: childName(name, "-kserve"),
        group: childName(name, "-kserve-mn"),
        labels: {
            ...labelsOf(service, workload),
            ...workloadSelector(service),
            "llm-d.ai/role": service.spec.prefill === undefined ? "both" : "decode",
        },
        port: service.spec.prefill === undefined ? 8000 : 8001,
    });
    if (service.spec.prefill !== undefined) {
        await makeWorkload(world, service, service.spec.prefill as Part, {
            name: childName(name, "-kserve-prefill"),
            group: childName(name, "-kserve-mn-prefill"),
            labels: {
                ...labelsOf(service, `${workload}-prefill`),
                ...workloadSelector(service),
                "llm-d.ai/role": "prefill",
            },
            port: 8000,
        });
    }
    await make([workloadService(service)]);
    if (scheduled) {
        await make([...pickerAccess(world, service), pickerDeployment(service), pickerService(service), ...pools(service)]);
    }
    await make([route(service, refs, scheduled), ...destinationRules(service).filter((_, i) => scheduled || i === 2)]);
}
