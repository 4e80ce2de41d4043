/** Layer: Models-as-a-Service: its database, its tenants, and who may call which model how much. */
import type { OperatorsOf } from "../layer";

export const operators: OperatorsOf = ({ database, tenant, tiers }) => [
    ...(database.cloudNativePg !== undefined && tiers.length > 0 ? (["cloudnative-pg"] as const) : []),
    // The product leaves the collector of its logs out while the kind is missing.
    ...(tenant.usageLogging === true && tiers.length > 0 ? (["opentelemetry-product"] as const) : []),
];

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
