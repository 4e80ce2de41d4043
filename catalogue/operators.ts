/**
 * The operators that the platform can install from OLM: channel, catalogue, namespace, pin. The program names packages;
 * everything else about them is said here, but for channel and pin of those that go with a release of OpenShift AI:
 * releases/records.ts.
 */

import { recordOf, type Release, type ReleaseRecord } from "./releases";

/** A taint that pods tolerate; without value and effect, every one of the key. */
interface Toleration {
    readonly key: string;
    readonly value?: string | undefined;
    readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute" | undefined;
}

/** An operator to install, with its source and its namespace. */
export interface OperatorEntry {
    /** Namespace of the operator alone: what else exists cannot drag it along or hold it back. */
    readonly namespace: string;
    /** The namespaces it watches: all of them, its own, or another. Bundles support one or the other, seldom both. */
    readonly watches: "all" | "own" | { readonly namespace: string };
    readonly channel: string;
    /** CatalogSource. */
    readonly catalog: string;
    /** Namespace of the CatalogSource. Default: openshift-marketplace. */
    readonly catalogNamespace?: string;
    /** Taints that its pods tolerate. */
    readonly tolerations?: readonly Toleration[];
    /** The ClusterServiceVersion to install and to stay on. Approval is manual where there is one, automatic where not. */
    readonly csv?: string;
    /** Packages whose operators must run before this one is installed. */
    readonly after?: readonly OperatorPackage[];
    /** Environment of the operator's pods. */
    readonly env?: Readonly<Record<string, string>>;
    /**
     * The Prometheus that scrapes the namespace: that of the platform, which asks for the label openshift.io/cluster-monitoring and for
     * rights that the operator's bundle grants, or that of user workloads, which passes over namespaces with the label. Default
     * platform. Source: docs/sources/observability.md#who-scrapes-what.
     */
    readonly scrapedBy?: "platform" | "workloads";
    /** Annotations of the namespace, where the operator asks for some. */
    readonly annotations?: Readonly<Record<string, string>>;
    /** The source of these facts; inferred facts are marked. */
    readonly source: string;
}

/** Packages whose channel and pin go with a release of OpenShift AI. */
type ReleasedPackage = keyof ReleaseRecord["operators"];
/** The fields of a package that are the same in every release. */
type Unpinned = Omit<OperatorEntry, "after" | "channel" | "csv" | "source"> & {
    readonly after?: readonly string[];
    readonly channel?: never;
    readonly csv?: never;
};
type Stated = Unpinned | (Omit<OperatorEntry, "after"> & { readonly after?: readonly string[] });

