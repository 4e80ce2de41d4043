import { ClusterAutoscalers, MachineAutoscalers } from "./openshift/autoscaler";
import { Claims } from "./openshift/claims";
import { DataScienceClusters } from "./openshiftai/datasciencecluster";
import { GivenSecrets } from "./given/given";
import { GivenDeployments, GivenNodes, GivenOperators } from "./given/given-cluster";
import { GivenAuthorities, GivenExternalSecrets, TrustedWebhooks } from "./given/given-identity";
import { FeatureDiscovery, GpuOperator } from "./nvidia/gpu";
import { Gateways } from "./openshift/ingress";
import { GatewayClasses } from "./openshift/gateway-classes";
import { HttpRoutes } from "./openshift/http-routes";
import { KuadrantOperands, KuadrantOperator } from "./kuadrant/kuadrant";
import { KuadrantPolicies } from "./kuadrant/policies";
import { ClusterQueues, LocalQueues } from "./kueue/kueue";
import { ModelRefs } from "./maas/maas";
import { MaasSubscriptions, SubscriptionPriorities } from "./maas/subscriptions";
import { MaasAuthPolicies } from "./maas/auth-policies";
import { AiTenants } from "./maas/maas-tenants";
import { ExternalModels } from "./maas/external-models";
import { ProviderRoutes } from "./maas/provider-routes";
import { Machines, MachineSets } from "./openshift/machines";
import { ModelController } from "./openshiftai/model-controller";
import { OAuthServer } from "./openshift/oauth";
import { CatalogOperator } from "./olm/olm";
import { CsvOperator, GroupOperator } from "./olm/olm-csv";
import { PlanOperator } from "./olm/olm-plan";
import { CertificateRollouts, TrustedBundle } from "./openshift/openshift";
import { ModelMonitors } from "./kserve/monitors";
import { ClusterMonitoring } from "./openshift/monitoring";
import { Challenges } from "./openshift/acme";
import { Operands } from "./operands";
import { Namespaces, Router, ServiceCa } from "./openshift/platform";
import { InferenceServices } from "./kserve/predictive";
import { Quotas } from "./openshift/quotas";
import { RhoaiOperator } from "./openshiftai/rhoai";
import { ModelAutoscalers, ScaledObjects } from "./kserve/scaling";
import { Services } from "./openshift/services";
import { LlmServices } from "./kserve/serving";
import { Tenants } from "./maas/tenant";
import { VaultServers } from "./vault/vault";
import { Workloads } from "./openshift/workloads";
import type { Definitions } from "./definitions";
import type { Controller, World } from "./world";

/** Every controller that is played, in the order in which they look at a new object (docs/sources/simulator.md). */
const CONTROLLERS: readonly (new (world: World, definitions: Definitions) => Controller)[] = [
    Namespaces,
    GroupOperator,
    CatalogOperator,
    PlanOperator,
    CsvOperator,
    Workloads,
    Claims,
    Services,
    ServiceCa,
    VaultServers,
    Router,
    CertificateRollouts,
    TrustedBundle,
    ClusterMonitoring,
    ModelMonitors,
    Challenges,
    OAuthServer,
    MachineSets,
    Machines,
    MachineAutoscalers,
    ClusterAutoscalers,
    FeatureDiscovery,
    GpuOperator,
    GatewayClasses,
    Gateways,
    HttpRoutes,
    KuadrantOperator,
    KuadrantOperands,
    KuadrantPolicies,
    RhoaiOperator,
    DataScienceClusters,
    ClusterQueues,
    LocalQueues,
    Tenants,
    AiTenants,
    ExternalModels,
    ProviderRoutes,
    ModelController,
    LlmServices,
    ScaledObjects,
    ModelAutoscalers,
    InferenceServices,
    GivenSecrets,
    GivenAuthorities,
    GivenExternalSecrets,
    TrustedWebhooks,
    GivenNodes,
    GivenDeployments,
    GivenOperators,
    Quotas,
    ModelRefs,
    MaasSubscriptions,
    SubscriptionPriorities,
    MaasAuthPolicies,
    Operands,
];

/** The controllers of a cluster. */
export function controllersOf(world: World, definitions: Definitions): Controller[] {
    return CONTROLLERS.map((Played) => new Played(world, definitions));
}
