/**
 * The readiness of an object for the provider: the gates of `pulumi.com/waitFor`, or the rules of built-in kinds.
 * Source: docs/sources/pulumi.md#waiting.
 */
import type { KubeObject } from "../../cluster/cluster";
import { plain, type Values } from "../../values";
import { parseJsonPath } from "./jsonPath";

/** The result of a gate for an object. */
export interface Verdict {
    readonly ready: boolean;
    /** The state of the object, for messages. */
    readonly seen: string;
    /** Set when the object cannot become ready any more. */
    readonly failed?: string;
}

/** A condition to wait for. */
export interface Gate {
    /** As written: `condition=Ready`. */
    readonly text: string;
    judge(object: KubeObject): Verdict;
}

const PREFIX = "pulumi.com/";

/** The gates and the timeout from the annotations of an object. @throws Error when an annotation is malformed */
export function gatesOf(object: KubeObject, creating: boolean): { readonly gates: readonly Gate[]; readonly seconds?: number } {
    const annotations = object.metadata.annotations ?? {};
    const seconds = annotations[`${PREFIX}timeoutSeconds`];
    const timeout = seconds !== undefined && /^\d+$/.test(seconds) ? { seconds: Number(seconds) } : {};
    if (isTrue(annotations[`${PREFIX}skipAwait`])) {
        return { gates: [], ...timeout };
    }
    const waitFor = annotations[`${PREFIX}waitFor`];
    if (waitFor !== undefined) {
        return { gates: parseWaitFor(waitFor), ...timeout };
    }
    const builtIn = BUILT_IN[`${object.apiVersion}/${object.kind}`];
    return { gates: builtIn === undefined ? [] : [builtIn(object, creating)].filter((g) => g !== undefined), ...timeout };
}

/** Whether the value of a boolean annotation or provider setting is true. */
export function isTrue(value: unknown): boolean {
    return value === true || (typeof value === "string" && value.toLowerCase() === "true");
}

/** Parses the annotation: one expression, or a JSON array of them. */
export function parseWaitFor(text: string): Gate[] {
    if (text.trim() === "") {
        throw new Error("`pulumi.com/waitFor` is empty");
    }
    if (!text.startsWith("[")) {
        return [parseGate(text)];
    }
    let list: unknown;
    try {
        list = JSON.parse(text);
    } catch (e) {
        throw new Error(`\`pulumi.com/waitFor\` is not a JSON array: ${(e as Error).message}`);
    }
    if (!Array.isArray(list) || list.length === 0 || !list.every((g): g is string => typeof g === "string")) {
        throw new Error("`pulumi.com/waitFor` must be an array of at least one string");
    }
    return list.map(parseGate);
}

function parseGate(text: string): Gate {
    if (text.startsWith("condition=")) {
        const [type, status = "True"] = text.slice("condition=".length).split("=");
        return { text, judge: (object) => judgeCondition(object, type!, status) };
    }
    if (!text.startsWith("jsonpath=")) {
        throw new Error(`\`pulumi.com/waitFor\` must begin with "jsonpath=" or "condition=", got ${JSON.stringify(text)}`);
    }
    return parsePathGate(text);
}

function parsePathGate(text: string): Gate {
    const raw = text.slice("jsonpath=".length);
    if (raw.startsWith("'")) {
        throw new Error(`${raw} should omit shell quotes`);
    }
    // A single `=` ends the path; `==` belongs to a filter.
    const parts = raw
        .replaceAll("==", "\0")
        .split("=")
        .map((p) => p.replaceAll("\0", "=="));
    if (parts.length > 2) {
        throw new Error(`format should be {.path}=value or {.path}, got ${JSON.stringify(raw)}`);
    }
    const [path, value] = parts as [string, string | undefined];
    if (value === "") {
        throw new Error(`${path}= requires a value`);
    }
    const inner = /^\{\s*(.*?)\s*\}$/.exec(path)?.[1];
    if (inner === undefined) {
        throw new Error(`${path} should be wrapped in brackets { ... }`);
    }
    let find: (root: unknown) => unknown[];
    try {
        find = parseJsonPath(inner);
    } catch (e) {
        throw new Error(`parsing ${JSON.stringify(path)}: ${(e as Error).message}`);
    }
    return {
        text,
        judge: (object) => {
            if (stale(object, object.status?.observedGeneration)) {
                return { ready: false, seen: staleText(object, object.status.observedGeneration) };
            }
            const found = find(object)[0];
            if (found === undefined || found === null) {
                return { ready: false, seen: `${path} not found` };
            }
            if (value === undefined) {
                return { ready: true, seen: text };
            }
            if (typeof found === "object") {
                return {
                    ready: false,
                    seen: text,
                    failed: `${path} has a non-primitive value, which cannot be compared with ${value}`,
                };
            }
            return { ready: String(found) === value, seen: `${path} is ${JSON.stringify(found)}` };
        },
    };
}

function stale(object: KubeObject, observed: unknown): boolean {
    return (
        typeof observed === "number" && typeof object.metadata.generation === "number" && observed < object.metadata.generation
    );
}

function staleText(object: KubeObject, observed: unknown): string {
    return `generation ${String(observed)} is reported, ${String(object.metadata.generation)} is current`;
}

interface Condition {
    readonly type?: string;
    readonly status?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly observedGeneration?: number;
}

function conditionsOf(object: KubeObject): readonly Condition[] | undefined {
    const conditions: unknown = object.status?.conditions;
    return Array.isArray(conditions) ? (conditions as Condition[]) : undefined;
}

