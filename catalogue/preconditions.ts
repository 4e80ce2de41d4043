/** The names of the preconditions, in the order in which they are told. They stand in settings, so they stay. */
export const checkIds = [
    "reachable",
    "openshift-version",
    "kubernetes-version",
    "cluster-admin",
    "same-cluster",
    "no-placeholders",
    "hosted-control-plane",
    "cluster-proxy",
    "storage-class",
    "pull-secret",
    "apps-domain",
    "catalogs",
    "no-open-data-hub",
    "no-service-mesh-2",
    "no-stale-authorino",
    "no-kueue",
    "one-external-secrets",
    "cert-manager-arguments",
    "no-conflicting-objects",
    "update-path",
    "no-leftovers",
    "worker-nodes",
    "machine-sets",
    "machine-api-credentials",
    "credentials-mode",
    "no-cluster-autoscaler",
    "instance-types",
    "quotas",
] as const;

/** The name of a precondition. */
export type CheckId = (typeof checkIds)[number];
