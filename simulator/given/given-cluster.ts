/** Objects that a stack expects on its cluster, as its records say: a rehearsal creates them. */
import { EXPECTED_DEPLOYMENT, EXPECTED_LABEL, EXPECTED_NODES, EXPECTED_OPERATOR } from "../../catalogue/records";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { packageOf } from "../olm/catalogue";
import { K } from "../kind-names";
import { nodeObject, nodeStatus } from "../openshift/nodes";
import { type Controller, itself, keyOf, type Pass, splitKey, type World } from "../world";

function expected(record: KubeObject | undefined, kind: string): Readonly<Record<string, string>> | undefined {
    return record !== undefined &&
        !record.metadata.deletionTimestamp &&
        record.metadata.labels?.[EXPECTED_LABEL] === kind &&
        record.data !== undefined
        ? (record.data as Record<string, string>)
        : undefined;
}

/** Nodes with GPUs that were there before. The fault `not-ready:Node/<pool>` leaves them out. */
export class GivenNodes implements Controller {
    readonly name = "given-nodes";
    readonly watches: Controller["watches"] = { [K.ConfigMap]: itself };

    constructor(private readonly world: World) {}

    async reconcile(key: string, _pass: Pass): Promise<void> {
        const record = expected(this.world.get(K.ConfigMap, ...splitKey(key)), EXPECTED_NODES);
        if (record === undefined || this.world.faults.notReady("Node", record["pool"]!) !== undefined) {
            return;
        }
        const { zones, region } = this.world.site;
        for (let i = 0; i < Number(record["nodes"]); i++) {
            const zone = zones[i % zones.length]!;
            const address = `10.0.200.${i + 10}`;
            const name = `${record["pool"]}-${i}.${region}.compute.internal`;
            if (this.world.get(K.Node, "", name)) {
                continue;
            }
            const node = await this.world.ensure(
                nodeObject(name, zone, record["instanceType"]!, JSON.parse(record["nodeSelector"]!) as Record<string, string>, {
                    taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
                    providerID: `aws:///${zone}/i-given${i}`,
                }),
            );
            await this.world.setStatus(node, nodeStatus(record["instanceType"]!, address, name));
        }
    }
}

/** Applications of somebody else. The fault `not-ready:Deployment/<name>` leaves one out. */
export class GivenDeployments implements Controller {
    readonly name = "given-deployments";
    readonly watches: Controller["watches"] = { [K.ConfigMap]: itself };

    constructor(private readonly world: World) {}

    async reconcile(key: string, _pass: Pass): Promise<void> {
        const record = expected(this.world.get(K.ConfigMap, ...splitKey(key)), EXPECTED_DEPLOYMENT);
        if (record === undefined || this.world.faults.notReady("Deployment", record["deployment"]!) !== undefined) {
            return;
        }
        const { namespace = "", deployment: name = "", container = "" } = record;
        const labels = { app: name };
        await this.world.ensure({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        await this.world.ensure({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name, namespace },
            spec: {
                replicas: 1,
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: { containers: [{ name: container, image: "registry.example.com/agents/agent:1.0" }] },
                },
            },
        });
    }
}

/** Operators of somebody else, and for GPUs what their owner made with them. */
export class GivenOperators implements Controller {
    readonly name = "given-operators";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const records = (): string[] =>
            world.all(K.ConfigMap).flatMap((map) => (expected(map, EXPECTED_OPERATOR) ? [keyOf(map)] : []));
        this.watches = {
            [K.ConfigMap]: (map) => (expected(map, EXPECTED_OPERATOR) ? records() : []),
            [K.ClusterServiceVersion]: (csv) => (GPU_OPERANDS[packageOf(csv.metadata.name) ?? ""] ? records() : []),
        };
    }

    async reconcile(key: string, _pass: Pass): Promise<void> {
        const record = expected(this.world.get(K.ConfigMap, ...splitKey(key)), EXPECTED_OPERATOR);
        if (record === undefined) {
            return;
        }
        const { package: name = "", namespace = "", channel = "", catalog = "" } = record;
        if (!this.world.all(K.Subscription).some((subscription) => subscription.spec?.name === name)) {
            await this.world.ensure({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
            await this.world.ensure({
                apiVersion: "operators.coreos.com/v1",
                kind: "OperatorGroup",
                metadata: { name, namespace },
                spec: OWN_NAMESPACE.has(name) ? { targetNamespaces: [namespace] } : {},
            });
            await this.world.ensure({
                apiVersion: "operators.coreos.com/v1alpha1",
                kind: "Subscription",
                metadata: { name, namespace },
                spec: {
                    name,
                    channel,
                    source: catalog,
                    sourceNamespace: "openshift-marketplace",
                    installPlanApproval: "Automatic",
                },
            });
        }
        const operand = GPU_OPERANDS[name];
        // Whoever brought the drivers brought what finds the GPUs; else the stack makes both.
        const drivers = this.world
            .all(K.ConfigMap)
            .some((map) => expected(map, EXPECTED_OPERATOR)?.["package"] === "gpu-operator-certified");
        if (operand !== undefined && drivers && this.world.operator(name)) {
            await this.world.ensure(operand(namespace));
        }
    }
}

/** Operators that watch their own namespace alone. Source: docs/sources/operators.md#install-modes. */
const OWN_NAMESPACE: ReadonlySet<string> = new Set(["nfd", "gpu-operator-certified", "leader-worker-set", "job-set"]);

/**
 * The objects that make GPUs usable, as the owner of a GPU cluster has them. Source: docs/sources/gpu-nodes.md#node-feature-discovery,
 * #clusterpolicy.
 */
const GPU_OPERANDS: Readonly<Record<string, (namespace: string) => KubeObject>> = {
    nfd: (namespace) => ({
        apiVersion: "nfd.openshift.io/v1",
        kind: "NodeFeatureDiscovery",
        metadata: { name: "nfd-instance", namespace },
        spec: { workerConfig: { configData: "core:\n  sleepInterval: 60s\n" } },
    }),
    "gpu-operator-certified": () => ({
        apiVersion: "nvidia.com/v1",
        kind: "ClusterPolicy",
        metadata: { name: "gpu-cluster-policy" },
        spec: {
            operator: { defaultRuntime: "crio" },
            daemonsets: {},
            driver: { enabled: true },
            toolkit: { enabled: true },
            devicePlugin: { enabled: true },
            dcgm: { enabled: true },
            dcgmExporter: { enabled: true },
            gfd: { enabled: true },
            nodeStatusExporter: { enabled: true },
        },
    }),
};
