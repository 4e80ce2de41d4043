import * as pulumi from "@pulumi/pulumi";

import { registeredKinds, registeredPatches } from "../kinds";

interface Condition {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
}

/** Conditions that are bad when they are True. */
const bad = /^(Degraded|Stalled|Failing|Failed|Error)$/;

/**
 * Lets every custom resource that does not become ready tell why, in its controller's own words: the provider says what it
 * waited for, and of a field without a condition no more than its value.
 *
 * @param context of the kubeconfig. Default: the current one
 */
export function explaining(context: string | undefined): pulumi.ResourceTransformation {
    const hook = new pulumi.ErrorHook("what the object says of itself", async ({ type, newInputs, errors }) => {
        const definition = registeredKinds().get(type) ?? registeredPatches().get(type);
        const { name, namespace } = (newInputs?.["metadata"] ?? {}) as { name?: string; namespace?: string };
        // Whatever the API server refused has said why.
        if (definition !== undefined && name !== undefined && /failed to fully initialize|timed out/.test(errors[0] ?? "")) {
            const { Kube } = await import("./kube");
            const { apiVersion, plural, kind } = definition;
            const object = await Kube.connect(context)
                .then((kube) => kube.get({ apiVersion, plural, ...(namespace !== undefined && { namespace }) }, name))
                // What failed is told already; that the cluster cannot be asked adds nothing to it.
                .catch(() => undefined);
            const words = complaints(object?.status ?? {}).filter((complaint) => !errors[0]!.includes(complaint));
            if (words.length > 0) {
                await pulumi.log.error(
                    `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name} says: ${words.join("; ")}`,
                );
            }
        }
        return false;
    });
    return ({ type, props, opts }) =>
        registeredKinds().has(type) || registeredPatches().has(type)
            ? { props, opts: { ...opts, hooks: { ...opts.hooks, onError: [...(opts.hooks?.onError ?? []), hook] } } }
            : undefined;
}

/** What a status complains of. */
export function complaints(status: Readonly<Record<string, unknown>>): string[] {
    const conditions = Array.isArray(status["conditions"]) ? (status["conditions"] as Condition[]) : [];
    return conditions
        .filter((c) => (bad.test(c.type) ? c.status === "True" : c.status !== "True" && c.type !== "Progressing"))
        .map(({ type, status: value, reason = "", message = "" }) => {
            const why = [reason, message].filter((part) => part !== "").join(": ");
            return `${type}=${value}${why === "" ? "" : ` (${why})`}`;
        });
}
