/** The kinds by which the Cluster Observability Operator extends the console. */
import { z } from "zod";

import { defineKind } from "./kind";
import { condition } from "./readiness";

/**
 * The pages of the console for metrics and for Perses dashboards. (There was a type `Dashboards` too; the operator has
 * dropped it, and Perses has taken its place.)
 */
export const UIPlugin = defineKind({
    apiVersion: "observability.openshift.io/v1alpha1",
    kind: "UIPlugin",
    plural: "uiplugins",
    scope: "Cluster",
    operator: "cluster-observability-operator",
    body: z.strictObject({
        spec: z.strictObject({
            type: z.literal("Monitoring"),
            monitoring: z.strictObject({ perses: z.strictObject({ enabled: z.literal(true) }) }),
        }),
    }),
    // The operator takes each type under one name only.
    names: ["monitoring"],
    ready: [condition("Reconciled"), condition("Available")],
    source: "docs/sources/observability.md#console-plugins",
});
