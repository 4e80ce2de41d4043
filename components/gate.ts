import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { GATE_LABEL, RECORDS_NAMESPACE } from "../catalogue/records";
import { connectionOf } from "./clusterProvider";
import { hooks } from "./hooks";
import type { Kube } from "./kube";

export { RECORDS_NAMESPACE } from "../catalogue/records";

/** The state that a gate waits for, and the record that it writes when it has passed. */
export interface GateArgs {
    /** The value of {@link GATE_LABEL}. */
    readonly kind: string;
    /** The state that the gate waits for, in words that are unique in the stack; reports show them. */
    readonly until: string;
    /** The content of the record; when it changes, the check runs again. */
    readonly record: Readonly<Record<string, pulumi.Input<string>>>;
    /**
     * Resolves when the gate may open; what it throws fails the deployment. It runs before the record is created, and again
     * before the record changes.
     *
     * @param kube a client of the cluster that the record is written to
     */
    readonly check: (kube: Kube, args: pulumi.ResourceHookArgs) => Promise<void>;
}

/**
 * A point in the graph that lets nothing pass until its check has succeeded.
 *
 * It is a ConfigMap that records what was found, created only after the check: whatever depends on it waits, and a
 * check that fails fails the deployment with its own message and runs again at the next `up`. (After its creation
 * it would be too late: the engine records a resource before it runs an after-hook, and never runs that again.)
 * Source: docs/sources/pulumi.md#gates.
 *
 * @param name of the record, unique in the stack
 */
export function gate(name: string, { kind, until, record, check }: GateArgs, opts: pulumi.CustomResourceOptions): ConfigMap {
    const connect = connectionOf(opts);
    const before = hooks(until, async (args) => check(await connect(), args));
    return new ConfigMap(
        name,
        {
            metadata: { name, namespace: RECORDS_NAMESPACE, labels: { [GATE_LABEL]: kind } },
            data: record,
        },
        { ...opts, hooks: { ...opts.hooks, beforeCreate: before, beforeUpdate: before } },
    );
}
