/**
 * The facts about a release of OpenShift AI. A record states all of them: where a release has none of something, it says `null`
 * or `none`. What is the same in all releases stands elsewhere in the catalogue.
 */

/** The channel and version of an operator in a release. */
export interface OperatorPin {
    readonly channel: string;
    /** The ClusterServiceVersion to install and to stay on; null: OLM may upgrade within the channel. */
    readonly csv: string | null;
    readonly source: string;
}

/** The pin of an operator of which a release may work with one line of versions alone. */
export interface TestedPin extends OperatorPin {
    /** The minor version that the release was tested with, `1.3`: no stack leaves it. Null: none is known. */
    readonly line: string | null;
}

/** The place on a Gateway at which `opendatahub.io/managed: "false"` is read, so that odh-model-controller makes no AuthPolicy for it. */
export type OptOut = "label" | "annotation";

/** The previews of a release: another channel and version, and what they lack. */
export interface EarlyAccess {
    readonly pin: OperatorPin;
    /** Components of the release that its previews have no switch for. */
    readonly without: readonly (keyof ComponentSwitches)[];
    readonly gatewayOptOut: readonly OptOut[];
}

/** Versions of the endpoint picker whose plugins are known: models/endpointPicker.json. */
export type SchedulerVersion = "0.7";

/**
 * The kinds that serve a model.
 *
 * - `plain`: LLMInferenceService v1alpha1, copies of vLLM in the image named here, which is started by arguments in full.
 * - `scheduled`: LLMInferenceService v1alpha2, with presets of the release, and the endpoint picker of llm-d in front.
 */
export type Serving =
    | { readonly scheme: "plain"; readonly image: string }
    | {
          readonly scheme: "scheduled";
          readonly scheduler: SchedulerVersion;
          /** Whether an LLMInferenceService says where traces go (`spec.tracing`), or vLLM's arguments and the environment of the scheduler. */
          readonly tracing: "field" | "arguments";
          /** Whether a service may give variables to the container that downloads its weights. */
          readonly downloadEnvironment: boolean;
      };

/**
 * The description of a model of a provider elsewhere.
 *
 * - `none`: it cannot be.
 * - `one-provider`: ExternalModel of maas.opendatahub.io/v1alpha1, which names its provider.
 * - `providers`: ExternalProviders, and an ExternalModel of inference.opendatahub.io that shares requests out between them.
 */
export type ExternalModels =
    | { readonly scheme: "none" }
    | {
          readonly scheme: "one-provider" | "providers";
          /** Labels of the Secret with a provider's key: without them it is not read. */
          readonly keyLabels: Readonly<Record<string, string>>;
      };

/** Paths below `spec.components` of a DataScienceCluster of the switches that differ by release; null: there is none. */
export interface ComponentSwitches {
    readonly aiGateway: string | null;
    readonly batchGateway: string | null;
    readonly llamaStack: string | null;
    readonly mcpLifecycle: string | null;
    readonly modelsAsService: string | null;
    readonly spark: string | null;
    readonly trainer: string | null;
    readonly variantAutoscaler: string | null;
}

/** Sets of the products' CRDs that objects are judged by. Each but the first holds what differs from those before. */
export const crdSets = ["3.4", "3.5"] as const;
export type CrdSet = (typeof crdSets)[number];

/** Everything in which releases differ. */
export interface ReleaseRecord {
    /** Major and minor version, as the settings name it. */
    readonly release: string;
    /** The least OpenShift that it is documented for, `4.19`; null: not known. llm-d asks for 4.20 in any case. */
    readonly openshift: string | null;
    /** The patch level that is installed by default is the pin of rhods-operator. */
    readonly operators: {
        readonly "rhods-operator": OperatorPin;
        readonly "kueue-operator": OperatorPin;
        readonly "rhcl-operator": TestedPin;
        readonly "cluster-observability-operator": TestedPin;
    };
    /**
     * The ClusterServiceVersion that the release's own one replaces in its channel: from an earlier version OLM may offer no
     * direct way, and the stack stops there first. Null: not known.
     */
    readonly follows: { readonly csv: string; readonly source: string } | null;
    /** Null: it has no previews. */
    readonly earlyAccess: EarlyAccess | null;
    readonly components: ComponentSwitches;
    /** Whether the dashboard's flag maasAuthPolicies is there and may be set. */
    readonly maasAuthPoliciesFlag: boolean;
    /** The condition of a DataScienceCluster that tells of Models-as-a-Service. */
    readonly modelsAsServiceCondition: "ModelsAsServiceReady" | "ModelsAsAServiceReady";
    /**
     * The scheme that grants models to users and limits their use.
     *
     * - `subscriptions`: published models, subscriptions and authorization policies; keys that a database holds.
     * - `tiers`: a ConfigMap of tiers, and policies on the gateway that ask for the tier; tokens of ServiceAccounts.
     */
    readonly governance: "tiers" | "subscriptions";
    /** The objects of a tenant: no object at all, the one Tenant, or AITenants, each with a MaasTenantConfig. */
    readonly tenancy: "none" | "Tenant" | "AITenant";
    /** Namespace of the MaaS API, where it reads how its database is reached. */
    readonly apiNamespace: string;
    /** Whether the MaaS API sends traces where its environment says. */
    readonly apiTraces: boolean;
    readonly gateway: {
        /** In the order in which they are looked at. */
        readonly optOut: readonly OptOut[];
        /** Whether the MaaS API does not start unless a listener has a host name. */
        readonly needsHost: boolean;
        /**
         * The AuthPolicy by which the release's controllers close the gateway of Models-as-a-Service to what no other policy admits.
         * Null: they make none, and a route without a policy of its own answers everybody until the stack makes one.
         */
        readonly closedBy: string | null;
        /**
         * The targets of the policies of tiers: on the route of each model, so that they hold on every gateway of the route, or on the gateway
         * of Models-as-a-Service.
         */
        readonly tierPolicies: "route" | "gateway";
    };
    readonly serving: Serving;
    readonly externalModels: ExternalModels;
    /** Whether Kueue, flavors and queues are made as soon as Kueue is switched on and there are none, or only when asked for. */
    readonly defaultQueues: "always" | "on-request";
    /** The sets of CRDs that its objects are judged by, each laid over those before. */
    readonly crds: readonly [CrdSet, ...CrdSet[]];
}
