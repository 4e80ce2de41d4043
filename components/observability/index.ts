/** Layer: metrics, dashboards, alerts and traces. */
import type { OperatorsOf } from "../layer";

export const operators: OperatorsOf = ({ observability }) => [
    ...(observability?.dashboards === true ? (["cluster-observability-operator"] as const) : []),
    ...(observability?.grafana !== undefined ? (["grafana-operator"] as const) : []),
    ...(observability?.traces !== undefined ? (["tempo-product", "opentelemetry-product"] as const) : []),
];

export { CertManagerMetrics } from "./certManagerMetrics";
export { GRAFANA_NAMESPACE } from "./grafanaPod";
export { Observability } from "./observability";
export { TRACES_RECEIVER } from "./traces";
