/**
 * Readiness of objects whose controllers Pulumi knows nothing about.
 *
 * The Kubernetes provider awaits built-in workloads only. A custom resource is "done" the moment the API server
 * accepts it unless it carries the `pulumi.com/waitFor` annotation, so each kind declares its gates with these
 * helpers, and nothing else writes that annotation.
 * Source: docs/sources/pulumi.md#waiting.
 */

/** One readiness expression, in the syntax that the Kubernetes provider parses. */
export type Gate = `condition=${string}` | `jsonpath={${string}}` | `jsonpath={${string}}=${string}`;

/** The annotation under which the provider finds the gates of an object. */
export const WAIT_FOR = "pulumi.com/waitFor";

/** Ready when `.status.conditions` has `type` with `status` (default `True`) for the current generation. */
export function condition(type: string, status: "True" | "False" | "Unknown" = "True"): Gate {
    return status === "True" ? `condition=${type}` : `condition=${type}=${status}`;
}

/** Ready when the first value that an RFC 9535 path selects equals `value`, or exists when `value` is left out. */
export function jsonPath(path: `.${string}`, value?: string): Gate {
    return value === undefined ? `jsonpath={${path}}` : `jsonpath={${path}}=${value}`;
}

/** The annotation that makes the provider wait for all gates before it reports an object created. */
export function waitFor(...gates: readonly Gate[]): Record<string, string> {
    return { [WAIT_FOR]: gates.length === 1 ? gates[0]! : JSON.stringify(gates) };
}
