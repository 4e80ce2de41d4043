/** Layer: Models-as-a-Service: its database, its tenants, and who may call which model how much. */
import type { OperatorsOf } from "../layer";

export const operators: OperatorsOf = ({ database, tiers }) =>
    database.cloudNativePg !== undefined && tiers.length > 0 ? ["cloudnative-pg"] : [];

export { cutOver } from "./cutOver";
export { Database } from "./database";
export { ExternalModelService, ProviderKey } from "./externalModel";
export { closedPaths, closedPathsOfTierScheme, requestLimits } from "./limits";
export { MaasApi } from "./maasApi";
export { modelsPublished } from "./modelsPublished";
export { FurtherTenant, Tenant } from "./tenant";
export { tierRequestLimits } from "./tierLimits";
export { GOVERNANCE_NAMESPACE, RequestLimits, Tier } from "./tiers";
export { tiersEnforced } from "./tiersEnforced";
export { TierGroup, TierScheme } from "./tierScheme";
