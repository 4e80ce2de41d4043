/** What KServe makes for an LLMInferenceService besides its pods. Source: docs/sources/llm-d.md#what-it-makes. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { ownerOf, type World } from "../world";
import { makeWorkload, type Part } from "./service-workload";

/** Makes certificates, pods, Services, the endpoint picker with its pool, and the route to the gateways `refs`. */
export async function makeChildren(
    world: World,
    service: KubeObject,
    refs: readonly { name: string; namespace: string }[],
): Promise<void> {
    const { name, namespace = "" } = service.metadata;
    const labels = (component: string): Record<string, string> => ({
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": "llminferenceservice",
        "app.kubernetes.io/component": component,
    });
    const workload = {
        ...labels("llminferenceservice-workload"),
        "kserve.io/component": "workload",
    };
    const picker = labels("llminferenceservice-router-scheduler");
    const meta = (child: string, own: Record<string, string>): KubeObject["metadata"] => ({
        name: child,
        namespace,
        labels: own,
        ownerReferences: [ownerOf(service)],
    });
    await world.ensure({
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/tls",
        metadata: meta(`${name}-kserve-self-signed-certs`, labels("llminferenceservice")),
        data: {
            "tls.crt": Buffer.from("rehearsal").toString("base64"),
            "tls.key": Buffer.from("rehearsal").toString("base64"),
        },
    });
    await makeWorkload(world, service, service.spec as Part, {
        name: `${name}-kserve`,
        group: `${name}-kserve-mn`,
        labels: { ...workload, "llm-d.ai/role": service.spec.prefill === undefined ? "both" : "decode" },
    });
    if (service.spec.prefill !== undefined) {
        await makeWorkload(world, service, service.spec.prefill as Part, {
            name: `${name}-kserve-prefill`,
            group: `${name}-kserve-mn-prefill`,
            labels: {
                ...labels("llminferenceservice-workload-prefill"),
                "kserve.io/component": "workload",
                "llm-d.ai/role": "prefill",
            },
        });
    }
    const service8000 = (
        child: string,
        selector: Record<string, string>,
        ports: readonly (readonly [string, number])[],
    ): KubeObject => ({
        apiVersion: "v1",
        kind: "Service",
        metadata: meta(child, labels("llminferenceservice")),
        spec: {
            selector,
            ports: ports.map(([port, number]) => ({ name: port, port: number, targetPort: number, protocol: "TCP" })),
        },
    });
    await world.ensure(service8000(`${name}-kserve-workload-svc`, workload, [["https", 8000]]));
    // Without a scheduler the route leads to the copies themselves.
    const scheduled = service.spec.router?.scheduler !== undefined;
    if (scheduled) {
        await world.ensure({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: meta(`${name}-kserve-router-scheduler`, picker),
            spec: {
                replicas: 1,
                selector: { matchLabels: picker },
                strategy: { type: "Recreate" },
                template: {
                    metadata: { labels: picker },
                    spec: {
                        containers: [{ name: "main", image: "registry.redhat.io/rhaii/llm-d-inference-scheduler-rhel9" }],
                    },
                },
            },
        });
        await world.ensure(
            service8000(`${name}-epp-service`, picker, [
                ["grpc", 9002],
                ["grpc-health", 9003],
                ["metrics", 9090],
                ["zmq", 5557],
            ]),
        );
        await world.ensure({
            apiVersion: "inference.networking.k8s.io/v1",
            kind: "InferencePool",
            metadata: meta(`${name}-inference-pool`, labels("llminferenceservice")),
            spec: {
                selector: { matchLabels: workload },
                targetPorts: [{ number: 8000 }],
                endpointPickerRef: {
                    name: `${name}-epp-service`,
                    kind: "Service",
                    port: { number: 9002 },
                    failureMode: "FailOpen",
                },
            },
        });
    }
    const path = (suffix: string): object => ({ path: { type: "PathPrefix", value: `/${namespace}/${name}${suffix}` } });
    await world.ensure({
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: meta(`${name}-kserve-route`, labels("llminferenceservice-router")),
        spec: {
            parentRefs: refs.map((ref) => ({ group: "gateway.networking.k8s.io", kind: "Gateway", ...ref })),
            rules: [
                ...(scheduled
                    ? [
                          {
                              matches: [path("/v1/completions"), path("/v1/chat/completions"), path("/v1/responses")],
                              backendRefs: [
                                  {
                                      group: "inference.networking.k8s.io",
                                      kind: "InferencePool",
                                      name: `${name}-inference-pool`,
                                      port: 8000,
                                      weight: 1,
                                  },
                              ],
                          },
                      ]
                    : []),
                {
                    matches: [path("")],
                    backendRefs: [{ group: "", kind: "Service", name: `${name}-kserve-workload-svc`, port: 8000, weight: 1 }],
                },
            ],
        },
    });
}
