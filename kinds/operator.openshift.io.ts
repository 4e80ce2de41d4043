/** Operands of OpenShift's own operators. */
import { z } from "zod";

import { defineKind } from "./kind";
import { condition } from "./readiness";

const logLevel = z.enum(["Normal", "Debug", "Trace", "TraceAll"]);

/** LeaderWorkerSet's controller: workers of a model that span nodes. */
export const LeaderWorkerSetOperator = defineKind({
    apiVersion: "operator.openshift.io/v1",
    kind: "LeaderWorkerSetOperator",
    plural: "leaderworkersetoperators",
    scope: "Cluster",
    operator: "leader-worker-set",
    body: z.strictObject({
        spec: z.strictObject({
            managementState: z.enum(["Managed", "Unmanaged"]),
            logLevel: logLevel.optional(),
            operatorLogLevel: logLevel.optional(),
        }),
    }),
    names: ["cluster"],
    ready: [condition("Available")],
    source: "facts/platform.md 7.2",
});