const base = {
    "openshift-cert-manager-operator": {
        namespace: "cert-manager-operator",
        watches: "all",
        channel: "stable-v1",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/cert-manager-operator/templates/subscription.yaml",
    },
    nfd: {
        namespace: "openshift-nfd",
        watches: "own",
        channel: "stable",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/nfd/operator.yaml",
    },
    "gpu-operator-certified": {
        namespace: "nvidia-gpu-operator",
        watches: "own",
        channel: "v26.3",
        catalog: "certified-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/nvidia/operator.yaml; the channel is the catalogue's default of July 2026",
    },
    "rhcl-operator": {
        namespace: "kuadrant-system",
        scrapedBy: "workloads",
        watches: "all",
        catalog: "redhat-operators",
        after: ["openshift-cert-manager-operator"],
    },
    "leader-worker-set": {
        namespace: "openshift-lws-operator",
        watches: "own",
        channel: "stable-v1.0",
        catalog: "redhat-operators",
        // Its webhook's certificate comes from cert-manager.
        after: ["openshift-cert-manager-operator"],
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/leader-worker-set/operator.yaml",
    },
    "job-set": {
        namespace: "openshift-jobset-operator",
        watches: "own",
        channel: "stable-v1.0",
        catalog: "redhat-operators",
        after: ["openshift-cert-manager-operator"],
        source: "opendatahub-io/odh-gitops@afa4d1a:components/operators/job-set-operator/subscription.yaml",
    },
    "opentelemetry-product": {
        namespace: "openshift-opentelemetry-operator",
        watches: "all",
        channel: "stable",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/opentelemetry-operator/operator.yaml",
    },
    "tempo-product": {
        namespace: "openshift-tempo-operator",
        watches: "all",
        channel: "stable",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/tempo-operator/operator.yaml",
    },
    "cluster-observability-operator": {
        namespace: "openshift-cluster-observability-operator",
        watches: "all",
        catalog: "redhat-operators",
    },
    "rhods-operator": { namespace: "redhat-ods-operator", watches: "all", catalog: "redhat-operators" },
    "kueue-operator": {
        namespace: "openshift-kueue-operator",
        watches: "all",
        catalog: "redhat-operators",
        after: ["openshift-cert-manager-operator"],
    },
    "openshift-custom-metrics-autoscaler-operator": {
        namespace: "openshift-keda",
        watches: "all",
        channel: "stable",
        catalog: "redhat-operators",
        // Otherwise the operator makes a KedaController of its own once, and nobody would take it away before its namespace.
        annotations: { "keda-olm-operator/create-default-controller": "false" },
        source: "docs/sources/operators.md#keda",
    },
    "openshift-external-secrets-operator": {
        namespace: "external-secrets-operator",
        watches: "all",
        channel: "stable-v1",
        catalog: "redhat-operators",
        source: "docs/sources/operators.md#external-secrets-package",
    },
    devspaces: {
        namespace: "openshift-devspaces",
        watches: "all",
        channel: "stable",
        catalog: "redhat-operators",
        source: "docs/sources/workspaces.md#dev-spaces",
    },
    "kubernetes-imagepuller-operator": {
        namespace: "kubernetes-imagepuller-operator",
        scrapedBy: "workloads",
        // Dev Spaces creates what it watches in its own namespace, which has an OperatorGroup already.
        watches: { namespace: "openshift-devspaces" },
        channel: "stable",
        catalog: "community-operators",
        source: "docs/sources/workspaces.md#image-puller",
    },
    "grafana-operator": {
        namespace: "grafana-operator",
        scrapedBy: "workloads",
        watches: "all",
        channel: "v5",
        catalog: "community-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/grafana-operator/operator.yaml",
    },
    "cloudnative-pg": {
        namespace: "cloudnative-pg",
        scrapedBy: "workloads",
        watches: "all",
        channel: "stable-v1",
        catalog: "certified-operators",
        source: "docs/sources/workspaces.md#cloudnativepg",
    },
    "rhbk-operator": {
        namespace: "keycloak",
        scrapedBy: "workloads",
        watches: "own",
        channel: "stable-v26.4",
        catalog: "redhat-operators",
        source: "docs/sources/workspaces.md#keycloak",
    },
    "openshift-pipelines-operator-rh": {
        namespace: "openshift-pipelines-operator",
        watches: "all",
        channel: "latest",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/pipelines/operator.yaml; a namespace of its own is inferred",
    },
    servicemeshoperator3: {
        namespace: "openshift-service-mesh-operator",
        watches: "all",
        channel: "stable",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/servicemeshoperator3/operator/base/subscription.yaml; a namespace of its own is inferred. Only for Llama Stack: on 4.21 it clashes with the gateways",
    },
    "openshift-gitops-operator": {
        namespace: "openshift-gitops-operator",
        watches: "all",
        channel: "latest",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/openshift-gitops/templates/subscription.yaml",
    },
    "metallb-operator": {
        namespace: "metallb-system",
        watches: "all",
        channel: "stable",
        catalog: "redhat-operators",
        source: "alpha-hack-program/llm-d-guide@1f391b7:gitops/operators/metallb-operator/operator/base/subscription.yaml",
    },
    "lvms-operator": {
        namespace: "openshift-storage",
        watches: "own",
        channel: "stable-4.21",
        catalog: "redhat-operators",
        source: "docs/sources/workspaces.md#local-volumes; the channel follows the cluster's minor release (inferred)",
    },
    "mariadb-operator": {
        namespace: "mariadb-operator",
        scrapedBy: "workloads",
        watches: "all",
        channel: "alpha",
        catalog: "community-operators",
        csv: "mariadb-operator.v0.29.0",
        source: "opendatahub-io/odh-gitops@afa4d1a:components/operators/maria-db/subscription.yaml",
    },
} as const satisfies Record<string, Stated> & Record<ReleasedPackage, Unpinned>;

/** An OLM package of the catalogue. */
export type OperatorPackage = keyof typeof base;

/** All packages of the catalogue, sorted. */
export const operatorPackages = Object.keys(base).sort() as [OperatorPackage, ...OperatorPackage[]];

/** Whether OpenShift AI is a supported release or a preview of the next. */
export const profiles = ["stable", "early-access"] as const;
export type Profile = (typeof profiles)[number];

/** The settings of a stack that override the catalogue for one operator. */
export interface OperatorOverride {
    readonly existing?: boolean | undefined;
    readonly namespace?: string | undefined;
    readonly channel?: string | undefined;
    readonly csv?: string | undefined;
    /** CatalogSource to install it from. */
    readonly source?: { readonly name: string; readonly namespace: string } | undefined;
    readonly tolerations?: readonly Toleration[] | undefined;
}

/** The entry of a package for a release, with what the stack says differently laid over it. */
export function operatorEntry(
    release: Release,
    operator: OperatorPackage,
    override: OperatorOverride = {},
    profile: Profile = "stable",
): OperatorEntry {
    return {
        ...(base[operator] as OperatorEntry),
        ...pinned(release, operator, profile),
        ...(override.namespace !== undefined && { namespace: override.namespace }),
        ...(override.channel !== undefined && { channel: override.channel }),
        ...(override.csv !== undefined && { csv: override.csv }),
        ...(override.source !== undefined && { catalog: override.source.name, catalogNamespace: override.source.namespace }),
        ...(override.tolerations !== undefined && { tolerations: override.tolerations }),
    };
}

/** The fields of a package that a release pins. */
function pinned(release: Release, operator: OperatorPackage, profile: Profile): Partial<OperatorEntry> {
    const { operators, earlyAccess } = recordOf(release);
    const preview = operator === "rhods-operator" && profile === "early-access" ? earlyAccess : null;
    const pin = preview?.pin ?? (operator in operators ? operators[operator as ReleasedPackage] : undefined);
    return pin === undefined ? {} : { channel: pin.channel, source: pin.source, ...(pin.csv !== null && { csv: pin.csv }) };
}

/** These packages and all that must be installed before them, each after those it needs. */
export function withPrerequisites(release: Release, packages: readonly OperatorPackage[]): OperatorPackage[] {
    const ordered: OperatorPackage[] = [];
    const visit = (operator: OperatorPackage): void => {
        if (!ordered.includes(operator)) {
            operatorEntry(release, operator).after?.forEach(visit);
            ordered.push(operator);
        }
    };
    packages.forEach(visit);
    return ordered;
}
