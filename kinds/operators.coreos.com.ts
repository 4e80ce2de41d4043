/** Operator Lifecycle Manager: what to install, into which namespaces, and what came of it. */
import { z } from "zod";

import { dnsLabel, toleration, unique } from "./common";
import { defineKind } from "./kind";

/** The namespaces in which the operators of a namespace watch; all of them when `targetNamespaces` is absent. */
export const OperatorGroup = defineKind({
    apiVersion: "operators.coreos.com/v1",
    kind: "OperatorGroup",
    plural: "operatorgroups",
    scope: "Namespaced",
    body: z.strictObject({
        spec: z.strictObject({
            targetNamespaces: unique(dnsLabel).min(1).optional(),
            upgradeStrategy: z.enum(["Default", "TechPreviewUnsafeFailForward"]).optional(),
        }),
    }),
    source: "docs/sources/operators.md#install-modes",
});

/**
 * A request to install a package from a catalogue and keep it installed.
 *
 * Ready when OLM has resolved it: `status.state` is set, to `UpgradePending` while a plan waits for approval. That
 * says nothing about the operator running; the gate of `components/operators/` does.
 */
export const Subscription = defineKind(
    {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "Subscription",
        plural: "subscriptions",
        scope: "Namespaced",
        body: z.strictObject({
            spec: z.strictObject({
                name: z.string(),
                channel: z.string(),
                source: z.string(),
                sourceNamespace: z.string(),
                startingCSV: z.string().optional(),
                installPlanApproval: z.enum(["Automatic", "Manual"]),
                config: z
                    .strictObject({
                        env: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
                        tolerations: z.array(toleration).optional(),
                    })
                    .optional(),
            }),
        }),
        source: "docs/sources/operators.md#install-modes, #installed-is-not-running",
    },
    {} as { installedCSV?: string; currentCSV?: string; state?: string },
);
