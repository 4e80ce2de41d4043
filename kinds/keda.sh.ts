/** The Custom Metrics Autoscaler: KEDA. */
import { z } from "zod";

import { dnsLabel } from "./common";
import { defineKind } from "./kind";
import { jsonPath } from "./readiness";

/** KEDA itself. Of several the operator minds the one called `keda` in its own namespace. */
export const KedaController = defineKind({
    apiVersion: "keda.sh/v1alpha1",
    kind: "KedaController",
    plural: "kedacontrollers",
    scope: "Namespaced",
    operator: "openshift-custom-metrics-autoscaler-operator",
    names: ["keda"],
    body: z.strictObject({
        spec: z.strictObject({
            // Empty: all of them.
            watchNamespace: z.string(),
            operator: z.strictObject({ logLevel: z.enum(["debug", "info", "error"]).optional() }).optional(),
            metricsServer: z.strictObject({ logLevel: z.enum(["0", "4"]).optional() }).optional(),
        }),
    }),
    ready: [jsonPath(".status.phase", "Installation Succeeded")],
    source: "docs/sources/operators.md#keda; openshift/custom-metrics-autoscaler-operator@release-4.21:config/crd/bases/keda.sh_kedacontrollers.yaml",
});

/** The login of the triggers of all namespaces, by tokens that KEDA asks for: nothing is kept in a Secret. */
export const ClusterTriggerAuthentication = defineKind({
    apiVersion: "keda.sh/v1alpha1",
    kind: "ClusterTriggerAuthentication",
    plural: "clustertriggerauthentications",
    scope: "Cluster",
    operator: "openshift-custom-metrics-autoscaler-operator",
    body: z.strictObject({
        spec: z.strictObject({
            boundServiceAccountToken: z
                .array(z.strictObject({ parameter: z.literal("bearerToken"), serviceAccountName: dnsLabel }))
                .length(1),
        }),
    }),
    source: "docs/sources/llm-d.md#scaling; OpenShift 4.21, Nodes 3.5 (trigger authentications)",
});
