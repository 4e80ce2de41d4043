/** The objects of a slice of the platform, as the program sends them. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { ref } from "./support";

const INFRA = "maas-7x2kq";
const GATEWAY = { name: "maas-default-gateway", namespace: "openshift-ingress" };

export const machineSet = (zone: string, instanceType = "g6e.2xlarge", replicas = 1): KubeObject => {
    const name = `${INFRA}-gpu-${zone}`;
    const labels = { "machine.openshift.io/cluster-api-cluster": INFRA, "machine.openshift.io/cluster-api-machineset": name };
    const by = (value: string): object => ({ filters: [{ name: "tag:Name", values: [value] }] });
    return {
        apiVersion: "machine.openshift.io/v1beta1",
        kind: "MachineSet",
        metadata: { name, namespace: "openshift-machine-api", labels: { "machine.openshift.io/cluster-api-cluster": INFRA } },
        spec: {
            replicas,
            selector: { matchLabels: labels },
            template: {
                metadata: {
                    labels: {
                        ...labels,
                        "machine.openshift.io/cluster-api-machine-role": "worker",
                        "machine.openshift.io/cluster-api-machine-type": "worker",
                    },
                },
                spec: {
                    metadata: { labels: { "node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/gpu": "" } },
                    taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
                    providerSpec: {
                        value: {
                            apiVersion: "machine.openshift.io/v1beta1",
                            kind: "AWSMachineProviderConfig",
                            ami: { id: "ami-0b5c6d7e8f9a01234" },
                            instanceType,
                            blockDevices: [{ ebs: { volumeSize: 200, volumeType: "gp3", encrypted: true } }],
                            credentialsSecret: { name: "aws-cloud-credentials" },
                            deviceIndex: 0,
                            iamInstanceProfile: { id: `${INFRA}-worker-profile` },
                            metadataServiceOptions: { authentication: "Required" },
                            placement: { region: "us-east-2", availabilityZone: zone },
                            securityGroups: [by(`${INFRA}-node`), by(`${INFRA}-lb`)],
                            subnet: by(`${INFRA}-subnet-private-${zone}`),
                            tags: [{ name: `kubernetes.io/cluster/${INFRA}`, value: "owned" }],
                            userDataSecret: { name: "worker-user-data" },
                        },
                    },
                },
            },
        },
    };
};

const on = { enabled: true };
export const clusterPolicy: KubeObject = {
    apiVersion: "nvidia.com/v1",
    kind: "ClusterPolicy",
    metadata: { name: "gpu-cluster-policy" },
    spec: {
        operator: { defaultRuntime: "crio", use_ocp_driver_toolkit: true },
        daemonsets: {},
        driver: on,
        toolkit: on,
        devicePlugin: on,
        dcgm: on,
        dcgmExporter: on,
        gfd: on,
        nodeStatusExporter: on,
        mig: { strategy: "single" },
    },
};
export const nfdInstance: KubeObject = {
    apiVersion: "nfd.openshift.io/v1",
    kind: "NodeFeatureDiscovery",
    metadata: { name: "nfd-instance", namespace: "openshift-nfd" },
    spec: { workerConfig: { configData: "core:\n  sleepInterval: 60s\n" } },
};
export const gatewayClass: KubeObject = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "openshift-default" },
    spec: { controllerName: "openshift.io/gateway-controller/v1" },
};
export const kuadrant: KubeObject = {
    apiVersion: "kuadrant.io/v1beta1",
    kind: "Kuadrant",
    metadata: { name: "kuadrant", namespace: "kuadrant-system" },
    spec: { observability: { enable: true } },
};
export const gatewayParameters: KubeObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "maas-default-gateway-override-config", namespace: "openshift-ingress" },
    data: { service: "spec:\n  type: ClusterIP\n" },
};
export const gateway: KubeObject = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: {
        ...GATEWAY,
        annotations: { "opendatahub.io/managed": "false", "security.opendatahub.io/authorino-tls-bootstrap": "true" },
    },
    spec: {
        gatewayClassName: "openshift-default",
        infrastructure: { parametersRef: { group: "", kind: "ConfigMap", name: "maas-default-gateway-override-config" } },
        listeners: [
            {
                name: "https",
                port: 443,
                protocol: "HTTPS",
                hostname: "maas.apps.cluster.example.com",
                allowedRoutes: {
                    namespaces: {
                        from: "Selector",
                        selector: {
                            matchExpressions: [
                                {
                                    key: "kubernetes.io/metadata.name",
                                    operator: "In",
                                    values: ["redhat-ods-applications", "maas"],
                                },
                            ],
                        },
                    },
                },
                tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: "router-certs-default" }] },
            },
        ],
    },
};
export const route: KubeObject = {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: { ...GATEWAY },
    spec: {
        host: "maas.apps.cluster.example.com",
        to: { kind: "Service", name: "maas-default-gateway-openshift-default", weight: 100 },
        port: { targetPort: "https" },
        tls: { termination: "passthrough", insecureEdgeTerminationPolicy: "Redirect" },
        wildcardPolicy: "None",
    },
};
export const databaseSecret: KubeObject = {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: "maas-db-config", namespace: "redhat-ods-applications" },
    stringData: { DB_CONNECTION_URL: "postgresql://maas:rehearsal@maas-db.maas-db.svc.cluster.local:5432/maas?sslmode=require" },
};
export const dataScienceCluster: KubeObject = {
    apiVersion: "datasciencecluster.opendatahub.io/v2",
    kind: "DataScienceCluster",
    metadata: { name: "default-dsc" },
    spec: {
        components: {
            dashboard: { managementState: "Managed" },
            kserve: {
                managementState: "Managed",
                modelsAsService: { managementState: "Managed" },
                rawDeploymentServiceConfig: "Headless",
            },
            llamastackoperator: { managementState: "Managed" },
        },
    },
};
export const llmService = (name = "gpt-oss-20b"): KubeObject => ({
    apiVersion: "serving.kserve.io/v1alpha2",
    kind: "LLMInferenceService",
    metadata: { name, namespace: "maas" },
    spec: {
        model: { name, uri: "oci://registry.redhat.io/rhelai1/modelcar-gpt-oss-20b:1.5" },
        replicas: 1,
        router: { gateway: { refs: [GATEWAY] }, route: {}, scheduler: {} },
        template: {
            containers: [{ name: "main", resources: { limits: { cpu: "4", memory: "24Gi", "nvidia.com/gpu": "1" } } }],
            tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
        },
    },
});
export const modelRef: KubeObject = {
    apiVersion: "maas.opendatahub.io/v1alpha1",
    kind: "MaaSModelRef",
    metadata: { name: "gpt-oss-20b", namespace: "maas" },
    spec: { modelRef: { kind: "LLMInferenceService", name: "gpt-oss-20b" } },
};
const model = { name: "gpt-oss-20b", namespace: "maas" };
export const TIERS = ["free", "premium", "enterprise"];
export const maasSubscription = (tier: string): KubeObject => ({
    apiVersion: "maas.opendatahub.io/v1alpha1",
    kind: "MaaSSubscription",
    metadata: { name: tier, namespace: "models-as-a-service" },
    spec: {
        owner: { groups: [{ name: `tier-${tier}-users` }] },
        modelRefs: [{ ...model, tokenRateLimits: [{ limit: 100, window: "1m" }] }],
    },
});
export const maasAuthPolicy = (tier: string): KubeObject => ({
    apiVersion: "maas.opendatahub.io/v1alpha1",
    kind: "MaaSAuthPolicy",
    metadata: { name: tier, namespace: "models-as-a-service" },
    spec: { modelRefs: [model], subjects: { groups: [{ name: `tier-${tier}-users` }] } },
});
export const rateLimitPolicy: KubeObject = {
    apiVersion: "kuadrant.io/v1",
    kind: "RateLimitPolicy",
    metadata: { name: "gateway-rate-limits", namespace: "openshift-ingress" },
    spec: {
        targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "maas-default-gateway" },
        limits: {
            free: {
                rates: [{ limit: 5, window: "2m" }],
                when: [{ predicate: 'auth.identity.selected_subscription == "free"' }],
                counters: [{ expression: "auth.identity.userid" }],
            },
        },
    },
};

export const refOf = ({ apiVersion, kind, metadata }: KubeObject) => ref(apiVersion, kind, metadata.name, metadata.namespace);
