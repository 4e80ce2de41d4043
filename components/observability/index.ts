/** Layer: metrics, dashboards, alerts and traces. */
import type { OperatorsOf } from "../layer";

export const operators: OperatorsOf = ({ observability }) => [
    ...(observability?.dashboards === true ? (["cluster-observability-operator"] as const) : []),
    ...(observability?.traces !== undefined ? (["tempo-product", "opentelemetry-product"] as const) : []),
];

export { CertManagerMetrics } from "./certManagerMetrics";
export { Observability } from "./observability";
export { TRACES_RECEIVER } from "./traces";
