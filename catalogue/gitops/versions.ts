/** The versions of Argo CD, and what an Application may say in each. */

/** Minor versions of Argo CD that `maas render` writes for. */
export const ARGO_CD_VERSIONS = ["3.1", "3.2", "3.3", "3.4", "3.5"] as const;

export type ArgoCdVersion = (typeof ARGO_CD_VERSIONS)[number];

/** That of OpenShift GitOps 1.20. Source: redhat-developer/gitops-operator@v1.20.0:go.mod. */
export const DEFAULT_ARGO_CD: ArgoCdVersion = "3.3";

/**
 * Whether an Application may say `retry.refresh`; the API server refuses it with the CRD of an earlier version.
 * Source: argoproj/argo-cd@v3.3.12:pkg/apis/application/v1alpha1/types.go (RetryStrategy); v3.1.16 lacks it.
 */
export function argoCdRefreshes(version: ArgoCdVersion): boolean {
    return version !== "3.1";
}
