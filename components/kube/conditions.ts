/** The conditions that objects report in their status. */
import type { KubeObject } from "./objects";

/** A condition. Source: kubernetes/apimachinery@v0.34.0:pkg/apis/meta/v1/types.go */
export interface Condition {
    readonly type: string;
    /** True, False or Unknown. */
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
    /** Generation of the object that its controller had read. */
    readonly observedGeneration?: number;
    readonly lastTransitionTime?: string;
}

/** The object whose conditions are read. */
type Reporting = Pick<KubeObject, "status"> | undefined;

/** @returns an empty list for an object that does not exist or reports none */
export function conditionsOf(object: Reporting): readonly Condition[] {
    const conditions = object?.status?.["conditions"];
    return Array.isArray(conditions) ? (conditions as Condition[]) : [];
}

export function conditionOf(object: Reporting, type: string): Condition | undefined {
    return conditionsOf(object).find((condition) => condition.type === type);
}

/** Whether an object reports a condition as True. */
export function isTrue(object: Reporting, type: string): boolean {
    return conditionOf(object, type)?.status === "True";
}
