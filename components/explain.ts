import * as pulumi from "@pulumi/pulumi";

import { registeredKinds, registeredPatches } from "../kinds";
import { complaints, warnings } from "./complaints";
import type { Kube, KubeObject } from "./kube";
import { holderOf, isPulumis, plannedObject, type PlannedObject, remedyFor, removal } from "./planned";

/**
 * Lets every custom resource that does not become ready tell why, in its controller's own words: the provider says what it
 * waited for, and of a field without a condition no more than its value.
 *
 * It is a transformation instead of one of the newer transforms, which the engine calls for each resource: with them a plan
 * of some 3,000 resources took 17 % more processor time. Also, when a transform answers, the SDK turns a `deleteBeforeReplace`
 * that is not set into false, which overrules what the provider says.
 * Source: pulumi/pulumi@v3.248.0:sdk/nodejs/runtime/callbacks.ts
 *
 * @param connect connects with the cluster that the objects are read from
 */
export function explaining(connect: () => Promise<Kube>): pulumi.ResourceTransformation {
    const hook = new pulumi.ErrorHook("what the object says of itself", async ({ type, newInputs, errors }) => {
        const definition = registeredKinds().get(type) ?? registeredPatches().get(type);
        const { name, namespace } = (newInputs?.["metadata"] ?? {}) as { name?: string; namespace?: string };
        const existing = /already exists|AlreadyExists/.test(errors[0] ?? "")
            ? plannedObject(type, newInputs?.["metadata"])
            : undefined;
        if (existing !== undefined) {
            await tellHolder(connect, existing);
            return false;
        }
        // Whatever else the API server refused has an error message already.
        if (definition !== undefined && name !== undefined && /failed to fully initialize|timed out/.test(errors[0] ?? "")) {
            const { apiVersion, plural, kind } = definition;
            const said = await connect()
                .then(async (kube) => {
                    const object = await kube.get({ apiVersion, plural, ...(namespace !== undefined && { namespace }) }, name);
                    // Events of cluster-scoped objects are in `default`.
                    const events = await kube.list({ apiVersion: "v1", plural: "events", namespace: namespace ?? "default" });
                    return [...complaints(object?.status ?? {}), ...warnings(events, kind, name)];
                })
                // The failure is told already; that the cluster cannot be asked adds nothing to it.
                .catch((): string[] => []);
            const words = said.filter((complaint) => !errors[0]!.includes(complaint));
            if (words.length > 0) {
                await pulumi.log.error(
                    `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name} reports: ${words.join("; ")}`,
                );
            }
        }
        return false;
    });
    return ({ type, props, opts }) =>
        registeredKinds().has(type) || registeredPatches().has(type) || type === "kubernetes:core/v1:Namespace"
            ? { props, opts: { ...opts, hooks: { ...opts.hooks, onError: [...(opts.hooks?.onError ?? []), hook] } } }
            : undefined;
}

/** Says of an object that exists already whose it is, and which setting uses it. */
async function tellHolder(connect: () => Promise<Kube>, object: PlannedObject): Promise<void> {
    const { apiVersion, plural, namespace, name } = object;
    const found = await connect()
        .then((kube) => kube.get({ apiVersion, plural, ...(namespace !== undefined && { namespace }) }, name))
        .catch(() => undefined);
    await pulumi.log.error(existsAlready(object, found));
}

/**
 * The message about an object that this stack would create and that exists.
 *
 * @param found the object as it is on the cluster; undefined if it could not be read
 */
export function existsAlready(object: PlannedObject, found: KubeObject | undefined): string {
    const { namespace, name, kind } = object;
    const where = namespace === undefined ? name : `${namespace}/${name}`;
    const holder = found === undefined ? "" : ` (${holderOf(found)})`;
    // An engine that is killed while it creates an object has not written down that it did.
    const remedy =
        found !== undefined && isPulumis(found)
            ? `if another stack has it: ${remedyFor(object)}; if an interrupted up of this stack left it: ${removal(object)}, then pulumi up`
            : remedyFor(object);
    return `${kind} ${where} is on the cluster already${holder}, and this stack would create it. Remedy: ${remedy}`;
}
