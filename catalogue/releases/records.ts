/**
 * The releases of OpenShift AI, from the oldest to the newest: one record each. To add a release is to add its record here;
 * what else must be said of it (how a stack moves to it) the compiler asks for.
 */
import type { ReleaseRecord, TestedPin } from "./record";

const RELEASES = "docs/sources/operators.md#releases-of-openshift-ai";
const GUIDE = "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators";

/** 1.4.0 lets requests pass without authentication, and 3.4 expects the filter name of 1.3. */
const connectivityLink = {
    channel: "stable",
    csv: "rhcl-operator.v1.3.4",
    source: "docs/sources/connectivity-link.md#installation, #connectivity-link-14",
};

/** 1.5.0 passes a flag that the Perses image of OpenShift AI 3.4 does not know. */
const clusterObservability = {
    channel: "stable",
    csv: "cluster-observability-operator.v1.4.0",
    source: "docs/sources/operators.md#pins",
};

const untested = <P extends object>(pin: P): P & Pick<TestedPin, "line"> => ({ ...pin, line: null });

const kueue13 = { channel: "stable-v1.3", csv: null, source: `${GUIDE}/kueue-operator/operator.yaml` };

const components33 = {
    aiGateway: null,
    batchGateway: null,
    llamaStack: "llamastackoperator",
    mcpLifecycle: null,
    modelsAsService: "kserve.modelsAsService",
    spark: null,
    trainer: null,
    variantAutoscaler: null,
} as const;

/** Source: docs/sources/maas.md#releases, #tiers-of-33, docs/sources/llm-d.md#model-servers-of-33, docs/sources/gateways.md#opt-out, #default-deny. */
const release33 = {
    release: "3.3",
    openshift: "4.20",
    operators: {
        "rhods-operator": { channel: "stable-3.3", csv: "rhods-operator.3.3.0", source: RELEASES },
        "kueue-operator": kueue13,
        "rhcl-operator": untested(connectivityLink),
        "cluster-observability-operator": untested(clusterObservability),
    },
    follows: null,
    earlyAccess: null,
    components: components33,
    maasAuthPoliciesFlag: false,
    modelsAsServiceCondition: "ModelsAsServiceReady",
    governance: "tiers",
    tenancy: "none",
    apiNamespace: "redhat-ods-applications",
    apiTraces: false,
    gateway: { optOut: ["label"], needsHost: false, closedBy: "gateway-auth-policy", tierPolicies: "gateway" },
    serving: { scheme: "plain", image: "registry.redhat.io/rhaiis/vllm-cuda-rhel9:3.3.0" },
    externalModels: { scheme: "none" },
    defaultQueues: "always",
    // There are none of its own: 3.4 serves both versions of LLMInferenceService.
    crds: ["3.4"],
} as const satisfies ReleaseRecord;

/**
 * The default is 3.4.0, the version that the guides were run with and pin. Later patch levels are in use: up to 3.4.1 the
 * cleanup of keys never works, and headers of clients that name an identity are overwritten instead of refused; after it both
 * are fixed, and a NetworkPolicy `payload-processing` has two writers: one of them lets only the pods of another
 * gateway than `maas-default-gateway` in. Whether that blocks the gateway is not certain, so the default stays below it; a
 * stack goes on by `operators.rhods-operator.csv`. The endpoint picker of the builds before 3.4.0 was 0.6.
 *
 * Source: docs/sources/maas.md#patch-levels-of-34, #releases, #database, #upgrades, docs/sources/gateways.md#opt-out, #default-deny.
 */
