/**
 * The network of a service: Services, pools, route, and the TLS by which the gateway connects to them.
 * Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/router.go, config/llmisvcconfig/config-llm-router-route.yaml.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { childMeta, childName, labelsOf, pickerLabels, workloadSelector } from "./child";

const GATEWAY_API = "gateway.networking.k8s.io";
const INFERENCE = "inference.networking.k8s.io";
const WORKLOAD = "llminferenceservice-workload";
const WORKLOAD_SERVICE = "-kserve-workload-svc";

/** The name in the cluster of one of the Services. */
const hostOf = (service: KubeObject, child: string): string => `${child}.${service.metadata.namespace}.svc.cluster.local`;

/** The name in the cluster of the Service of the pods. */
export function workloadHost(service: KubeObject): string {
    return hostOf(service, childName(service.metadata.name, WORKLOAD_SERVICE));
}

/** The Service of the pods. */
export function workloadService(service: KubeObject): KubeObject {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: childMeta(service, WORKLOAD_SERVICE, labelsOf(service, WORKLOAD)),
        spec: {
            selector: workloadSelector(service),
            ports: [{ name: "https", port: 8000, protocol: "TCP", targetPort: 8000, appProtocol: "https" }],
        },
    };
}

/** The Service of the endpoint picker. */
export function pickerService(service: KubeObject): KubeObject {
    const ports: readonly (readonly [string, number])[] = [
        ["grpc", 9002],
        ["grpc-health", 9003],
        ["metrics", 9090],
        ["zmq", 5557],
    ];
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: childMeta(service, "-epp-service", pickerLabels(service)),
        spec: {
            selector: pickerLabels(service),
            ports: ports.map(([name, port]) => ({ name, port, protocol: "TCP", targetPort: name })),
        },
    };
}

/** The pool of the pods, in both versions of its kind. */
export function pools(service: KubeObject): KubeObject[] {
    const metadata = childMeta(service, "-inference-pool", pickerLabels(service));
    const picker = {
        group: "",
        kind: "Service",
        name: childName(service.metadata.name, "-epp-service"),
        failureMode: "FailOpen",
    };
    return [
        {
            apiVersion: `${INFERENCE}/v1`,
            kind: "InferencePool",
            metadata,
            spec: {
                selector: { matchLabels: workloadSelector(service) },
                targetPorts: [{ number: 8000 }],
                endpointPickerRef: { ...picker, port: { number: 9002 } },
            },
        },
        {
            apiVersion: "inference.networking.x-k8s.io/v1alpha2",
            kind: "InferencePool",
            metadata,
            spec: {
                selector: workloadSelector(service),
                targetPortNumber: 8000,
                extensionRef: { ...picker, portNumber: 9002 },
            },
        },
    ];
}

/** The route to the pool, or to the pods themselves where no scheduler picks. */
export function route(service: KubeObject, refs: readonly { name: string; namespace: string }[], scheduled: boolean): KubeObject {
    const { name, namespace = "" } = service.metadata;
    const rule = (path: string, rewritten: string, backend: object): object => ({
        matches: [{ path: { type: "PathPrefix", value: `/${namespace}/${name}${path}` } }],
        filters: [{ type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: rewritten } } }],
        backendRefs: [{ ...backend, port: 8000, weight: 1 }],
        timeouts: { backendRequest: "0s", request: "0s" },
    });
    const pool = { group: INFERENCE, kind: "InferencePool", name: childName(name, "-inference-pool") };
    const pods = { group: "", kind: "Service", name: childName(name, WORKLOAD_SERVICE) };
    const paths = scheduled ? ["/v1/completions", "/v1/chat/completions", "/v1/responses"] : [];
    return {
        apiVersion: `${GATEWAY_API}/v1`,
        kind: "HTTPRoute",
        metadata: {
            ...childMeta(service, "-kserve-route", labelsOf(service, "llminferenceservice-router")),
            // Begun with the pool's older group, and moved once a gateway has refused that.
            ...(scheduled && { annotations: { "serving.kserve.io/inference-pool-migrated": "v1" } }),
        },
        spec: {
            parentRefs: refs.map((ref) => ({ group: GATEWAY_API, kind: "Gateway", ...ref })),
            rules: [...paths.map((path) => rule(path, path, pool)), rule("", "/", pods)],
        },
    };
}

/** The TLS settings of the gateway towards the picker, the pool's own Service and that of the pods. */
export function destinationRules(service: KubeObject): KubeObject[] {
    const { name } = service.metadata;
    const pods = workloadHost(service);
    const picker = hostOf(service, childName(name, "-epp-service"));
    const destination = (suffix: string, labels: Record<string, string>, to: string, tls: object): KubeObject => ({
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata: childMeta(service, suffix, { ...labels, "llm-d.ai/managed": "true" }),
        spec: { exportTo: ["*"], host: to, trafficPolicy: { tls: { mode: "SIMPLE", ...tls } } },
    });
    // Istio makes the Service of a pool; the digits stand for its hash.
    const shadow = hostOf(service, `${childName(name, "-inference-pool")}-ip-1234abcd`);
    return [
        destination("-kserve-scheduler", pickerLabels(service), picker, { insecureSkipVerify: true, sni: picker }),
        destination("-kserve-shadow-svc", labelsOf(service, "llminferenceservice-shadow-service"), shadow, {
            insecureSkipVerify: true,
            sni: pods,
        }),
        destination(WORKLOAD_SERVICE, labelsOf(service, WORKLOAD), pods, {
            insecureSkipVerify: false,
            caCertificates: "/var/run/secrets/kubernetes.io/serviceaccount/service-ca.crt",
            sni: pods,
        }),
    ];
}
