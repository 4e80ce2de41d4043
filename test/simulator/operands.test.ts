import type { KubeObject } from "../../rehearsal/cluster/cluster";
import durations from "../../simulator/data/durations.json";
import operands from "../../simulator/data/operands.json";
import { definitionNames, findPackage, packageNames, packageOf } from "../../simulator/olm/catalogue";
import { install, namespace, ref, Stage } from "./support";

describe("the data", () => {
    test("every duration has a length", () => {
        for (const [name, { seconds }] of Object.entries(durations.entries)) {
            expect({ name, ok: seconds > 0 }).toEqual({ name, ok: true });
        }
    });

    test("every operand names an operator of the catalogue and a duration", () => {
        for (const { kind, seconds, ...row } of operands.operands) {
            const operator = (row as { operator?: string }).operator;
            expect({ kind, operator: operator === undefined || packageNames().includes(operator) }).toEqual({
                kind,
                operator: true,
            });
            expect({ kind, seconds: seconds in durations.entries }).toEqual({ kind, seconds: true });
        }
    });

    test("every package's dependencies, default channel and CSVs are in the catalogue", () => {
        for (const name of packageNames()) {
            const { channels, defaultChannel, requires } = findPackage(name)!;
            expect({ name, channel: channels[defaultChannel]?.length }).not.toEqual({ name, channel: undefined });
            expect(requires.filter((required) => !packageNames().includes(required))).toEqual([]);
            expect(
                Object.values(channels)
                    .flat()
                    .filter((csv) => packageOf(csv) !== name),
            ).toEqual([]);
        }
    });

    test("every kind that an operator of kinds/ brings comes with one of its definitions", async () => {
        const { registeredKinds } = await import("../../kinds");
        for (const { operator, plural, apiVersion } of registeredKinds().values()) {
            if (operator !== undefined) {
                expect(packageNames()).toContain(operator);
                expect(definitionNames()).toContain(`${plural}.${apiVersion.split("/")[0]}`);
            }
        }
    });
});

