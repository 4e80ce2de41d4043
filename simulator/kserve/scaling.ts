/**
 * Copies that follow the load: whether KEDA, or a HorizontalPodAutoscaler of KServe's own, acts. No load is played, so copies
 * stay at their fewest. Source: docs/sources/operators.md#keda and docs/sources/llm-d.md#scaling; KEDA 2.18.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, isTrue, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";
import { watchesOf } from "../watches";
import { KEDA, EXTERNAL_METRICS } from "./scaler";

/** KEDA: a ScaledObject is ready when its trigger proves itself to Prometheus, and a HorizontalPodAutoscaler then acts for it. */
export class ScaledObjects implements Controller {
    readonly name = "keda";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const readForTriggers = [
            K.KedaController,
            K.ClusterTriggerAuthentication,
            K.ServiceAccount,
            K.ClusterRoleBinding,
            K.Role,
            K.RoleBinding,
        ];
        this.watches = {
            ...watchesOf(world, K.ScaledObject, readForTriggers, KEDA),
            [K.Deployment]: ({ metadata }) => (metadata.ownerReferences?.length ? world.keys(K.ScaledObject) : []),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const object = this.world.get(K.ScaledObject, ...splitKey(key));
        const keda = this.world.all(K.KedaController).find((one) => one.status?.phase === "Installation Succeeded");
        if (!object || object.metadata.deletionTimestamp || !keda || !this.world.operator(KEDA)) {
            return;
        }
        const namespace = keda.metadata.namespace!;
        const fault = this.world.faults.notReady("ScaledObject", object.metadata.name);
        const wrong = fault === undefined ? this.unproven(object, namespace) : `${fault}: not ready in this rehearsal`;
        if (wrong === undefined && !pass.waited("ready", duration("operand.quick"))) {
            return;
        }
        const ready =
            wrong === undefined
                ? {
                      type: "Ready",
                      status: "True",
                      reason: "ScaledObjectReady",
                      message: "ScaledObject is defined correctly and is ready for scaling",
                  }
                : { type: "Ready", status: "False", reason: "ScaledObjectCheckFailed", message: wrong };
        // KEDA's conditions carry no times: its CRD does not know them.
        await this.world.setFields(object, { conditions: [ready] });
        if (wrong === undefined) {
            await this.act(object);
        }
    }

    private unproven(object: KubeObject, namespace: string): string | undefined {
        const [trigger] = object.spec.triggers as { metadata: { authModes?: string }; authenticationRef?: { name: string } }[];
        if (trigger?.metadata.authModes !== "bearer") {
            return undefined;
        }
        const failed = "failed to ensure HPA is correctly created for ScaledObject: ";
        const authentication = this.world.get(K.ClusterTriggerAuthentication, "", trigger.authenticationRef?.name ?? "");
        const tokens = (authentication?.spec.boundServiceAccountToken ?? []) as { serviceAccountName: string }[];
        const account = tokens[0]?.serviceAccountName;
        if (account === undefined) {
            return `${failed}error parsing prometheus metadata: bearer token=<empty> is required when bearer auth is enabled`;
        }
        if (!this.world.get(K.ServiceAccount, namespace, account)) {
            return `${failed}serviceaccounts "${account}" not found`;
        }
        if (!this.mayMakeTokens(namespace, account)) {
            return `${failed}serviceaccounts "${account}" is forbidden: User "system:serviceaccount:${namespace}:keda-operator" cannot create resource "serviceaccounts/token" in API group "" in the namespace "${namespace}"`;
        }
        const bound = this.world
            .all(K.ClusterRoleBinding)
            .some(
                (binding) =>
                    (binding as unknown as Binding).roleRef.name === "cluster-monitoring-view" &&
                    names(binding, namespace, account),
            );
        return bound ? undefined : `${failed}prometheus query api returned error. status: 403 response: Forbidden`;
    }

    private mayMakeTokens(namespace: string, account: string): boolean {
        return this.world.inNamespace(K.RoleBinding, namespace).some((binding) => {
            const role = this.world.get(K.Role, namespace, (binding as unknown as Binding).roleRef.name);
            const rules = ((role as unknown as { rules?: Rule[] } | undefined)?.rules ?? []).filter(
                ({ resources, verbs, resourceNames }) =>
                    resources.includes("serviceaccounts/token") &&
                    verbs.includes("create") &&
                    (resourceNames === undefined || resourceNames.includes(account)),
            );
            return rules.length > 0 && names(binding, namespace, "keda-operator");
        });
    }

    private async act(object: KubeObject): Promise<void> {
        const { name, namespace = "" } = object.metadata;
        const { scaleTargetRef, minReplicaCount, maxReplicaCount } = object.spec as {
            scaleTargetRef: { name: string };
            minReplicaCount: number;
            maxReplicaCount: number;
        };
        await this.world.ensure({
            apiVersion: "autoscaling/v2",
            kind: "HorizontalPodAutoscaler",
            metadata: { name: `keda-hpa-${name}`, namespace, ownerReferences: [ownerOf(object)] },
            spec: { scaleTargetRef: object.spec.scaleTargetRef, minReplicas: minReplicaCount, maxReplicas: maxReplicaCount },
        });
        await within(this.world, namespace, scaleTargetRef.name, minReplicaCount, maxReplicaCount);
    }
}

/** A HorizontalPodAutoscaler of KServe's own acts once somebody serves external metrics. */
export class ModelAutoscalers implements Controller {
    readonly name = "hpa";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = {
            [K.HorizontalPodAutoscaler]: (hpa) => (hpa.metadata.name.endsWith("-hpa") ? [keyOf(hpa)] : []),
            [K.APIService]: () => world.keys(K.HorizontalPodAutoscaler),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const hpa = this.world.get(K.HorizontalPodAutoscaler, ...splitKey(key));
        if (!hpa || hpa.metadata.deletionTimestamp || hpa.metadata.name.startsWith("keda-hpa-")) {
            return;
        }
        const served = isTrue(this.world.get(K.APIService, "", EXTERNAL_METRICS), "Available");
        if (served && !pass.waited("active", duration("operand.quick"))) {
            return;
        }
        await this.world.setStatus(hpa, {
            conditions: [
                served
                    ? { type: "ScalingActive", status: "True", reason: "ValidMetricFound", message: "" }
                    : {
                          type: "ScalingActive",
                          status: "False",
                          reason: "FailedGetExternalMetric",
                          message:
                              "unable to get external metric wva_desired_replicas: no metrics returned from external metrics API",
                      },
            ],
        });
        if (served) {
            const { scaleTargetRef, minReplicas, maxReplicas } = hpa.spec as {
                scaleTargetRef: { name: string };
                minReplicas: number;
                maxReplicas: number;
            };
            await within(this.world, hpa.metadata.namespace ?? "", scaleTargetRef.name, minReplicas, maxReplicas);
        }
    }
}

/** Holds the copies of a Deployment between two bounds. */
async function within(world: World, namespace: string, name: string, min: number, max: number): Promise<void> {
    const deployment = world.get(K.Deployment, namespace, name);
    if (deployment !== undefined) {
        const replicas = Math.min(max, Math.max(min, Number(deployment.spec.replicas ?? 1)));
        await world.patch(deployment, { spec: { replicas } });
    }
}

interface Binding {
    readonly roleRef: { readonly name: string };
    readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

interface Rule {
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

function names(binding: KubeObject, namespace: string, account: string): boolean {
    return ((binding as unknown as Binding).subjects ?? []).some(
        (subject) => subject.kind === "ServiceAccount" && subject.name === account && subject.namespace === namespace,
    );
}
