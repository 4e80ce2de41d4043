/** How the cases of a rule are told, and the resources that they begin with. */
import * as pulumi from "@pulumi/pulumi";

import type { Subject } from "../judge";

/** Stands where a preview does not know a value. */
export const UNKNOWN = pulumi.runtime.unknownValue;

/** Changes the good subjects; tells what the rule then says. */
export interface Broken {
    readonly what: string;
    readonly change: (subjects: any[]) => unknown;
    /** What each finding says, in their order. */
    readonly says: RegExp | readonly RegExp[];
    /** In place of the case's. */
    readonly config?: Readonly<Record<string, unknown>>;
}

export interface Case {
    readonly good: () => Subject[];
    readonly broken: readonly Broken[];
    /** Changes that it accepts all the same. */
    readonly accepted: readonly Omit<Broken, "says">[];
    readonly config?: Readonly<Record<string, unknown>>;
    /** What an unknown value may turn out to be, beside what stands in the accepted subjects. */
    readonly may?: readonly unknown[];
    /** Paths whose value follows from another's, or that are there whatever their value is. */
    readonly follows?: RegExp;
    /** Paths on whose value several others hang: the rule says nothing while it is unknown, though a thinker could. */
    readonly silent?: RegExp;
    /** It does not matter which resource is told of. */
    readonly anywhere?: boolean;
}

export const k = (type: string, name: string, props: object, more: Partial<Subject> = {}): Subject => ({
    type: `kubernetes:${type}`,
    name,
    props: props as Record<string, unknown>,
    ...more,
});
export const model = (template: object): Subject =>
    k("serving.kserve.io/v1alpha2:LLMInferenceService", "model", { metadata: { name: "m", namespace: "n" }, spec: { template } });
export const subscription = (name: string, priority: number, limit: number, groups = [`${name}-users`]): Subject =>
    k("maas.opendatahub.io/v1alpha1:MaaSSubscription", `${name}-subscription`, {
        metadata: { name },
        spec: {
            priority,
            owner: { groups: groups.map((g) => ({ name: g })) },
            modelRefs: [{ name: "m", namespace: "n", tokenRateLimits: [{ limit, window: "1m" }] }],
        },
    });
export const authPolicy = (name: string, groups = [`${name}-users`]): Subject =>
    k("maas.opendatahub.io/v1alpha1:MaaSAuthPolicy", `${name}-auth-policy`, {
        metadata: { name },
        spec: { modelRefs: [{ name: "m", namespace: "n" }], subjects: { groups: groups.map((g) => ({ name: g })) } },
    });
export const olm = (name: string, spec: object): Subject =>
    k("operators.coreos.com/v1alpha1:Subscription", name, { metadata: { name }, spec: { name, ...spec } });
export const deployment = (container: object, labels: object = { app: "db" }): Subject =>
    k("apps/v1:Deployment", "workload", {
        metadata: { name: "w", namespace: "n" },
        spec: { template: { metadata: { labels }, spec: { containers: [container] } } },
    });

export const nodes = (replicas: number | string, instanceType = "g6e.2xlarge"): Subject =>
    k("machine.openshift.io/v1beta1:MachineSet", "pool-l40s-us-east-2a", {
        metadata: { name: "set", namespace: "openshift-machine-api" },
        spec: {
            replicas,
            template: {
                spec: {
                    metadata: { labels: { "maas-platform.io/pool": "l40s" } },
                    taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
                    providerSpec: {
                        value: {
                            kind: "AWSMachineProviderConfig",
                            instanceType,
                            placement: { region: "us-east-1", availabilityZone: "us-east-1a" },
                        },
                    },
                },
            },
        },
    });
/** A MachineSet whose nodes belong to another pool. */
export const inPool = (pool: string, set: Subject): Subject => {
    (set.props as any).spec.template.spec.metadata.labels["maas-platform.io/pool"] = pool;
    return set;
};
export const servedOn = (pool: string, replicas: number): Subject =>
    k("serving.kserve.io/v1alpha2:LLMInferenceService", "model-m-service", {
        metadata: { name: "m", namespace: "n" },
        spec: {
            replicas,
            template: {
                nodeSelector: { "maas-platform.io/pool": pool },
                tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
                containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": "1" } } }],
            },
        },
    });

export const gatewayOf = (): Subject =>
    k("gateway.networking.k8s.io/v1:Gateway", "gateway", {
        metadata: {
            name: "maas-default-gateway",
            namespace: "openshift-ingress",
            labels: { "app.kubernetes.io/name": "maas", "opendatahub.io/managed": "false" },
            annotations: { "opendatahub.io/managed": "false", "security.opendatahub.io/authorino-tls-bootstrap": "true" },
        },
        spec: {
            listeners: [
                {
                    name: "https",
                    protocol: "HTTPS",
                    tls: { mode: "Terminate" },
                    allowedRoutes: { namespaces: { from: "Selector" } },
                },
            ],
        },
    });

/** A policy of limits on the gateway. */
export const limitsOn = (kind: string, predicate: string): Subject =>
    k(`kuadrant.io/v1:${kind}`, "limits", {
        metadata: { name: "limits", namespace: "openshift-ingress" },
        spec: {
            targetRef: { kind: "Gateway", name: "maas-default-gateway" },
            limits: { free: { when: [{ predicate }], counters: [{ expression: "auth.identity.userid" }] } },
        },
    });

/** Lets several pods share each GPU of the first subject's nodes. */
export const shared = (all: any[], pods: number): void => {
    all[0].props.spec.template.spec.metadata.labels["nvidia.com/device-plugin.config"] = "l40s";
    all.push(
        k("nvidia.com/v1:ClusterPolicy", "policy", {
            metadata: { name: "gpu-cluster-policy" },
            spec: { devicePlugin: { enabled: true, config: { name: "device-plugin-config", default: "default" } } },
        }),
        k("core/v1:ConfigMap", "sharing", {
            metadata: { name: "device-plugin-config", namespace: "nvidia-gpu-operator" },
            data: { l40s: `sharing:\n  timeSlicing:\n    resources:\n      - name: nvidia.com/gpu\n        replicas: ${pods}\n` },
        }),
    );
};

export const autoscaler = (min: number, max: number): Subject =>
    k("autoscaling.openshift.io/v1beta1:MachineAutoscaler", "scaler", {
        metadata: { name: "scaler", namespace: "openshift-machine-api" },
        spec: { minReplicas: min, maxReplicas: max, scaleTargetRef: { kind: "MachineSet", name: "set" } },
    });

/** The first container of a deployment. */
export function image(deployed: any): any {
    return deployed.props.spec.template.spec.containers[0];
}

/** The provider's part of a MachineSet. */
export function machine(set: any): any {
    return set.props.spec.template.spec.providerSpec.value;
}
