/** The platform of the sample below its models: operators, GPUs, gateway, database, OpenShift AI. */
import { object, type SampleBuilder } from "./sampleBuilder";

/** @returns the ClusterPolicy */
export function addGpu(b: SampleBuilder): string {
    const gpu = b.component("gpu", "maas:gpu:Gpu", b.platform);
    const sets: string[] = [];
    const machineSet = (pool: string, zone: string, instanceType: string, replicas: number, spot = false): string =>
        b.cr(
            gpu,
            "machine.openshift.io/v1beta1",
            "MachineSet",
            `demo-x7k2p-${pool}-us-east-2${zone}`,
            "openshift-machine-api",
            {
                spec: {
                    replicas,
                    template: {
                        spec: {
                            metadata: { labels: { "maas-platform.io/pool": pool, "node-role.kubernetes.io/gpu": "" } },
                            taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }],
                            providerSpec: {
                                value: {
                                    instanceType,
                                    placement: { region: "us-east-2", availabilityZone: `us-east-2${zone}` },
                                    ...(spot && { spotMarketOptions: {} }),
                                },
                            },
                        },
                    },
                },
            },
            [],
            replicas === 0 ? 0 : 410,
            replicas === 0 ? "accepted" : `jsonpath={.status.readyReplicas}=${replicas}`,
        );
    sets.push(
        machineSet("l40s", "a", "g6e.2xlarge", 2),
        machineSet("l40s", "b", "g6e.2xlarge", 1),
        machineSet("burst", "a", "g6e.12xlarge", 0, true),
    );
    b.cr(
        gpu,
        "autoscaling.openshift.io/v1beta1",
        "MachineAutoscaler",
        "burst-a",
        "openshift-machine-api",
        {
            spec: {
                minReplicas: 0,
                maxReplicas: 2,
                scaleTargetRef: {
                    apiVersion: "machine.openshift.io/v1beta1",
                    kind: "MachineSet",
                    name: "demo-x7k2p-burst-us-east-2a",
                },
            },
        },
        [sets[2]!],
    );
    const nfd = b.cr(
        gpu,
        "nfd.openshift.io/v1",
        "NodeFeatureDiscovery",
        "nfd-instance",
        "openshift-nfd",
        { spec: {} },
        [b.installed["nfd"]!],
        40,
        "condition=Available",
    );
    return b.cr(
        gpu,
        "nvidia.com/v1",
        "ClusterPolicy",
        "gpu-cluster-policy",
        undefined,
        { spec: { driver: { enabled: true } } },
        [b.installed["gpu-operator-certified"]!, nfd, ...sets],
        320,
        "jsonpath={.status.state}=ready",
    );
}

/** What other parts of the sample need of its gateway. */
export interface SampleGateway {
    readonly gate: string;
    readonly route: string;
    readonly kuadrant: string;
}