const release34 = {
    release: "3.4",
    openshift: "4.19",
    operators: {
        // The channel of one minor release: stable-3.x would walk on to 3.5 while Connectivity Link stays pinned.
        "rhods-operator": { channel: "stable-3.4", csv: "rhods-operator.3.4.0", source: RELEASES },
        "kueue-operator": kueue13,
        "rhcl-operator": { ...connectivityLink, line: "1.3" },
        "cluster-observability-operator": { ...clusterObservability, line: "1.4" },
    },
    follows: null,
    earlyAccess: {
        pin: { channel: "beta", csv: "rhods-operator.3.4.0-ea.2", source: RELEASES },
        without: ["variantAutoscaler"],
        gatewayOptOut: ["label"],
    },
    components: { ...components33, spark: "sparkoperator", trainer: "trainer", variantAutoscaler: "kserve.wva" },
    maasAuthPoliciesFlag: true,
    modelsAsServiceCondition: "ModelsAsServiceReady",
    governance: "subscriptions",
    tenancy: "Tenant",
    apiNamespace: "redhat-ods-applications",
    apiTraces: false,
    gateway: { optOut: ["label", "annotation"], needsHost: false, closedBy: null, tierPolicies: "route" },
    serving: { scheme: "scheduled", scheduler: "0.7", tracing: "arguments", downloadEnvironment: false },
    externalModels: { scheme: "one-provider", keyLabels: { "inference.networking.k8s.io/bbr-managed": "true" } },
    defaultQueues: "always",
    crds: ["3.4"],
} as const satisfies ReleaseRecord;

/**
 * Inferred: channel and version from those of 3.4, the version of its previews from the tags of
 * opendatahub-io/opendatahub-operator, and that its endpoint picker has the plugins of 3.4.
 *
 * Source: docs/sources/maas.md#releases, #database, #tenants-of-35, #external-models, #upgrades,
 * docs/sources/gateways.md#opt-out, #default-deny.
 */
const release35 = {
    release: "3.5",
    openshift: null,
    operators: {
        "rhods-operator": {
            channel: "stable-3.5",
            csv: "rhods-operator.3.5.0",
            source: `${RELEASES}; channel and version are inferred from those of 3.4`,
        },
        "kueue-operator": {
            channel: "stable-v1.4",
            csv: null,
            source: "opendatahub-io/odh-gitops@afa4d1a:components/operators/kueue-operator/subscription.yaml",
        },
        // It takes 1.3, or 1.4.1 and later: no one line.
        "rhcl-operator": untested(connectivityLink),
        "cluster-observability-operator": untested(clusterObservability),
    },
    follows: { csv: "rhods-operator.3.4.3", source: RELEASES },
    earlyAccess: {
        pin: {
            channel: "beta",
            csv: "rhods-operator.3.5.0-ea.2",
            source: `${RELEASES}; the version is inferred from the tags of opendatahub-io/opendatahub-operator`,
        },
        without: [],
        gatewayOptOut: ["label", "annotation"],
    },
    components: {
        aiGateway: "aigateway",
        batchGateway: "aigateway.batchGateway",
        llamaStack: "ogx",
        mcpLifecycle: "mcplifecycleoperator",
        modelsAsService: "aigateway.modelsAsAService",
        spark: "sparkoperator",
        trainer: "trainer",
        variantAutoscaler: "kserve.wva",
    },
    maasAuthPoliciesFlag: false,
    modelsAsServiceCondition: "ModelsAsAServiceReady",
    governance: "subscriptions",
    tenancy: "AITenant",
    apiNamespace: "redhat-ai-gateway-infra",
    apiTraces: true,
    gateway: { optOut: ["label", "annotation"], needsHost: true, closedBy: "maas-gateway-auth", tierPolicies: "gateway" },
    serving: { scheme: "scheduled", scheduler: "0.7", tracing: "field", downloadEnvironment: true },
    externalModels: {
        scheme: "providers",
        keyLabels: { "inference.networking.k8s.io/bbr-managed": "true", "inference.llm-d.ai/ipp-managed": "true" },
    },
    defaultQueues: "on-request",
    crds: ["3.4", "3.5"],
} as const satisfies ReleaseRecord;

/** All releases, from the oldest to the newest. */
export const records = [release33, release34, release35] as const;

/** The release of a stack that names none. */
export const DEFAULT_RELEASE = "3.4" satisfies (typeof records)[number]["release"];
