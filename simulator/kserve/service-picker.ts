/**
 * The endpoint picker of a service, its account and its rights.
 * Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/scheduler.go, config/llmisvcconfig/config-llm-scheduler.yaml.
 */
import { stringify } from "yaml";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { type World } from "../world";
import { childMeta, childName, pickerLabels } from "./child";
import { certificates, RESTRICTED, withModel } from "./service-files";

const READ = ["get", "list", "watch"];
const RULES = [
    { apiGroups: [""], resources: ["pods"], verbs: READ },
    {
        apiGroups: ["inference.networking.k8s.io", "inference.networking.x-k8s.io"],
        resources: ["inferencepools", "inferenceobjectives", "inferencemodels"],
        verbs: READ,
    },
    {
        apiGroups: ["inference.networking.x-k8s.io"],
        resources: ["inferencemodelrewrites", "inferencepoolimports"],
        verbs: READ,
    },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: [...READ, "create", "update", "patch", "delete"] },
];

/** The account of the picker, with the credentials of the pods' own, and what it may do. */
export function pickerAccess(world: World, service: KubeObject): KubeObject[] {
    const { name, namespace = "" } = service.metadata;
    const labels = pickerLabels(service);
    const main = service.spec.template?.serviceAccountName as string | undefined;
    const { secrets, imagePullSecrets } = (main === undefined ? {} : (world.get(K.ServiceAccount, namespace, main) ?? {})) as {
        secrets?: object[];
        imagePullSecrets?: object[];
    };
    const account = childName(name, "-epp-sa");
    const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
    const rbac = "rbac.authorization.k8s.io";
    return [
        {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: childMeta(service, "-epp-sa", labels),
            ...(secrets !== undefined && { secrets }),
            ...(imagePullSecrets !== undefined && { imagePullSecrets }),
        },
        { apiVersion: `${rbac}/v1`, kind: "Role", metadata: childMeta(service, "-epp-role", labels), rules: RULES },
        {
            apiVersion: `${rbac}/v1`,
            kind: "RoleBinding",
            metadata: childMeta(service, "-epp-rb", labels),
            roleRef: { apiGroup: rbac, kind: "Role", name: childName(name, "-epp-role") },
            subjects,
        },
        {
            apiVersion: `${rbac}/v1`,
            kind: "ClusterRoleBinding",
            metadata: { name: childName(namespace, `-${name}-epp-auth-rb`), labels },
            roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "system:auth-delegator" },
            subjects,
        },
    ];
}

