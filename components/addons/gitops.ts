import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

const NAME = "credentialsrequest-manager";
const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete"];

/** The kinds that the controller of OpenShift GitOps may not write by itself: those of cert-manager, credentials and monitors. */
const KINDS = [
    ["cloudcredential.openshift.io", ["credentialsrequests"]],
    ["monitoring.coreos.com", ["servicemonitors"]],
    ["cert-manager.io", ["clusterissuers", "issuers", "certificates", "certificaterequests", "orders", "challenges"]],
] as const;

/**
 * Rights of Argo CD's controller in openshift-gitops, the instance that the operator of OpenShift GitOps makes: it may then write the
 * manifests of a platform. Source: docs/sources/openshift.md#gitops.
 */
export class GitOpsRights extends pulumi.ComponentResource {
    /** Name of the ClusterRole. */
    public readonly role: pulumi.Output<string>;

    constructor(name: string, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:addons:GitOpsRights", name, {}, opts);
        const role = new ClusterRole(
            `${name}-role`,
            {
                metadata: { name: NAME },
                rules: KINDS.map(([apiGroup, resources]) => ({
                    apiGroups: [apiGroup],
                    resources: [...resources],
                    verbs: [...VERBS],
                })),
            },
            { parent: this },
        );
        new ClusterRoleBinding(
            `${name}-binding`,
            {
                metadata: { name: `argocd-${NAME}` },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
                subjects: [
                    {
                        kind: "ServiceAccount",
                        name: "openshift-gitops-argocd-application-controller",
                        namespace: "openshift-gitops",
                    },
                ],
            },
            { parent: this },
        );
        this.role = role.metadata.name;
        this.registerOutputs({ role: this.role });
    }
}
