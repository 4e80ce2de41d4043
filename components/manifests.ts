/** Rendered objects as resources of a stack. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { CustomResourceDefinitionPatch } from "@pulumi/kubernetes/apiextensions/v1";
import * as pulumi from "@pulumi/pulumi";

import type { Manifest } from "../stacks/manifests";

/** Kinds that others are of or in: there before all else. */
const FIRST = new Set(["CustomResourceDefinition", "Namespace"]);
/** Kinds that run something, and the Services that wait for it: all else is there before them. */
const RUNNING = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service"]);

/** What is installed, and after what. */
export interface ManifestsArgs {
    readonly objects: readonly Manifest[];
    /** Every object waits for these, and goes before them. */
    readonly after?: readonly pulumi.Resource[];
}

type ResourceClass = new (name: string, args: object, opts: pulumi.CustomResourceOptions) => pulumi.Resource;

/**
 * The objects of a rendered chart: definitions of kinds first, what runs last. Definitions that are there already are taken over,
 * and outlive the stack: with a definition go all objects of its kind, whoever made them.
 */
export class Manifests extends pulumi.ComponentResource {
    /** What runs, or all there is when nothing does. */
    public readonly running: readonly pulumi.Resource[];

    constructor(name: string, { objects, after = [] }: ManifestsArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:Manifests", name, {}, opts);
        const made = (chosen: readonly Manifest[], dependsOn: readonly pulumi.Resource[]): pulumi.Resource[] =>
            chosen.map((object) => this.object(name, object, [...dependsOn]));
        const first = made(
            objects.filter(({ kind }) => FIRST.has(kind)),
            after,
        );
        const still = made(
            objects.filter(({ kind }) => !FIRST.has(kind) && !RUNNING.has(kind)),
            [...after, ...first],
        );
        const running = made(
            objects.filter(({ kind }) => RUNNING.has(kind)),
            [...after, ...first, ...still],
        );
        this.running = running.length === 0 ? [...first, ...still] : running;
        this.registerOutputs({});
    }

    private object(prefix: string, object: Manifest, dependsOn: pulumi.Resource[]): pulumi.Resource {
        const { kind, metadata } = object;
        const name = [prefix, kind.toLowerCase(), metadata.namespace, metadata.name].filter(Boolean).join("-");
        return kind === "CustomResourceDefinition"
            ? // Not the definition itself: the API server refuses to make one that an earlier stack has left.
              new CustomResourceDefinitionPatch(name, forced(object), { parent: this, dependsOn, retainOnDelete: true })
            : new (classOf(object))(name, object, { parent: this, dependsOn });
    }
}

/** Whoever made it before is still said to own its fields. */
function forced({ metadata, ...rest }: Manifest): object {
    const annotations = { ...(metadata["annotations"] as object | undefined), "pulumi.com/patchForce": "true" };
    return { ...rest, metadata: { ...metadata, annotations } };
}

/** The SDK's class of a kind that Kubernetes ships, which knows what of it is secret; the general one for all others. */
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
