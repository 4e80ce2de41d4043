/** Rendered objects as resources of a stack. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { CustomResourceDefinitionPatch } from "@pulumi/kubernetes/apiextensions/v1";
import * as pulumi from "@pulumi/pulumi";

import type { Manifest } from "../stacks/manifests";
import { describedBy } from "./component";

/** Kinds that are created first: the definitions and namespaces of all other objects. */
const FIRST = new Set(["CustomResourceDefinition", "Namespace"]);
/** Kinds that are created last: workloads, and the Services that wait for them. */
const RUNNING = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service"]);

/** The objects, and their order. The objects must be known in a plan: each becomes a resource. */
export interface ManifestsArgs {
    readonly objects: readonly Manifest[];
    /** Every object is created after these, and deleted before them. */
    readonly after?: readonly pulumi.Resource[];
}

type ResourceClass = new (name: string, args: object, opts: pulumi.CustomResourceOptions) => pulumi.Resource;

/**
 * The objects of a rendered chart: definitions of kinds first, workloads last. Existing definitions are taken over. A destroy keeps
 * all definitions, since deleting one deletes all objects of its kind, whoever created them.
 */
export class Manifests extends pulumi.ComponentResource {
    /** The workloads, or all objects when there is none. Depend on them to have the chart running. */
    public readonly running: readonly pulumi.Resource[];

    constructor(name: string, { objects, after = [] }: ManifestsArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const described = describedBy({ objects: objects.map(referenceOf) });
        // The type of earlier versions.
        super("maas:manifests:Manifests", name, described, {
            ...opts,
            aliases: [...(opts.aliases ?? []), { type: "maas:Manifests" }],
        });
        const create = (chosen: readonly Manifest[], dependsOn: readonly pulumi.Resource[]): pulumi.Resource[] =>
            chosen.map((object) => this.object(name, object, [...dependsOn]));
        const definitions = create(
            objects.filter(({ kind }) => FIRST.has(kind)),
            after,
        );
        const others = create(
            objects.filter(({ kind }) => !FIRST.has(kind) && !RUNNING.has(kind)),
            [...after, ...definitions],
        );
        const workloads = create(
            objects.filter(({ kind }) => RUNNING.has(kind)),
            [...after, ...definitions, ...others],
        );
        this.running = workloads.length === 0 ? [...definitions, ...others] : workloads;
        this.registerOutputs({ objects: objects.map(referenceOf) });
    }

    private object(prefix: string, object: Manifest, dependsOn: pulumi.Resource[]): pulumi.Resource {
        const { kind, metadata } = object;
        const name = [prefix, kind.toLowerCase(), metadata.namespace, metadata.name].filter(Boolean).join("-");
        return kind === "CustomResourceDefinition"
            ? // A patch: the API server refuses to create a definition that an earlier stack has kept.
              new CustomResourceDefinitionPatch(name, forced(object), { parent: this, dependsOn, retainOnDelete: true })
            : new (classOf(object))(name, object, { parent: this, dependsOn });
    }
}

/** Takes the fields over from the field manager that created the object. */
function forced({ metadata, ...rest }: Manifest): object {
    const annotations = { ...(metadata["annotations"] as object | undefined), "pulumi.com/patchForce": "true" };
    return { ...rest, metadata: { ...metadata, annotations } };
}

/** `Deployment external-secrets/webhook`, for the state. */
function referenceOf({ kind, metadata: { name, namespace } }: Manifest): string {
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** The SDK's class of a built-in kind, which knows its secret fields; CustomResource for all others. */
function classOf({ apiVersion, kind }: Manifest): ResourceClass {
    const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
    const module = `@pulumi/kubernetes/${group!.split(".")[0]}/${version}/${kind[0]!.toLowerCase()}${kind.slice(1)}`;
    try {
        require.resolve(module);
    } catch {
        return CustomResource as ResourceClass;
    }
    return (require(module) as Record<string, ResourceClass>)[kind]!;
}
