/** The checks of a write: the rules of its kind, then admission checks. */
import { ApiError, type KubeObject } from "./cluster";
import { ruleFaults } from "./field-rules";
import { metadataFaults } from "./metadata-rules";
import type { ServedKind } from "./served-kinds";
import { builtinFaults, customFaults, refusal, type SchemaCheck } from "./validation";

/**
 * Checks a write before it is stored, as an admission webhook does.
 *
 * @returns the message of the refusal; undefined to accept it
 */
export type Admission = (object: Readonly<KubeObject>, operation: "CREATE" | "UPDATE") => string | undefined;

/** Refuses a write that one of `admissions` refuses. @throws ApiError 403 */
export function requireAdmitted(admissions: Iterable<Admission>, object: KubeObject, operation: "CREATE" | "UPDATE"): void {
    for (const admission of admissions) {
        const message = admission(object, operation);
        if (message !== undefined) {
            throw new ApiError(403, "Forbidden", message);
        }
    }
}

/**
 * Refuses an object that breaks rules of its kind, with all violations.
 *
 * @param before the object that it replaces; undefined for a create
 * @throws ApiError 400 or 422
 */
export function requireValid(
    kind: ServedKind,
    object: KubeObject,
    before: KubeObject | undefined,
    schemas: SchemaCheck,
    subresource?: "status",
): void {
    const faults = metadataFaults(kind, object.metadata);
    if (subresource !== "status") {
        faults.push(...builtinFaults(object), ...ruleFaults(object, before));
        if (kind.origin === "custom" || kind.origin === "openshift") {
            faults.push(...customFaults(kind, object, schemas));
        }
        if (kind.kind === "CustomResourceDefinition") {
            const wanted = `${object.spec?.names?.plural}.${object.spec?.group}`;
            if (object.metadata.name !== wanted) {
                faults.push({
                    kind: "invalid",
                    path: "metadata.name",
                    value: object.metadata.name,
                    detail: `must be spec.names.plural+"."+spec.group`,
                });
            }
        }
    } else if (kind.schema) {
        faults.push(...customFaults(kind, object, schemas));
    }
    const refused = refusal(kind, String(object.metadata?.name), faults);
    if (refused) {
        throw refused;
    }
}
