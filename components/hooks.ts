import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";

/**
 * Whether the engine takes resource hooks. Pulumi's mocks (`pulumi.runtime.setMocks`) say that they do, and fail each resource
 * that has one: a program that is tested with them leaves its hooks out.
 */
function takesHooks(): boolean {
    const monitor = getMonitor();
    return monitor === undefined || "registerResourceHook" in monitor;
}

/**
 * A hook as a list, as resources take them: empty under Pulumi's mocks, which know no hooks.
 *
 * @param name unique in the stack
 * @param run fails the resource by throwing
 */
export function hooks(name: string, run: (args: pulumi.ResourceHookArgs) => Promise<void>): pulumi.ResourceHook[] {
    return takesHooks() ? [new pulumi.ResourceHook(name, run)] : [];
}
