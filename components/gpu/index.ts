/** Layer: nodes with GPUs, and the operators that make their GPUs usable. */
import type { OperatorsOf } from "../layer";

export const operators: OperatorsOf = () => ["nfd", "gpu-operator-certified"];

export { clusterAutoscaler } from "./autoscaler";
export { GpuOperands } from "./operands";
export { GpuPool } from "./pool";
