/** A made-up result in the form of a real one: about 110 resources, waits, a critical path, findings. */
import type { Plan, PlannedResource, Rehearsal, ResourceOptions } from "../../../rehearsal/result";

const project = "maas";
const stackName = "sample";

interface Draft {
    readonly resource: PlannedResource;
    readonly wait: number;
    readonly readyWhen: string;
}

class Builder {
    readonly drafts: Draft[] = [];
    private readonly types = new Map<string, string>();

    constructor() {
        this.add(`${project}-${stackName}`, "pulumi:pulumi:Stack", undefined, {}, { custom: false });
    }

    get root(): string {
        return this.drafts[0]!.resource.urn;
    }

    add(
        name: string,
        type: string,
        parent: string | undefined,
        inputs: Record<string, unknown>,
        extra: { custom?: boolean; needs?: string[]; wait?: number; readyWhen?: string; options?: Partial<ResourceOptions> } = {},
    ): string {
        const parentTypes = parent === undefined || parent === this.root ? "" : `${this.types.get(parent)!}$`;
        const qualified = `${parentTypes}${type}`;
        const urn = `urn:pulumi:${stackName}::${project}::${qualified}::${name}`;
        this.types.set(urn, qualified);
        this.drafts.push({
            resource: {
                urn,
                type,
                name,
                ...(parent !== undefined && { parent }),
                inputs,
                dependencies: [...new Set(extra.needs ?? [])].sort(),
                options: { custom: extra.custom ?? true, ...extra.options },
            },
            wait: extra.wait ?? 0,
            readyWhen: extra.readyWhen ?? "accepted",
        });
        return urn;
    }

    component(name: string, type: string, parent: string): string {
        return this.add(name, type, parent, {}, { custom: false });
    }
}

function object(
    apiVersion: string,
    kind: string,
    name: string,
    namespace?: string,
    body: Record<string, unknown> = {},
): Record<string, unknown> {
    return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...body };
}

/**
 * @param scale how often the serving and governance layers are repeated; 1 gives about 110 resources
 */
