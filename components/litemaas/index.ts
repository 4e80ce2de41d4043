/** Layer: LiteMaaS, a self-service portal with virtual keys and budgets in front of models. It needs no operator of its own. */
export type { GatewayKey } from "./gatewayKey";
export { LiteMaas, type LiteMaasArgs } from "./liteMaas";
export type { Scraped } from "./monitors";
export type { SecretStore } from "./vault";