export function addGateway(b: SampleBuilder): SampleGateway {
    const gateway = b.component("gateway", "maas:gateway:Gateway", b.platform);
    const gatewayClass = b.cr(
        gateway,
        "gateway.networking.k8s.io/v1",
        "GatewayClass",
        "openshift-default",
        undefined,
        { spec: { controllerName: "openshift.io/gateway-controller/v1" } },
        [],
        75,
        "condition=Accepted",
    );
    b.install("rhcl-operator", "kuadrant-system", 160, [gatewayClass]);
    const kuadrant = b.cr(
        gateway,
        "kuadrant.io/v1beta1",
        "Kuadrant",
        "kuadrant",
        "kuadrant-system",
        { spec: {} },
        [b.installed["rhcl-operator"]!],
        65,
        "condition=Ready",
    );
    const authorino = b.component("authorino-tls", "maas:gateway:AuthorinoTls", gateway);
    const certificate = b.core(
        authorino,
        "ServicePatch",
        "authorino-authorino-authorization",
        "kuadrant-system",
        {},
        [kuadrant],
        5,
    );
    const authorinoPatch = b.cr(
        authorino,
        "operator.authorino.kuadrant.io/v1beta1",
        "AuthorinoPatch",
        "authorino",
        "kuadrant-system",
        { spec: { listener: { tls: { enabled: true } } } },
        [certificate],
        30,
        "condition=Ready",
    );
    const overrides = b.core(
        gateway,
        "ConfigMap",
        "maas-default-gateway-override-config",
        "openshift-ingress",
        { data: { service: "…" } },
        [],
    );
    const gate = b.cr(
        gateway,
        "gateway.networking.k8s.io/v1",
        "Gateway",
        "maas-default-gateway",
        "openshift-ingress",
        { spec: { gatewayClassName: "openshift-default" } },
        [gatewayClass, overrides, authorinoPatch],
        60,
        "condition=Programmed",
    );
    const route = b.cr(
        gateway,
        "route.openshift.io/v1",
        "Route",
        "maas-default-gateway",
        "openshift-ingress",
        { spec: { host: "maas.apps.demo.example.com", port: { targetPort: "https" } } },
        [gate],
        5,
        "condition=Admitted",
    );
    return { gate, route, kuadrant };
}

/** @returns the component of the models, and the DataScienceCluster */
export function addOpenShiftAi(b: SampleBuilder, { gate, route }: SampleGateway): { serving: string; dsc: string } {
    const options = { provider: b.provider };
    const serving = b.component("serving", "maas:serving:Serving", b.platform);
    b.install("rhods-operator", "redhat-ods-operator", 210);
    const database = b.component("database", "maas:serving:Database", serving);
    const dbNamespace = b.core(database, "Namespace", "maas-db", undefined, {}, []);
    const password = b.add("maas-db-password", "random:index/randomPassword:RandomPassword", database, {
        length: 32,
        special: false,
    });
    const dbSecret = b.core(database, "Secret", "postgresql", "maas-db", { stringData: "[secret]" }, [dbNamespace, password]);
    const claim = b.core(
        database,
        "PersistentVolumeClaim",
        "postgresql",
        "maas-db",
        { spec: { resources: { requests: { storage: "20Gi" } } } },
        [dbNamespace],
    );
    const deployment = b.add(
        "postgresql",
        "kubernetes:apps/v1:Deployment",
        database,
        object("apps/v1", "Deployment", "postgresql", "maas-db", { spec: { replicas: 1 } }),
        { needs: [dbSecret, claim], wait: 45, readyWhen: "the Deployment is available", options },
    );
    const service = b.core(database, "Service", "postgresql", "maas-db", { spec: { ports: [{ port: 5432 }] } }, [deployment], 2);
    b.add(
        "postgresql-ingress",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        database,
        object("networking.k8s.io/v1", "NetworkPolicy", "postgresql-ingress", "maas-db"),
        { needs: [dbNamespace], options },
    );
    const dbConfig = b.core(database, "Secret", "maas-db-config", "redhat-ods-applications", { stringData: "[secret]" }, [
        service,
        b.installed["rhods-operator"]!,
    ]);
    const lws = b.cr(
        serving,
        "operator.openshift.io/v1",
        "LeaderWorkerSetOperator",
        "cluster",
        undefined,
        { spec: { managementState: "Managed" } },
        [b.installed["leader-worker-set"]!],
        35,
        "condition=Available",
    );
    const dsc = b.cr(
        serving,
        "datasciencecluster.opendatahub.io/v2",
        "DataScienceCluster",
        "default-dsc",
        undefined,
        { spec: { components: { kserve: { managementState: "Managed", modelsAsService: { managementState: "Managed" } } } } },
        [b.installed["rhods-operator"]!, dbConfig, lws, gate, route],
        280,
        "condition=Ready, condition=ModelsAsServiceReady",
    );
    return { serving, dsc };
}