function judgeCondition(object: KubeObject, type: string, status: string): Verdict {
    const conditions = conditionsOf(object);
    if (conditions === undefined) {
        return { ready: false, seen: "Has no .status.conditions" };
    }
    const found = conditions.find((c) => c.type?.toLowerCase() === type.toLowerCase());
    if (found === undefined) {
        return { ready: false, seen: `no condition ${type}` };
    }
    const observed = found.observedGeneration ?? (object.status as { observedGeneration?: number }).observedGeneration;
    if (stale(object, observed)) {
        return { ready: false, seen: staleText(object, observed) };
    }
    return { ready: found.status?.toLowerCase() === status.toLowerCase(), seen: describe(found) };
}

function describe(condition: Condition): string {
    const why = [condition.reason, condition.message].filter((t) => t !== undefined && t !== "").join(": ");
    return `${condition.type}=${condition.status}${why === "" ? "" : ` (${why})`}`;
}

type BuiltIn = (object: KubeObject, creating: boolean) => Gate | undefined;

function gate(text: string, judge: (object: KubeObject) => boolean | Verdict): Gate {
    return {
        text,
        judge: (object) => {
            if (stale(object, object.status?.observedGeneration)) {
                return { ready: false, seen: staleText(object, object.status.observedGeneration) };
            }
            const verdict = judge(object);
            return typeof verdict === "object" ? verdict : { ready: verdict, seen: statusSeen(object) };
        },
    };
}

function statusSeen(object: KubeObject): string {
    const bad = conditionsOf(object)?.filter((c) => c.status !== "True");
    if (bad !== undefined && bad.length > 0) {
        return bad.map(describe).join(", ");
    }
    const phase: unknown = object.status?.phase;
    return object.status === undefined
        ? "no status yet"
        : typeof phase === "string"
          ? `phase is ${phase}`
          : "not enough replicas are ready";
}

const BUILT_IN: Readonly<Record<string, BuiltIn>> = {
    "apps/v1/Deployment": () =>
        gate("Deployment available", (o) => {
            const wanted = (o.spec?.replicas ?? 1) as number;
            const stuck = conditionsOf(o)?.find((c) => c.type === "Progressing" && c.status === "False");
            if (stuck !== undefined) {
                return { ready: false, seen: describe(stuck), failed: describe(stuck) };
            }
            return (
                o.status !== undefined && (o.status.updatedReplicas ?? 0) >= wanted && (o.status.availableReplicas ?? 0) >= wanted
            );
        }),
    "apps/v1/StatefulSet": () =>
        gate("StatefulSet ready", (o) => {
            const wanted = (o.spec?.replicas ?? 1) as number;
            return (
                o.status !== undefined &&
                (o.status.readyReplicas ?? 0) >= wanted &&
                (o.status.updatedReplicas ?? wanted) >= wanted
            );
        }),
    "apps/v1/DaemonSet": () =>
        gate("DaemonSet ready", (o) => {
            const wanted = o.status?.desiredNumberScheduled as number | undefined;
            return (
                wanted !== undefined &&
                (o.status.numberReady ?? 0) >= wanted &&
                (o.status.updatedNumberScheduled ?? wanted) >= wanted
            );
        }),
    "batch/v1/Job": () =>
        gate("Job complete", (o) => {
            const failed = conditionsOf(o)?.find((c) => c.type === "Failed" && c.status === "True");
            return {
                ready: conditionsOf(o)?.some((c) => c.type === "Complete" && c.status === "True") ?? false,
                seen: statusSeen(o),
                ...(failed !== undefined && { failed: describe(failed) }),
            };
        }),
    "v1/Pod": () => gate("Pod ready", (o) => o.status?.phase === "Succeeded" || has(o, "Ready")),
    // A claim whose class waits for its first consumer (OpenShift's gp3-csi does) never binds before a pod uses it.
    "v1/PersistentVolumeClaim": (_object, creating) =>
        gate("claim accepted", (o) => o.status?.phase === "Bound" || (creating && o.status?.phase === "Pending")),
    "v1/PersistentVolume": () => gate("volume available", (o) => o.status?.phase === "Available" || o.status?.phase === "Bound"),
    "v1/Service": (object) =>
        object.spec?.type === "LoadBalancer"
            ? gate("load balancer address", (o) => (o.status?.loadBalancer?.ingress?.length ?? 0) > 0)
            : undefined,
    "networking.k8s.io/v1/Ingress": () =>
        gate("load balancer address", (o) => (o.status?.loadBalancer?.ingress?.length ?? 0) > 0),
    "v1/ResourceQuota": () =>
        gate(
            "quota observed",
            (o) => o.status?.hard !== undefined && Object.keys(o.spec?.hard ?? {}).every((k) => k in o.status.hard),
        ),
    "v1/Secret": (object) =>
        object["type"] === "kubernetes.io/service-account-token"
            ? gate("token", (o) => o["data"]?.token !== undefined)
            : undefined,
    "apiextensions.k8s.io/v1/CustomResourceDefinition": () => gate("Established", (o) => has(o, "Established")),
};

function has(object: KubeObject, type: string): boolean {
    return conditionsOf(object)?.some((c) => c.type === type && c.status === "True") ?? false;
}

/** The gates of a resource whose inputs may be invalid. */
export function gatesIn(inputs: Values, creating: boolean): readonly Gate[] {
    // The syntax of gates is checked at update only, as the provider does.
    try {
        return gatesOf(plain(inputs) as KubeObject, creating).gates;
    } catch {
        return [];
    }
}

/** The condition that a resource waits for, as a timeline shows it. */
export function readyText(gates: readonly Gate[]): string {
    return gates.length === 0 ? "accepted" : gates.map((g) => g.text).join(", ");
}
