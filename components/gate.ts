import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { GATE_LABEL } from "../catalogue/records";

/** The namespace that holds the records of all gates. */
export const RECORDS_NAMESPACE = "maas-platform";

/** What a gate waits for; it runs before the record is created, and again before the record changes. */
export type Check = (args: pulumi.ResourceHookArgs) => Promise<void>;

/**
 * A point in the graph that lets nothing pass until its check has succeeded.
 *
 * It is a ConfigMap that records what was found, created only after the check: whatever depends on it waits, and a
 * check that fails fails the deployment with its own message and runs again at the next `up`. (After its creation
 * it would be too late: the engine records a resource before it runs an after-hook, and never runs that again.)
 * Source: facts/engine.md.
 *
 * @param name of the record, unique in the stack
 * @param kind the value of {@link GATE_LABEL}
 * @param until what the gate waits for, in words that are unique in the stack; reports show them
 * @param record what the gate stands for; when it changes, the check runs again
 */
export function gate(
    name: string,
    kind: string,
    until: string,
    record: Record<string, string>,
    check: Check,
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
    const hook = new pulumi.ResourceHook(until, check);
    return new ConfigMap(
        name,
        {
            metadata: { name, namespace: RECORDS_NAMESPACE, labels: { [GATE_LABEL]: kind } },
            data: record,
        },
        { ...opts, hooks: { ...opts.hooks, beforeCreate: [hook], beforeUpdate: [hook] } },
    );
}
