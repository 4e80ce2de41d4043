/** Objects of the cluster, and the resources that stand for them. */
import type { KubeObject, ObjectRef } from "../../cluster/cluster";
import { containsUnknown, plain, Secret, secret, type Value, type Values } from "../../values";
import { digest } from "../echo";
import type { Subject } from "../provider";
import { isTrue } from "./gates";

/** The field manager of ordinary resources. */
export const MANAGER = "pulumi-kubernetes";
const PATCH_MANAGER = "pulumi.com/patchFieldManager";
const PATCH_FORCE = "pulumi.com/patchForce";

/** The field manager of a resource, and whether it takes fields from others. */
export function applyOptions(subject: Subject, object: KubeObject): { fieldManager: string; force: boolean } {
    const annotations = object.metadata.annotations ?? {};
    const force = isTrue(annotations[PATCH_FORCE]) || isTrue(plain(subject.config["enablePatchForce"] ?? null));
    const fallback = isPatch(subject, object.kind) ? `${MANAGER}-${digest(subject.urn, 8)}` : MANAGER;
    return { fieldManager: annotations[PATCH_MANAGER] ?? fallback, force };
}

export function isMap(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

export function unwrapped(value: Value | undefined): Value | undefined {
    return value instanceof Secret ? value.value : value;
}

export function metadataOf(values: Values): Values {
    const metadata = unwrapped(values["metadata"]);
    return isMap(metadata) ? metadata : {};
}

export function groupOf(values: Values): string {
    return String(values["apiVersion"]).split("/")[0]!;
}

/** The apiVersion and kind of a resource's object. @throws Error for the provider's resources that are no objects */
export function identityOf(subject: Subject, inputs: Values): { apiVersion: string; kind: string } {
    const { apiVersion, kind } = inputs;
    if (typeof apiVersion === "string" && typeof kind === "string") {
        return { apiVersion, kind };
    }
    const match = /^kubernetes:(.+)\/([^/:]+):([^:]+)$/.exec(subject.type);
    if (match === null || match[1] === "helm.sh" || match[1] === "kustomize") {
        throw new Error(`${subject.type} is rendered by the real provider; a rehearsal knows objects only`);
    }
    const group = match[1]!;
    return { apiVersion: group === "core" ? match[2]! : `${group}/${match[2]}`, kind: match[3]! };
}

/** Whether the resource is a patch: it writes some fields of an object of another owner. */
export function isPatch(subject: Subject, kind: string): boolean {
    return subject.type.endsWith(`:${kind}Patch`);
}

export function defaultNamespace(subject: Subject): string {
    const namespace: unknown = plain(subject.config["namespace"] ?? null);
    return typeof namespace === "string" && namespace !== "" ? namespace : "default";
}

/** The object to send. @throws Error when something in it is not known */
export function toObject(subject: Subject, inputs: Values, id?: string): KubeObject {
    if (id === undefined && containsUnknown(inputs)) {
        throw new Error("its inputs are not all known");
    }
    const object = plain(inputs) as KubeObject;
    return { ...object, metadata: { ...object.metadata, ...(id !== undefined && parseId(id)) } };
}

export function refOf(object: KubeObject): ObjectRef {
    const { apiVersion, kind, metadata } = object;
    return { apiVersion, kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) };
}

export function idOf(object: KubeObject): string {
    const { name, namespace } = object.metadata;
    return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

export function parseId(id: string): { name: string; namespace?: string } {
    const slash = id.indexOf("/");
    return slash < 0 ? { name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** The outputs of an object: all its fields except managedFields. */
export function outputsOf(object: KubeObject, inputs?: Values): Values {
    const { managedFields: _, ...metadata } = object.metadata;
    const outputs = { ...inputs, ...object, metadata } as unknown as Values;
    const isSecret = object.apiVersion === "v1" && object.kind === "Secret" && outputs["data"] !== undefined;
    return isSecret ? { ...outputs, data: secret(outputs["data"]!) } : outputs;
}

/** Whether the live object is the one that this resource created: another object of its name must not be deleted. */
export function sameObject(live: KubeObject, outputs: Values): boolean {
    const uid = metadataOf(outputs)["uid"];
    return uid === undefined || live.metadata.uid === undefined || live.metadata.uid === uid;
}

export function propagation(object: KubeObject): "Foreground" | "Background" | "Orphan" {
    const policy = object.metadata.annotations?.["pulumi.com/deletionPropagationPolicy"]?.toLowerCase();
    return policy === "background" ? "Background" : policy === "orphan" ? "Orphan" : "Foreground";
}

export function timeoutOnly(object: KubeObject): Record<string, string> {
    const seconds = object.metadata.annotations?.["pulumi.com/timeoutSeconds"];
    return { "pulumi.com/skipAwait": "true", ...(seconds !== undefined && { "pulumi.com/timeoutSeconds": seconds }) };
}

/** Leaves to others what they have changed meanwhile in the fields whose changes are ignored. */
export function dropIgnored(subject: Subject, object: KubeObject, olds: unknown, live: KubeObject | undefined): void {
    for (const path of subject.ignoreChanges ?? []) {
        const steps = path.split(".");
        if (live !== undefined && JSON.stringify(at(live, steps)) !== JSON.stringify(at(olds, steps))) {
            const holder = at(object, steps.slice(0, -1));
            if (isMap(holder)) {
                delete holder[steps.at(-1)!];
            }
        }
    }
}

function at(root: unknown, steps: readonly string[]): unknown {
    return steps.reduce<unknown>((value, step) => (isMap(value) ? value[step] : undefined), root);
}
