import { quantityOf } from "../../catalogue/models/quantity";
import type { SettingsProblem } from "../problem";

/** Reports a problem of a setting of the model. */
export type Say = (key: string, message: string) => SettingsProblem;

/** CPU and memory of a pod. */
interface Amounts {
    readonly cpu: string;
    readonly memory: string;
}

/** Limits below what is requested: the API server refuses the pod. */
export function resourceProblems(requests: Amounts, limits: Amounts, say: Say): SettingsProblem[] {
    return (["cpu", "memory"] as const).flatMap((key) =>
        quantityOf(requests[key]) > quantityOf(limits[key])
            ? [say(`limits.${key}`, `${limits[key]} is less than the request, ${requests[key]}`)]
            : [],
    );
}