describe("operands", () => {
    let stage: Stage;
    afterEach(() => stage.close());

    test("cert-manager makes its own configuration, then issues certificates into Secrets", async () => {
        stage = await Stage.open();
        await install(stage, "openshift-cert-manager-operator", "cert-manager-operator", "stable-v1", false);
        const manager = ref("operator.openshift.io/v1alpha1", "CertManager", "cluster");
        await stage.condition(manager, "cert-manager-controller-deploymentAvailable");
        await stage.condition(ref("apps/v1", "Deployment", "cert-manager-webhook", "cert-manager"), "Available");
        await stage.pass(10);
        const certificate: KubeObject = {
            apiVersion: "cert-manager.io/v1",
            kind: "Certificate",
            metadata: { name: "gateway", namespace: "openshift-ingress" },
            spec: {
                secretName: "gateway-tls",
                dnsNames: ["maas.apps.cluster.example.com"],
                issuerRef: { kind: "ClusterIssuer", name: "ca" },
            },
        };
        await stage.create(certificate);
        await stage.condition(ref("cert-manager.io/v1", "Certificate", "gateway", "openshift-ingress"), "Ready", "False");
        await stage.create({
            apiVersion: "cert-manager.io/v1",
            kind: "ClusterIssuer",
            metadata: { name: "ca" },
            spec: { selfSigned: {} },
        });
        await stage.condition(ref("cert-manager.io/v1", "Certificate", "gateway", "openshift-ingress"), "Ready");
        expect((await stage.get(ref("v1", "Secret", "gateway-tls", "openshift-ingress"))).type).toBe("kubernetes.io/tls");
        expect(stage.simulator.problems).toEqual([]);
    });

    test("External Secrets waits for its store and then writes the Secret", async () => {
        stage = await Stage.open();
        await install(stage, "openshift-external-secrets-operator", "external-secrets-operator", "stable-v1", false);
        await stage.create(
            {
                apiVersion: "operator.openshift.io/v1alpha1",
                kind: "ExternalSecretsConfig",
                metadata: { name: "cluster" },
                spec: { controllerConfig: { networkPolicies: [] } },
            },
            {
                apiVersion: "external-secrets.io/v1",
                kind: "ExternalSecret",
                metadata: { name: "htpasswd", namespace: "openshift-config" },
                spec: {
                    secretStoreRef: { kind: "ClusterSecretStore", name: "vault" },
                    refreshPolicy: "Periodic",
                    refreshInterval: "1h0m0s",
                    data: [{ secretKey: "htpasswd", remoteRef: { key: "htpasswd", property: "htpasswd" } }],
                    target: {
                        name: "htpasswd",
                        creationPolicy: "Owner",
                        deletionPolicy: "Retain",
                        template: { type: "Opaque", mergePolicy: "Merge", metadata: { labels: {}, annotations: {} } },
                    },
                },
            },
        );
        const secret = ref("external-secrets.io/v1", "ExternalSecret", "htpasswd", "openshift-config");
        await stage.condition(secret, "Ready", "False");
        await stage.condition(ref("operator.openshift.io/v1alpha1", "ExternalSecretsConfig", "cluster"), "Ready");
        await stage.create({
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "reader", namespace: "external-secrets" },
        });
        await stage.create({
            apiVersion: "external-secrets.io/v1",
            kind: "ClusterSecretStore",
            metadata: { name: "vault" },
            spec: {
                provider: {
                    vault: {
                        server: "https://vault.example.com:8200",
                        path: "kv",
                        version: "v2",
                        auth: {
                            kubernetes: {
                                mountPath: "kubernetes",
                                role: "reader",
                                serviceAccountRef: { name: "reader", namespace: "external-secrets", audiences: ["vault"] },
                            },
                        },
                    },
                },
                conditions: [{ namespaces: ["openshift-config"] }],
            },
        });
        // The controllers may connect to the API server alone until a network policy says more.
        await stage.condition(ref("external-secrets.io/v1", "ClusterSecretStore", "vault"), "Ready", "False");
        await stage.cluster.mergePatch(ref("operator.openshift.io/v1alpha1", "ExternalSecretsConfig", "cluster"), {
            spec: {
                controllerConfig: {
                    networkPolicies: [
                        {
                            name: "vault",
                            componentName: "ExternalSecretsCoreController",
                            egress: [{ ports: [{ protocol: "TCP", port: 8200 }] }],
                        },
                    ],
                },
            },
        });
        await stage.condition(secret, "Ready");
        expect(Object.keys((await stage.get(ref("v1", "Secret", "htpasswd", "openshift-config"))).data as object)).toEqual([
            "htpasswd",
        ]);
        expect(stage.simulator.problems).toEqual([]);
    });

    test("leader worker sets need cert-manager", async () => {
        stage = await Stage.open();
        await install(stage, "leader-worker-set", "openshift-lws-operator", "stable-v1.0", true);
        const operand: KubeObject = {
            apiVersion: "operator.openshift.io/v1",
            kind: "LeaderWorkerSetOperator",
            metadata: { name: "cluster" },
            spec: { managementState: "Managed" },
        };
        await stage.create(operand);
        const at = ref("operator.openshift.io/v1", "LeaderWorkerSetOperator", "cluster");
        expect(JSON.stringify((await stage.condition(at, "Degraded")).status)).toContain("cert-manager is installed");
        await install(stage, "openshift-cert-manager-operator", "cert-manager-operator", "stable-v1", false);
        await stage.condition(at, "Available");
        expect(
            await stage.cluster.get(
                ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "leaderworkersets.leaderworkerset.x-k8s.io"),
            ),
        ).toBeDefined();
    });

    test("a Service has endpoints at once: none, then those of pods that are not ready, then those that are", async () => {
        stage = await Stage.open();
        await stage.create(namespace("db"), {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "web", namespace: "db" },
            spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
        });
        const endpoints = ref("v1", "Endpoints", "web", "db");
        expect((await stage.until(endpoints, () => true))["subsets"]).toEqual([]);
        await stage.create({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "web", namespace: "db" },
            spec: {
                selector: { matchLabels: { app: "web" } },
                template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web" }] } },
            },
        });
        const [pending] = (await stage.until(endpoints, (o) => o["subsets"].length > 0))["subsets"];
        expect(Object.keys(pending)).toEqual(["notReadyAddresses", "ports"]);
        await stage.condition(ref("apps/v1", "Deployment", "web", "db"), "Available");
        const [ready] = (await stage.until(endpoints, (o) => o["subsets"][0].addresses !== undefined))["subsets"];
        expect(ready).toEqual({ addresses: pending.notReadyAddresses, ports: [{ port: 80, protocol: "TCP" }] });
    });

    test("a workload starts when its Secret and its claim are there; a model when a GPU is free and tolerated", async () => {
        stage = await Stage.open();
        await stage.create(namespace("db"), {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "postgres", namespace: "db" },
            spec: {
                selector: { matchLabels: { app: "postgres" } },
                template: {
                    metadata: { labels: { app: "postgres" } },
                    spec: {
                        containers: [{ name: "postgres", image: "postgres", envFrom: [{ secretRef: { name: "credentials" } }] }],
                        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
                    },
                },
            },
        });
        const deployment = ref("apps/v1", "Deployment", "postgres", "db");
        const waiting = await stage.condition(deployment, "Available", "False");
        expect(JSON.stringify(waiting.status)).toContain('secret \\"credentials\\" not found');
        await stage.create(
            { apiVersion: "v1", kind: "Secret", metadata: { name: "credentials", namespace: "db" } },
            {
                apiVersion: "v1",
                kind: "PersistentVolumeClaim",
                metadata: { name: "data", namespace: "db" },
                spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
            },
            {
                apiVersion: "v1",
                kind: "Service",
                metadata: { name: "postgres", namespace: "db" },
                spec: { selector: { app: "postgres" }, ports: [{ port: 5432 }] },
            },
        );
        await stage.condition(deployment, "Available");
        expect((await stage.get(ref("v1", "PersistentVolumeClaim", "data", "db"))).status.phase).toBe("Bound");
        const { subsets } = await stage.until(ref("v1", "Endpoints", "postgres", "db"), (o) => o["subsets"][0]?.addresses);
        expect(subsets).toEqual([{ addresses: [{ ip: expect.any(String) }], ports: [{ port: 5432, protocol: "TCP" }] }]);

        await stage.create({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "model", namespace: "db" },
            spec: {
                selector: { matchLabels: { app: "model" } },
                template: {
                    metadata: { labels: { app: "model" } },
                    spec: { containers: [{ name: "main", image: "vllm", resources: { limits: { "nvidia.com/gpu": "1" } } }] },
                },
            },
        });
        await stage.pass(3600);
        const model = await stage.get(ref("apps/v1", "Deployment", "model", "db"));
        expect(JSON.stringify(model.status)).toMatch(
            /0\/6 nodes are available: 3 node\(s\) had untolerated taint \{node-role.kubernetes.io\/master: \}, 3 Insufficient nvidia.com\/gpu/,
        );
    });
});
