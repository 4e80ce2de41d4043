/**
 * What other programs import: the ComponentResources by layer, the platform as a whole, and its settings. Arguments and what a
 * component offers are documented where it is defined. See docs/library.md.
 */

/** Settings: what a stack says under `maas:settings`. */
export { parseSettings, SettingsError } from "./stacks/settings";
export { poolSchema, settingsSchema, tierSchema } from "./stacks/schema";
export type { PoolSettings, Settings, TierSettings } from "./stacks/schema";

/** The cluster: its provider, what is known of it, and the records of the gates. */
export { ClusterProvider, type ClusterProviderArgs } from "./components/clusterProvider";
export { clusterFacts, type ClusterFacts } from "./components/cluster";
export { RECORDS_NAMESPACE } from "./components/gate";

/** The whole platform. */
export { Platform } from "./components/platform";

/** Operators. */
export { Operator } from "./components/operators/operator";

/** GPU nodes. */
export { GpuPool, type GpuPoolArgs } from "./components/gpu/pool";
export { GpuOperands } from "./components/gpu/operands";

/** Certificates. */
export { Certificates } from "./components/certificates/certificates";
export { CertManager } from "./components/certificates/certManager";

/** OpenShift AI, and models that it serves. */
export { OpenShiftAi } from "./components/openshiftai/openShiftAi";
export { DataScienceProject, type DataScienceProjectArgs } from "./components/openshiftai/project";
export { HardwareProfiles } from "./components/openshiftai/hardwareProfiles";
export { ModelService, type ModelServiceArgs } from "./components/serving/modelService";
export { PlainModelService } from "./components/serving/plainModelService";
export { PredictiveService } from "./components/serving/predictiveService";

/** Gateways. */
export { ConnectivityLink } from "./components/gateway/connectivityLink";
export { GatewayApi } from "./components/gateway/gatewayApi";
export { InferenceGateway } from "./components/gateway/inferenceGateway";
export { MaasGateway } from "./components/gateway/maasGateway";

/** Models-as-a-Service: who may use which models, and how much. */
export { Database } from "./components/governance/database";
export { ExternalModelService } from "./components/governance/externalModel";
export { MaasApi } from "./components/governance/maasApi";
export { FurtherTenant, Tenant } from "./components/governance/tenant";
export { RequestLimits, Tier, type TierArgs } from "./components/governance/tiers";

/** Users and their passwords. */
export { Identity } from "./components/identity/identity";

/** Dashboards, alerts and traces. */
export { Observability } from "./components/observability/observability";