/** The pods of the picker, which hold the model's files too: a sidecar cuts prompts into tokens. */
export function pickerDeployment(service: KubeObject): KubeObject {
    const { name, namespace = "" } = service.metadata;
    const {
        replicas = 1,
        config,
        template,
    } = (service.spec.router?.scheduler ?? {}) as {
        replicas?: number;
        config?: { inline?: object };
        template?: { containers?: readonly { readonly name: string; readonly env?: readonly object[] }[] };
    };
    const own = template?.containers?.find(({ name: container }) => container === "main")?.env ?? [];
    const labels = pickerLabels(service);
    const grpc = (of: string, initialDelaySeconds: number): object => ({
        grpc: { port: 9003, service: of },
        initialDelaySeconds,
    });
    const health = { httpGet: { path: "/healthz", port: 8082, scheme: "HTTP" }, timeoutSeconds: 5 };
    const requests = { cpu: "256m", memory: "500Mi" };
    const securityContext = { ...RESTRICTED, readOnlyRootFilesystem: true };
    const ports = { grpc: 9002, "grpc-health": 9003, metrics: 9090, zmq: 5557 };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: childMeta(service, "-kserve-router-scheduler", labels),
        spec: {
            replicas,
            selector: { matchLabels: labels },
            strategy: { type: "Recreate" },
            template: {
                metadata: {
                    labels,
                    annotations: { "app.kubernetes.io/version": "0.7.0", "certificates.kserve.io/expiration-v2": "true" },
                },
                spec: withModel(
                    {
                        serviceAccountName: childName(name, "-epp-sa"),
                        containers: [
                            {
                                name: "main",
                                image: "registry.redhat.io/rhoai/odh-llm-d-inference-scheduler-rhel9",
                                command: [
                                    "/app/epp",
                                    "--pool-name",
                                    childName(name, "-inference-pool"),
                                    "--pool-namespace",
                                    namespace,
                                    "--zap-encoder",
                                    "json",
                                    "--grpc-port",
                                    "9002",
                                    "--grpc-health-port",
                                    "9003",
                                    "--enable-cert-reload=true",
                                    "--secure-serving=true",
                                    "--model-server-metrics-scheme=https",
                                    "--cert-path=/var/run/kserve/tls",
                                ],
                                args: [
                                    ...(replicas > 1 ? ["--ha-enable-leader-election"] : []),
                                    "--config-text",
                                    stringify(config?.inline ?? defaultConfig(service.spec.prefill !== undefined), {
                                        indentSeq: false,
                                    }),
                                ],
                                env: [
                                    {
                                        name: "SSL_CERT_DIR",
                                        value: "/var/run/kserve/tls:/var/run/secrets/kubernetes.io/serviceaccount:/etc/pki/tls/certs",
                                    },
                                    ...own,
                                ],
                                ports: Object.entries(ports).map(([port, containerPort]) => ({
                                    name: port,
                                    containerPort,
                                    protocol: "TCP",
                                })),
                                livenessProbe: { ...grpc("liveness", 5), periodSeconds: 10 },
                                readinessProbe: grpc("readiness", 30),
                                resources: { requests },
                                securityContext,
                                volumeMounts: [
                                    { name: "tls-certs", mountPath: "/var/run/kserve/tls", readOnly: true },
                                    { name: "tokenizer-uds", mountPath: "/tmp/tokenizer" },
                                ],
                            },
                            {
                                name: "tokenizer",
                                image: "registry.redhat.io/rhoai/odh-llm-d-kv-cache-rhel9",
                                workingDir: "/mnt/models",
                                env: [{ name: "TOKENIZERS_DIR", value: "/mnt/models" }],
                                ports: [{ name: "health", containerPort: 8082, protocol: "TCP" }],
                                livenessProbe: { ...health, periodSeconds: 15 },
                                readinessProbe: { ...health, periodSeconds: 10 },
                                startupProbe: { ...health, initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 60 },
                                resources: { requests },
                                securityContext,
                                volumeMounts: [
                                    { name: "tokenizer-tmp", mountPath: "/tmp" },
                                    { name: "tokenizer-cache", mountPath: "/.cache" },
                                    { name: "tokenizer-uds", mountPath: "/tmp/tokenizer" },
                                ],
                            },
                        ],
                        volumes: [
                            certificates(service),
                            ...["tokenizer-uds", "tokenizer-tmp", "tokenizer-cache"].map((volume) => ({
                                name: volume,
                                emptyDir: {},
                            })),
                        ],
                    },
                    service,
                    { container: "tokenizer", path: "/mnt/models/base" },
                ),
            },
        },
    };
}

/** The configuration of a picker whose service states none. */
function defaultConfig(prefill: boolean): object {
    const scorers = [
        { pluginRef: "queue-scorer", weight: 2 },
        { pluginRef: "prefix-cache-scorer", weight: 3 },
        { pluginRef: "max-score-picker" },
    ];
    const head = { apiVersion: "inference.networking.x-k8s.io/v1alpha1", kind: "EndpointPickerConfig" };
    const plugins = ["queue-scorer", "prefix-cache-scorer", "max-score-picker"].map((type) => ({ type }));
    if (!prefill) {
        return {
            ...head,
            plugins: [{ type: "single-profile-handler" }, ...plugins],
            schedulingProfiles: [{ name: "default", plugins: scorers }],
        };
    }
    const decider = "always-disagg-pd-decider";
    return {
        ...head,
        plugins: [
            ...["disagg-headers-handler", "prefill-filter", "decode-filter"].map((type) => ({ type })),
            ...plugins,
            { type: decider },
            { type: "disagg-profile-handler", parameters: { deciders: { prefill: decider } } },
        ],
        schedulingProfiles: ["prefill", "decode"].map((name) => ({
            name,
            plugins: [{ pluginRef: `${name}-filter` }, ...scorers],
        })),
    };
}
