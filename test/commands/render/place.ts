/** Where Argo CD reads manifests from, in tests of what is rendered for it. */
export const place = {
    repo: "https://git.test/x.git",
    revision: "main",
    path: "manifests",
    namespace: "openshift-gitops",
    version: "3.3",
} as const;
