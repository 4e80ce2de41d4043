import type { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { checked } from "./check";
import type { KindDefinition } from "./definition";
import { type Gate, waitFor } from "./readiness";
import { lazy } from "../catalogue/lazy";

const apiextensions = lazy(
    () => require("@pulumi/kubernetes/apiextensions") as typeof import("@pulumi/kubernetes/apiextensions"),
);

export type { KindDefinition } from "./definition";

/** `T` as a resource argument: every field may be an output. */
export type InputsOf<T> = T extends readonly (infer U)[]
    ? pulumi.Input<pulumi.Input<InputsOf<U>>[]>
    : T extends object
      ? pulumi.Input<{ [K in keyof T]: InputsOf<T[K]> }>
      : pulumi.Input<T>;

/** Arguments of a custom resource: its metadata and its body, each field of which may be an output. */
export type KindArgs<Body extends z.ZodObject> = {
    metadata: pulumi.Input<inputs.meta.v1.ObjectMeta> & { name: string };
} & { [K in keyof z.input<Body>]: InputsOf<z.input<Body>[K]> };

/** A custom resource whose spec and status are typed. */
export type KindResource<Body extends z.ZodObject, Status> = CustomResource & {
    readonly spec: pulumi.Output<"spec" extends keyof z.output<Body> ? z.output<Body>["spec"] : unknown>;
    /** The status that the controller reported when the resource became ready; unknown in a preview. */
    readonly status: pulumi.Output<Status>;
};

/** The class of one kind, and its definition. */
export interface KindClass<Body extends z.ZodObject, Status> {
    new (name: string, args: KindArgs<Body>, opts?: pulumi.CustomResourceOptions): KindResource<Body, Status>;
    /** The type token that the engine, policies and tests know these objects by. */
    readonly type: string;
    readonly definition: KindDefinition<Body>;
}

const kinds = new Map<string, KindDefinition>();
const patches = new Map<string, KindDefinition>();

/** The type token of a kind: `kubernetes:<group>/<version>:<Kind>`. */
export function typeToken(apiVersion: string, kind: string): string {
    return `kubernetes:${apiVersion}:${kind}`;
}

/** Every kind whose module has been loaded, by type token. `kinds/index.ts` loads them all. */
export function registeredKinds(): ReadonlyMap<string, KindDefinition> {
    return kinds;
}

/** Every patch whose module has been loaded, by type token (`…:<Kind>Patch`); the schema is of the patched fields. */
export function registeredPatches(): ReadonlyMap<string, KindDefinition> {
    return patches;
}

/** The gates of an object of a kind. */
export function gatesOf(definition: KindDefinition, body: Readonly<Record<string, unknown>>): readonly Gate[] {
    return typeof definition.ready === "function" ? definition.ready(body) : (definition.ready ?? []);
}

/**
 * Defines a kind of custom resource once: from it come the type of the constructor's arguments, the check of
 * every resolved object before it is sent, the schema of the rehearsal's cluster, and the page in docs/.
 *
 * The returned class loads Pulumi's SDK when it is first constructed, so that the policy pack and the rehearsal
 * can read schemas without paying for the SDK.
 *
 * @param _status an example that carries the type of what the controller writes, as far as this program reads it
 * @throws Error when the same kind is defined twice
 */
export function defineKind<Body extends z.ZodObject, Status = Record<string, unknown>>(
    definition: KindDefinition<Body>,
    _status?: Status,
): KindClass<Body, Status> {
    return define(definition, typeToken(definition.apiVersion, definition.kind), kinds, () => apiextensions().CustomResource);
}

/**
 * Defines a patch of objects that somebody else creates and owns: server-side apply of just the fields of `body`.
 * Before it is sent the object must exist (docs/sources/pulumi.md#patches: the provider would create a half of it), so a
 * patch
 * depends on whatever says that it does.
 */
export function definePatch<Body extends z.ZodObject>(
    definition: KindDefinition<Body>,
): KindClass<Body, Record<string, unknown>> {
    return define(
        definition,
        typeToken(definition.apiVersion, `${definition.kind}Patch`),
        patches,
        () => apiextensions().CustomResourcePatch,
    );
}

type Constructor = new (name: string, args: object, opts?: object) => object;

function define<Body extends z.ZodObject, Status>(
    definition: KindDefinition<Body>,
    type: string,
    registry: Map<string, KindDefinition>,
    base: () => unknown,
): KindClass<Body, Status> {
    if (registry.has(type)) {
        throw new Error(`kind ${type} is defined twice`);
    }
    registry.set(type, definition as unknown as KindDefinition);

    let resource: Constructor | undefined;
    const construct = function (name: string, args: KindArgs<Body>, opts?: pulumi.CustomResourceOptions): object {
        resource ??= resourceClass(definition as unknown as KindDefinition, base() as Constructor);
        return new resource(name, args, opts);
    };
    return Object.assign(construct, { type, definition }) as unknown as KindClass<Body, Status>;
}

function resourceClass(definition: KindDefinition, base: Constructor): Constructor {
    return class extends base {
        constructor(name: string, args: object, opts?: object) {
            const { metadata, ...body } = args as { metadata: inputs.meta.v1.ObjectMeta; [field: string]: unknown };
            const gates = gatesOf(definition, body);
            const annotations = { ...(metadata.annotations as object), ...(gates.length > 0 && waitFor(...gates)) };
            const minutes = definition.readyWithinMinutes;
            const { body: sent, judged } = checked(definition, String(metadata.name), body);
            super(
                name,
                {
                    apiVersion: definition.apiVersion,
                    kind: definition.kind,
                    // An empty map would be owned, and clash with the next manager.
                    metadata: {
                        ...metadata,
                        // Nothing is registered before the body was judged.
                        ...(judged !== undefined && { name: judged.apply(() => metadata.name) }),
                        ...(Object.keys(annotations).length > 0 && { annotations }),
                    },
                    ...sent,
                    // A CustomResource has outputs only for the keys that it was constructed with.
                    status: undefined,
                },
                { ...(minutes !== undefined && { customTimeouts: { create: `${minutes}m`, update: `${minutes}m` } }), ...opts },
            );
        }
    };
}
