import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { type Actuator, METRIC_ALIASES } from "../../catalogue/models/scaling";
import { ClusterTriggerAuthentication, KedaController } from "../../kinds/keda.sh";
import { PrometheusRule } from "../../kinds/monitoring.coreos.com";
import { describedBy } from "../component";
import type { InstalledOperator } from "../layer";
import { adapterServes, kedaConfigured, kedaRuns, TRIGGER_AUTHENTICATION } from "./autoscalingGates";

/** Arguments of {@link Autoscaling}. */
export interface AutoscalingArgs {
    /** The controller that sets the replicas. Plain: it decides which objects exist. */
    readonly actuator: Actuator;
    /** The operator of KEDA, where KEDA is the actuator, and whether others have set KEDA up. */
    readonly keda: { readonly operator: InstalledOperator; readonly existing: boolean } | undefined;
    readonly modelsNamespace: pulumi.Input<string>;
    /** OpenShift AI, which configures where metrics are read. Its namespace is plain: a gate looks into it. */
    readonly openShiftAi: { readonly ready: pulumi.Resource; readonly namespace: string };
}

const READER = "keda-metrics-reader";
const RBAC = "rbac.authorization.k8s.io";

/**
 * The objects that scaling models by load needs: the metrics under the names that the variant autoscaler queries, and either KEDA with the
 * right to read the autoscaler's metric, or an existing Prometheus Adapter.
 * Source: docs/sources/llm-d.md#scaling; opendatahub-io/kserve@odh-v3.4:pkg/controller/v1alpha2/llmisvc/scaling.go;
 * OpenShift 4.21, Nodes 3.5.
 */
export class Autoscaling extends pulumi.ComponentResource {
    /** Name of the ClusterTriggerAuthentication of KEDA; undefined without KEDA. */
    public readonly triggerAuthentication: pulumi.Output<string> | undefined;

    constructor(name: string, args: AutoscalingArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:Autoscaling", name, describedBy(args), opts);
        const { actuator, keda, modelsNamespace, openShiftAi } = args;
        new PrometheusRule(
            `${name}-metrics`,
            {
                metadata: { name: "models-autoscaling", namespace: modelsNamespace },
                spec: {
                    groups: [
                        {
                            name: "names-of-the-variant-autoscaler",
                            interval: "15s",
                            rules: METRIC_ALIASES.map(({ record, expr }) => ({ record, expr })),
                        },
                    ],
                },
            },
            { parent: this },
        );
        if (actuator === "keda") {
            this.triggerAuthentication = this.keda(name, keda!, openShiftAi);
        } else {
            adapterServes(`${name}-adapter`, { parent: this });
        }
        this.registerOutputs({ triggerAuthentication: this.triggerAuthentication });
    }

    /** KEDA with its right to read metrics. @returns the name of its ClusterTriggerAuthentication */
    private keda(
        name: string,
        { operator, existing }: NonNullable<AutoscalingArgs["keda"]>,
        openShiftAi: AutoscalingArgs["openShiftAi"],
    ): pulumi.Output<string> {
        const namespace = operator.namespaceName;
        const within = { parent: this, dependsOn: operator };
        const runs = existing
            ? kedaRuns(`${name}-keda`, namespace, within)
            : new KedaController(`${name}-keda`, { metadata: { name: "keda", namespace }, spec: { watchNamespace: "" } }, within);
        const authentication = new ClusterTriggerAuthentication(
            `${name}-authentication`,
            {
                metadata: { name: TRIGGER_AUTHENTICATION },
                spec: { boundServiceAccountToken: [{ parameter: "bearerToken", serviceAccountName: READER }] },
            },
            { parent: this, dependsOn: [runs, ...metricsReader(name, namespace, within)] },
        );
        kedaConfigured(`${name}-configured`, openShiftAi.namespace, { parent: this, dependsOn: openShiftAi.ready });
        return authentication.metadata.name;
    }
}

/** The ServiceAccount that may read the cluster's metrics, and KEDA's right to request its tokens. */
function metricsReader(
    name: string,
    namespace: string,
    within: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource },
): pulumi.Resource[] {
    const reader = new ServiceAccount(`${name}-reader`, { metadata: { name: READER, namespace } }, within);
    const view = new ClusterRoleBinding(
        `${name}-reader`,
        {
            metadata: { name: `${READER}-monitoring` },
            roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "cluster-monitoring-view" },
            subjects: [{ kind: "ServiceAccount", name: READER, namespace }],
        },
        within,
    );
    // KEDA requests short-lived tokens of this account, and of no other.
    const role = new Role(
        `${name}-tokens`,
        {
            metadata: { name: `${READER}-token`, namespace },
            rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: [READER], verbs: ["create"] }],
        },
        within,
    );
    const tokens = new RoleBinding(
        `${name}-tokens`,
        {
            metadata: { name: `${READER}-token`, namespace },
            roleRef: { apiGroup: RBAC, kind: "Role", name: `${READER}-token` },
            subjects: [{ kind: "ServiceAccount", name: "keda-operator", namespace }],
        },
        { parent: within.parent, dependsOn: role },
    );
    return [reader, view, tokens];
}
