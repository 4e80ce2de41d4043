/** Layer: models that are served, with llm-d or without a scheduler. */
import type { OperatorsOf } from "../layer";
import { scalingOperators } from "./variants";

export const operators: OperatorsOf = (settings) => ["leader-worker-set", ...scalingOperators(settings)];

export { leaderWorkerSets } from "./leaderWorkerSets";
export { hasAccessRules, ModelsAccess } from "./modelsAccess";
export { ModelService } from "./modelService";
export type { Placement } from "./placement";
export { PlainModelService } from "./plainModelService";
export { PredictiveService } from "./predictiveService";
export { autoscalingOf, variants } from "./variants";
