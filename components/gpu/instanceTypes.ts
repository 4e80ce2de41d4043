/** EC2 instance types with GPUs. The figures, their sources and their date are in instances.json. */
import table from "./instances.json";

const gpus = new Map(table.types.map((t) => [t.type, t.gpus]));

/** GPUs of an instance type; undefined when the type is not in the table. */
export function gpusOf(instanceType: string): number | undefined {
    return gpus.get(instanceType);
}

/** All instance types of the table. */
export function instanceTypes(): string[] {
    return [...gpus.keys()];
}
