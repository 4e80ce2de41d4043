/** The manifest of one resource of a plan. */
import { READY_WHEN } from "../../catalogue/gitops/gitops";
import { registeredKinds, registeredPatches } from "../../kinds";
import type { PlannedResource } from "../../rehearsal/result";
import type { Manifest } from "./rendering";

/** Annotations that only Pulumi's provider reads. */
const PULUMI = "pulumi.com/";
const WAIT_FOR = `${PULUMI}waitFor`;
/** Annotation with what Argo CD does otherwise for an object. */
export const SYNC_OPTIONS = "argocd.argoproj.io/sync-options";

/** Whether a resource is an object of Kubernetes that the program creates or patches. */
export function isObject({ type, inputs }: PlannedResource): boolean {
    return type.startsWith("kubernetes:") && typeof inputs["kind"] === "string";
}

/** Whether a resource changes fields of an object that somebody else creates. */
export function isPatch({ type, inputs }: PlannedResource): boolean {
    return type.endsWith(`:${String(inputs["kind"])}Patch`);
}

/** The object as Kubernetes takes it: without the annotations of Pulumi's provider, with those that Argo CD reads. */
export function manifestOf(resource: PlannedResource): Manifest {
    const { metadata, ...body } = resource.inputs as unknown as Manifest;
    const { annotations = {}, ...rest } = metadata;
    const kept = Object.entries(annotations).filter(([key]) => !key.startsWith(PULUMI));
    const options = syncOptions(resource);
    const ready = expressions(annotations[WAIT_FOR]);
    const all: Record<string, string> = {
        ...Object.fromEntries(kept),
        ...(options.length > 0 && { [SYNC_OPTIONS]: options.join(",") }),
        ...(ready.length > 0 && { [READY_WHEN]: ready.join("\n") }),
    };
    return {
        ...body,
        metadata: { ...rest, ...(Object.keys(all).length > 0 && { annotations: all }) },
    } as Manifest;
}

/** The expressions of `pulumi.com/waitFor`: one, or a JSON array. */
function expressions(text: string | undefined): readonly string[] {
    return text === undefined ? [] : text.startsWith("[") ? (JSON.parse(text) as string[]) : [text];
}

/**
 * A kind that an operator brings does not exist when Argo CD would try the whole sync; a patch is half an object, and not Argo CD's to
 * delete. Source: argoproj/argo-cd@v3.1.10:docs/user-guide/sync-options.md.
 */
function syncOptions(resource: PlannedResource): string[] {
    const { type, inputs, options } = resource;
    const token = `kubernetes:${String(inputs["apiVersion"])}:${String(inputs["kind"])}`;
    const definition = registeredKinds().get(token) ?? registeredPatches().get(type);
    const late = definition?.operator !== undefined;
    const patch = isPatch(resource);
    return [
        ...(late ? ["SkipDryRunOnMissingResource=true"] : []),
        ...(patch ? ["ServerSideApply=true", "Validate=false"] : []),
        ...(patch || options.retainOnDelete === true || options.protect === true ? ["Prune=false", "Delete=false"] : []),
    ];
}

/** Paths in a value whose content a plan does not know or does not show. */
export function hiddenIn(value: unknown, path = ""): string[] {
    if (typeof value === "string") {
        return value.includes("[unknown]") || value.includes("[secret]") ? [path] : [];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, i) => hiddenIn(item, `${path}[${i}]`));
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, item]) => hiddenIn(item, path === "" ? key : `${path}.${key}`))
        : [];
}

/** `spec.replicas` and `metadata.labels["a/b"]` as JSON pointers. Source: RFC 6901. */
export function pointerOf(path: string): string {
    const keys = [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map((found) => found[1] ?? found[2] ?? found[3]!);
    return keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
