/** A role in IAM that cert-manager's ServiceAccount assumes with a token (AWS STS). */
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import { Role as AwsRole } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";

import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";
import { gate } from "../gate";
import { CERT_MANAGER_ACCOUNT, route53Statements, STS_AUDIENCE, stsProblem } from "./route53Policy";

/** The role to create. */
export interface Route53RoleArgs {
    /** ARN of the cluster's OIDC provider. It must be known in a plan: the gate compares it with the cluster. */
    readonly oidcProvider: string;
    /** Default: all zones. */
    readonly hostedZoneId?: string | undefined;
    readonly region: pulumi.Input<string>;
    /** Infrastructure name of the cluster, for the name of the role. */
    readonly infrastructureName: pulumi.Input<string>;
}

/**
 * Creates the role, its policy, and the right of cert-manager to request tokens of its own ServiceAccount.
 *
 * @param parent the parent of all of them
 * @returns the ARN of the role
 */
export function route53Role(name: string, args: Route53RoleArgs, parent: pulumi.Resource): pulumi.Output<string> {
    const issuer = args.oidcProvider.slice(args.oidcProvider.indexOf("oidc-provider/") + "oidc-provider/".length);
    const mode = stsGate(`${name}-mode`, `https://${issuer}`, parent);
    const arn = iamRole(name, args, issuer, { parent, dependsOn: mode });
    tokenRequests(name, parent);
    return arn;
}

/** A gate that compares the issuer of the cluster's service accounts with the OIDC provider. */
function stsGate(name: string, issuer: string, parent: pulumi.Resource): pulumi.Resource {
    return gate(
        name,
        {
            kind: "credentials-mode",
            until: "the cluster's service accounts are known to AWS",
            record: { issuer },
            check: async (kube) => {
                const authentication = await kube.get(
                    { apiVersion: "config.openshift.io/v1", plural: "authentications" },
                    "cluster",
                );
                const problem = stsProblem(authentication, issuer);
                if (problem !== undefined) {
                    throw new Error(problem);
                }
            },
        },
        { parent },
    );
}

function iamRole(
    name: string,
    { oidcProvider, hostedZoneId, region, infrastructureName }: Route53RoleArgs,
    issuer: string,
    { parent, dependsOn }: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource },
): pulumi.Output<string> {
    const provider = new Provider(`${name}-aws`, { region }, { parent });
    const role = new AwsRole(
        `${name}-role`,
        {
            name: pulumi.interpolate`${infrastructureName}-cert-manager`,
            description: pulumi.interpolate`DNS records of certificates of the OpenShift cluster ${infrastructureName}`,
            assumeRolePolicy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [
                    {
                        Effect: "Allow",
                        Principal: { Federated: oidcProvider },
                        Action: "sts:AssumeRoleWithWebIdentity",
                        Condition: {
                            StringEquals: {
                                [`${issuer}:sub`]: `system:serviceaccount:${CERT_MANAGER_NAMESPACE}:${CERT_MANAGER_ACCOUNT}`,
                                [`${issuer}:aud`]: STS_AUDIENCE,
                            },
                        },
                    },
                ],
            }),
        },
        { parent, provider, dependsOn },
    );
    new RolePolicy(
        `${name}-role-policy`,
        {
            role: role.name,
            name: "route53",
            policy: JSON.stringify({
                Version: "2012-10-17",
                Statement: route53Statements(hostedZoneId).map((s) => ({
                    Effect: "Allow",
                    Action: s.actions,
                    Resource: s.resource,
                    ...(s.condition && { Condition: s.condition }),
                })),
            }),
        },
        { parent, provider },
    );
    return role.arn;
}

/** cert-manager requests tokens of its own ServiceAccount. */
function tokenRequests(name: string, parent: pulumi.Resource): void {
    const metadata = { name: "cert-manager-route53-tokens", namespace: CERT_MANAGER_NAMESPACE };
    const tokens = new Role(
        `${name}-tokens`,
        {
            metadata,
            rules: [
                {
                    apiGroups: [""],
                    resources: ["serviceaccounts/token"],
                    resourceNames: [CERT_MANAGER_ACCOUNT],
                    verbs: ["create"],
                },
            ],
        },
        { parent },
    );
    new RoleBinding(
        `${name}-tokens-binding`,
        {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
            subjects: [{ kind: "ServiceAccount", name: CERT_MANAGER_ACCOUNT, namespace: CERT_MANAGER_NAMESPACE }],
        },
        { parent, dependsOn: tokens },
    );
}