export function sampleDrafts(scale = 1): { drafts: readonly Draft[]; stack: string } {
    const b = new Builder();
    const provider = b.add("cluster", "pulumi:providers:kubernetes", b.root, { kubeconfig: "[secret]" });
    const platform = b.component("platform", "maas:index:Platform", b.root);
    const options = { provider };
    const cr = (
        parent: string,
        apiVersion: string,
        kind: string,
        name: string,
        namespace: string | undefined,
        body: Record<string, unknown>,
        needs: string[],
        wait = 0,
        readyWhen = "accepted",
        more: Partial<ResourceOptions> = {},
    ): string =>
        b.add(name, `kubernetes:${apiVersion}:${kind}`, parent, object(apiVersion, kind, name, namespace, body), {
            needs,
            wait,
            readyWhen,
            options: { ...options, ...more },
        });
    const core = (
        parent: string,
        kind: string,
        name: string,
        namespace: string | undefined,
        body: Record<string, unknown>,
        needs: string[],
        wait = 0,
        more: Partial<ResourceOptions> = {},
    ): string =>
        b.add(
            `${namespace === undefined ? "" : `${namespace}-`}${name}`,
            `kubernetes:core/v1:${kind}`,
            parent,
            object("v1", kind, name, namespace, body),
            {
                needs,
                wait,
                options: { ...options, ...more },
            },
        );

    const operators = b.component("operators", "maas:operators:Operators", platform);
    const installed: Record<string, string> = {};
    const install = (pkg: string, namespace: string, wait: number, after: string[] = []): void => {
        const unit = b.component(pkg, "maas:operators:Operator", operators);
        const ns = core(unit, "Namespace", namespace, undefined, {}, after);
        const group = cr(
            unit,
            "operators.coreos.com/v1",
            "OperatorGroup",
            `${pkg}-group`,
            namespace,
            { spec: { targetNamespaces: [namespace] } },
            [ns],
        );
        const sub = cr(
            unit,
            "operators.coreos.com/v1alpha1",
            "Subscription",
            `${pkg}-subscription`,
            namespace,
            { spec: { name: pkg, source: "redhat-operators", installPlanApproval: "Manual" } },
            [ns, group],
        );
        installed[pkg] = core(
            unit,
            "ConfigMap",
            `${pkg}-installed`,
            namespace,
            { data: { csv: `${pkg}.v1.0.0` } },
            [sub, ns],
            wait,
            { hooks: { beforeCreate: [`${pkg}-gate`], beforeUpdate: [`${pkg}-gate`] } },
        );
    };
    install("openshift-cert-manager-operator", "cert-manager-operator", 95);
    install("nfd", "openshift-nfd", 70);
    install("gpu-operator-certified", "nvidia-gpu-operator", 140);
    install("leader-worker-set", "openshift-lws-operator", 80, [installed["openshift-cert-manager-operator"]!]);

    const gpu = b.component("gpu", "maas:gpu:Gpu", platform);
    const sets: string[] = [];
    const machineSet = (pool: string, zone: string, instanceType: string, replicas: number, spot = false): string =>
        cr(
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
    cr(
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
    const nfd = cr(
        gpu,
        "nfd.openshift.io/v1",
        "NodeFeatureDiscovery",
        "nfd-instance",
        "openshift-nfd",
        { spec: {} },
        [installed["nfd"]!],
        40,
        "condition=Available",
    );
    const policy = cr(
        gpu,
        "nvidia.com/v1",
        "ClusterPolicy",
        "gpu-cluster-policy",
        undefined,
        { spec: { driver: { enabled: true } } },
        [installed["gpu-operator-certified"]!, nfd, ...sets],
        320,
        "jsonpath={.status.state}=ready",
    );

    const gateway = b.component("gateway", "maas:gateway:Gateway", platform);
    const gatewayClass = cr(
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
    install("rhcl-operator", "kuadrant-system", 160, [gatewayClass]);
    const kuadrant = cr(
        gateway,
        "kuadrant.io/v1beta1",
        "Kuadrant",
        "kuadrant",
        "kuadrant-system",
        { spec: {} },
        [installed["rhcl-operator"]!],
        65,
        "condition=Ready",
    );
    const authorino = b.component("authorino-tls", "maas:gateway:AuthorinoTls", gateway);
    const certificate = core(
        authorino,
        "ServicePatch",
        "authorino-authorino-authorization",
        "kuadrant-system",
        {},
        [kuadrant],
        5,
    );
    const authorinoPatch = cr(
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
    const overrides = core(
        gateway,
        "ConfigMap",
        "maas-default-gateway-override-config",
        "openshift-ingress",
        { data: { service: "…" } },
        [],
    );
    const gate = cr(
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
    const route = cr(
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

    const serving = b.component("serving", "maas:serving:Serving", platform);
    install("rhods-operator", "redhat-ods-operator", 210);
    const database = b.component("database", "maas:serving:Database", serving);
    const dbNamespace = core(database, "Namespace", "maas-db", undefined, {}, []);
    const password = b.add("maas-db-password", "random:index/randomPassword:RandomPassword", database, {
        length: 32,
        special: false,
    });
    const dbSecret = core(database, "Secret", "postgresql", "maas-db", { stringData: "[secret]" }, [dbNamespace, password]);
    const claim = core(
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
    const service = core(database, "Service", "postgresql", "maas-db", { spec: { ports: [{ port: 5432 }] } }, [deployment], 2);
    b.add(
        "postgresql-ingress",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        database,
        object("networking.k8s.io/v1", "NetworkPolicy", "postgresql-ingress", "maas-db"),
        { needs: [dbNamespace], options },
    );
    const dbConfig = core(database, "Secret", "maas-db-config", "redhat-ods-applications", { stringData: "[secret]" }, [
        service,
        installed["rhods-operator"]!,
    ]);
    const lws = cr(
        serving,
        "operator.openshift.io/v1",
        "LeaderWorkerSetOperator",
        "cluster",
        undefined,
        { spec: { managementState: "Managed" } },
        [installed["leader-worker-set"]!],
        35,
        "condition=Available",
    );
    const dsc = cr(
        serving,
        "datasciencecluster.opendatahub.io/v2",
        "DataScienceCluster",
        "default-dsc",
        undefined,
        { spec: { components: { kserve: { managementState: "Managed", modelsAsService: { managementState: "Managed" } } } } },
        [installed["rhods-operator"]!, dbConfig, lws, gate, route],
        280,
        "condition=Ready, condition=ModelsAsServiceReady",
    );

    const governance = b.component("governance", "maas:governance:Governance", platform);
    const modelNamespace = core(serving, "Namespace", "maas", undefined, {}, []);
    for (let copy = 0; copy < scale; copy++) {
        const suffix = copy === 0 ? "" : `-${copy}`;
        const refs: string[] = [];
        for (const [model, pool, gpus, replicas] of [
            ["gpt-oss-20b", "l40s", 1, 1],
            ["nemotron-3-nano-30b-a3b", "l40s", 1, 2],
            ["llama-scout-17b", "burst", 4, 1],
        ] as const) {
            const unit = b.component(`${model}${suffix}`, "maas:serving:Model", serving);
            const isvc = cr(
                unit,
                "serving.kserve.io/v1alpha1",
                "LLMInferenceService",
                `${model}${suffix}`,
                "maas",
                {
                    spec: {
                        replicas,
                        model: { name: model, uri: `oci://registry.example.com/${model}@sha256:0000` },
                        template: {
                            nodeSelector: { "maas-platform.io/pool": pool },
                            tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
                            containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": String(gpus) } } }],
                        },
                    },
                },
                [dsc, policy, modelNamespace],
                300 + gpus * 60,
                "condition=Ready",
                { customTimeouts: { create: "40m", update: "40m" } },
            );
            refs.push(
                cr(
                    unit,
                    "maas.opendatahub.io/v1alpha1",
                    "MaaSModelRef",
                    `${model}${suffix}-ref`,
                    "maas",
                    { spec: { modelRef: { kind: "LLMInferenceService", name: model } } },
                    [isvc],
                    10,
                    "jsonpath={.status.phase}=Ready",
                ),
            );
            b.add(
                `${model}${suffix}-view`,
                "kubernetes:rbac.authorization.k8s.io/v1:Role",
                unit,
                object("rbac.authorization.k8s.io/v1", "Role", `${model}-view`, "maas"),
                { needs: [modelNamespace], options },
            );
        }
        for (const tier of ["free", "premium", "enterprise"]) {
            const unit = b.component(`${tier}${suffix}`, "maas:governance:Tier", governance);
            const group = b.add(
                `tier-${tier}-users${suffix}`,
                "kubernetes:user.openshift.io/v1:Group",
                unit,
                object("user.openshift.io/v1", "Group", `tier-${tier}-users`),
                { options },
            );
            const subscription = cr(
                unit,
                "maas.opendatahub.io/v1alpha1",
                "MaaSSubscription",
                `${tier}${suffix}`,
                "models-as-a-service",
                { spec: { owner: { groups: [`tier-${tier}-users`] } } },
                [...refs, group],
                8,
                "jsonpath={.status.phase}=Active",
            );
            cr(
                unit,
                "maas.opendatahub.io/v1alpha1",
                "MaaSAuthPolicy",
                `${tier}${suffix}-access`,
                "models-as-a-service",
                { spec: { subjects: { groups: [`tier-${tier}-users`] } } },
                [subscription, ...refs],
                12,
                "jsonpath={.status.phase}=Active",
            );
            for (const user of ["ann", "ben", "cem"]) {
                core(unit, "Namespace", `wksp-${user}-${tier}${suffix}`, undefined, {}, [group]);
                b.add(
                    `wksp-${user}-${tier}${suffix}`,
                    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
                    unit,
                    object("rbac.authorization.k8s.io/v1", "RoleBinding", "edit", `wksp-${user}-${tier}`),
                    { needs: [group], options },
                );
            }
        }
    }
    cr(
        governance,
        "kuadrant.io/v1",
        "RateLimitPolicy",
        "gateway-rate-limits",
        "openshift-ingress",
        { spec: { limits: { free: { rates: [{ limit: 5, window: "2m" }] } } } },
        [gate, kuadrant],
        6,
        "condition=Accepted, condition=Enforced",
    );
    return { drafts: b.drafts, stack: stackName };
}

/** The plan of the sample. */
export function samplePlan(scale = 1): Plan {
    const { drafts, stack } = sampleDrafts(scale);
    const find = (kind: string): string => drafts.find((d) => d.resource.type.endsWith(`:${kind}`))!.resource.urn;
    return {
        stack,
        resources: drafts.map((draft) => draft.resource),
        outputs: {
            gateway: "https://maas.apps.demo.example.com",
            adminPassword: "[secret]",
            tiers: ["free", "premium", "enterprise"],
        },
        policy: [
            {
                rule: "image-digest",
                level: "advisory",
                urn: find("LLMInferenceService"),
                message: "the image is named by a tag that can move; name it by digest",
            },
            { rule: "cost-ceiling", level: "advisory", message: "one month of GPU nodes costs 71 % of the budget of this stack" },
        ],
        diagnostics: [{ severity: "warning", message: "the price table is more than 90 days old" }],
    };
}

/** A rehearsal of the sample in which everything comes up. */
export function sampleRehearsal(scale = 1): Rehearsal {
    const { drafts } = sampleDrafts(scale);
    const ends = new Map<string, number>();
    const blocker = new Map<string, string>();
    const pending = new Map(
        drafts.filter((d) => d.resource.options.custom && !d.resource.type.startsWith("pulumi:")).map((d) => [d.resource.urn, d]),
    );
    const timeline: { urn: string; start: number; end: number; readyWhen: string }[] = [];
    while (pending.size > 0) {
        for (const [urn, draft] of pending) {
            if (draft.resource.dependencies.every((need) => ends.has(need))) {
                const last = draft.resource.dependencies.reduce<string | undefined>(
                    (a, need) => (a === undefined || ends.get(need)! > ends.get(a)! ? need : a),
                    undefined,
                );
                const start = last === undefined ? 0 : ends.get(last)!;
                ends.set(urn, start + draft.wait);
                if (last !== undefined) {
                    blocker.set(urn, last);
                }
                timeline.push({ urn, start, end: start + draft.wait, readyWhen: draft.readyWhen });
                pending.delete(urn);
            }
        }
    }
    timeline.sort((a, b) => a.start - b.start || (a.urn < b.urn ? -1 : 1));
    const last = timeline.reduce((a, b) => (b.end > a.end ? b : a));
    const criticalPath = [last.urn];
    for (let urn = blocker.get(last.urn); urn !== undefined; urn = blocker.get(urn)) {
        criticalPath.unshift(urn);
    }
    return {
        ...samplePlan(scale),
        cluster: "memory",
        engine: "stand-in",
        operations: timeline.map(({ urn }) => ({ urn, operation: "create" })),
        timeline,
        criticalPath,
        totalSeconds: last.end,
        rejected: [],
        succeeded: true,
    };
}

/** The sample with everything that can go wrong. */
export function sampleFailure(): Rehearsal {
    const sample = sampleRehearsal();
    const refused = sample.resources.find((r) => r.type.endsWith(":RateLimitPolicy"))!;
    return {
        ...sample,
        timeline: sample.timeline.filter((entry) => entry.urn !== refused.urn),
        policy: [
            ...sample.policy,
            {
                rule: "spec-matches-schema",
                level: "mandatory",
                urn: refused.urn,
                message: "spec.limits.free.rates[0].window: `1d` is no duration; expected such as 2m",
            },
        ],
        diagnostics: [
            ...sample.diagnostics,
            { severity: "error", urn: refused.urn, message: "not created: refused by the cluster" },
        ],
        rejected: [
            {
                urn: refused.urn,
                object: "RateLimitPolicy openshift-ingress/gateway-rate-limits",
                reason: "Invalid",
                message: 'spec.limits[free].rates[0].window in body should match "^([0-9]{1,5}(h|m|s|ms)){1,4}$"',
            },
        ],
        succeeded: false,
    };
}
