/** Who may prove to Let's Encrypt that the domain is ours: DNS records in Route 53. */
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import { CredentialsRequest } from "../../kinds/cloudcredential.openshift.io";
import type { Settings } from "../../stacks/schema";
import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";
import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";

type LetsEncrypt = NonNullable<NonNullable<Settings["certificates"]>["letsEncrypt"]>;

/** Secret that the cluster's credentials operator writes. */
const MINTED = "aws-creds";
const AUDIENCE = "sts.amazonaws.com";
/** ServiceAccount of cert-manager's controller. */
const CONTROLLER = "cert-manager";

/** How the issuer reaches Route 53. */
export interface Route53Args {
    readonly letsEncrypt: LetsEncrypt;
    readonly region: string;
    /** The cluster's name, for the role in IAM. */
    readonly infrastructureName: string;
}

/** The part of a DNS-01 solver that says who answers. */
export type Route53Solver =
    | {
          region: string;
          hostedZoneID?: string;
          accessKeyIDSecretRef: { name: string; key: string };
          secretAccessKeySecretRef: { name: string; key: string };
      }
    | {
          region: string;
          hostedZoneID?: string;
          role: pulumi.Output<string>;
          auth: { kubernetes: { serviceAccountRef: { name: string; audiences: string[] } } };
      };

/** A statement of IAM, in the parts that both ways of writing it have. */
interface Statement {
    readonly actions: readonly string[];
    readonly resource: string;
    readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * What cert-manager may do: TXT records alone, and with a hosted zone given, in that one alone.
 * Source: docs/sources/aws.md#route-53.
 */
export function route53Statements(hostedZoneId: string | undefined): Statement[] {
    const zone = `arn:aws:route53:::hostedzone/${hostedZoneId ?? "*"}`;
    return [
        { actions: ["route53:GetChange"], resource: "arn:aws:route53:::change/*" },
        { actions: ["route53:ListResourceRecordSets"], resource: zone },
        {
            actions: ["route53:ChangeResourceRecordSets"],
            resource: zone,
            condition: { "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": "TXT" } },
        },
        ...(hostedZoneId === undefined ? [{ actions: ["route53:ListHostedZonesByName"], resource: "*" }] : []),
    ];
}

/**
 * Access to Route 53 in one of three ways: a key that the cluster mints (CredentialsRequest), a role that cert-manager's
 * ServiceAccount assumes (AWS STS; no key anywhere), or a key that is there already.
 * Source: docs/sources/aws.md#credential-modes, #route-53.
 */
export class Route53Access extends pulumi.ComponentResource {
    public readonly solver: Route53Solver;

    constructor(name: string, args: Route53Args, opts: pulumi.ComponentResourceOptions) {
        super("maas:certificates:Route53Access", name, {}, opts);
        const { hostedZoneId, oidcProvider, credentialsSecret } = args.letsEncrypt;
        const where = { region: args.region, ...(hostedZoneId !== undefined && { hostedZoneID: hostedZoneId }) };
        if (oidcProvider !== undefined) {
            const role = this.assumedRole(name, args, oidcProvider);
            this.solver = {
                ...where,
                role,
                auth: { kubernetes: { serviceAccountRef: { name: CONTROLLER, audiences: [AUDIENCE] } } },
            };
        } else {
            const secret = credentialsSecret ?? MINTED;
            if (credentialsSecret === undefined) {
                this.mintedKey(name, args);
            } else {
                gate(
                    `${name}-key`,
                    {
                        kind: "object-exists",
                        until: `Secret ${credentialsSecret} holds a key for Route 53`,
                        record: { object: `Secret ${CERT_MANAGER_NAMESPACE}/${credentialsSecret}` },
                        check: (kube) => keyIsThere(kube, credentialsSecret),
                    },
                    { parent: this },
                );
            }
            this.solver = {
                ...where,
                accessKeyIDSecretRef: { name: secret, key: "aws_access_key_id" },
                secretAccessKeySecretRef: { name: secret, key: "aws_secret_access_key" },
            };
        }
        this.registerOutputs({});
    }

    private mintedKey(name: string, { letsEncrypt }: Route53Args): void {
        const mode = gate(
            `${name}-mode`,
            {
                kind: "credentials-mode",
                until: "the cluster mints credentials",
                record: { mode: "Mint" },
                check: async (kube) => {
                    const problem = mintProblem(
                        await kube.get({ apiVersion: "operator.openshift.io/v1", plural: "cloudcredentials" }, "cluster"),
                    );
                    if (problem !== undefined) {
                        throw new Error(problem);
                    }
                },
            },
            { parent: this },
        );
        new CredentialsRequest(
            `${name}-request`,
            {
                metadata: { name: "cert-manager", namespace: "openshift-cloud-credential-operator" },
                spec: {
                    secretRef: { name: MINTED, namespace: CERT_MANAGER_NAMESPACE },
                    serviceAccountNames: [CONTROLLER],
                    providerSpec: {
                        apiVersion: "cloudcredential.openshift.io/v1",
                        kind: "AWSProviderSpec",
                        statementEntries: route53Statements(letsEncrypt.hostedZoneId).map((s) => ({
                            effect: "Allow" as const,
                            action: [...s.actions],
                            resource: s.resource,
                            ...(s.condition && { policyCondition: s.condition }),
                        })),
                    },
                },
            },
            { parent: this, dependsOn: mode },
        );
    }

    /** @returns the ARN of the role */
    private assumedRole(name: string, args: Route53Args, oidcProvider: string): pulumi.Output<string> {
        const issuer = oidcProvider.slice(oidcProvider.indexOf("oidc-provider/") + "oidc-provider/".length);
        const mode = gate(
            `${name}-mode`,
            {
                kind: "credentials-mode",
                until: "the cluster's service accounts are known to AWS",
                record: { issuer: `https://${issuer}` },
                check: async (kube) => {
                    const authentication = await kube.get(
                        { apiVersion: "config.openshift.io/v1", plural: "authentications" },
                        "cluster",
                    );
                    const problem = stsProblem(authentication, `https://${issuer}`);
                    if (problem !== undefined) {
                        throw new Error(problem);
                    }
                },
            },
            { parent: this },
        );
        // Loaded here, and only these modules: the whole of the package takes seconds, and most stacks need none of it.
        const aws = {
            Provider: (require("@pulumi/aws/provider") as typeof import("@pulumi/aws/provider")).Provider,
            Role: (require("@pulumi/aws/iam/role") as typeof import("@pulumi/aws/iam/role")).Role,
            RolePolicy: (require("@pulumi/aws/iam/rolePolicy") as typeof import("@pulumi/aws/iam/rolePolicy")).RolePolicy,
        };
        const provider = new aws.Provider(`${name}-aws`, { region: args.region }, { parent: this });
        const role = new aws.Role(
            `${name}-role`,
            {
                name: `${args.infrastructureName}-cert-manager`,
                description: `DNS records of certificates of the OpenShift cluster ${args.infrastructureName}`,
                assumeRolePolicy: JSON.stringify({
                    Version: "2012-10-17",
                    Statement: [
                        {
                            Effect: "Allow",
                            Principal: { Federated: oidcProvider },
                            Action: "sts:AssumeRoleWithWebIdentity",
                            Condition: {
                                StringEquals: {
                                    [`${issuer}:sub`]: `system:serviceaccount:${CERT_MANAGER_NAMESPACE}:${CONTROLLER}`,
                                    [`${issuer}:aud`]: AUDIENCE,
                                },
                            },
                        },
                    ],
                }),
            },
            { parent: this, provider, dependsOn: mode },
        );
        new aws.RolePolicy(
            `${name}-role-policy`,
            {
                role: role.name,
                name: "route53",
                policy: JSON.stringify({
                    Version: "2012-10-17",
                    Statement: route53Statements(args.letsEncrypt.hostedZoneId).map((s) => ({
                        Effect: "Allow",
                        Action: s.actions,
                        Resource: s.resource,
                        ...(s.condition && { Condition: s.condition }),
                    })),
                }),
            },
            { parent: this, provider },
        );
        // cert-manager asks for a token of its own ServiceAccount.
        const tokens = new Role(
            `${name}-tokens`,
            {
                metadata: { name: "cert-manager-route53-tokens", namespace: CERT_MANAGER_NAMESPACE },
                rules: [
                    { apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: [CONTROLLER], verbs: ["create"] },
                ],
            },
            { parent: this },
        );
        new RoleBinding(
            `${name}-tokens-binding`,
            {
                metadata: { name: "cert-manager-route53-tokens", namespace: CERT_MANAGER_NAMESPACE },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "cert-manager-route53-tokens" },
                subjects: [{ kind: "ServiceAccount", name: CONTROLLER, namespace: CERT_MANAGER_NAMESPACE }],
            },
            { parent: this, dependsOn: tokens },
        );
        return role.arn;
    }
}

/** Why a cluster makes no key of its own, and what to do; undefined when it does. */
export function mintProblem(cloudCredential: KubeObject | undefined): string | undefined {
    const mode = String(cloudCredential?.spec?.["credentialsMode"] ?? "");
    switch (mode) {
        case "":
        case "Mint":
            return undefined;
        case "Passthrough":
            return (
                "the cluster's credentials mode is Passthrough: cert-manager would get a copy of the cluster's own key, which may do far more. " +
                "Make a key that may change the zone only, put it into a Secret in namespace cert-manager, and set certificates.letsEncrypt.credentialsSecret"
            );
        default:
            return (
                `the cluster's credentials mode is ${mode}: nobody makes a key. With AWS STS set certificates.letsEncrypt.oidcProvider ` +
                "to the ARN of the cluster's OIDC provider; without it, certificates.letsEncrypt.credentialsSecret"
            );
    }
}

/** Why AWS would not believe the cluster's service accounts; undefined when it does. */
export function stsProblem(authentication: KubeObject | undefined, expected: string): string | undefined {
    const issuer = String(authentication?.spec?.["serviceAccountIssuer"] ?? "");
    return issuer === expected
        ? undefined
        : `certificates.letsEncrypt.oidcProvider is that of ${expected}, and the cluster's service accounts are issued by ` +
              `${issuer === "" ? "the cluster alone: it does not use AWS STS, so leave oidcProvider out" : issuer}`;
}

async function keyIsThere(kube: Kube, name: string): Promise<void> {
    const secret = await kube.get({ apiVersion: "v1", plural: "secrets", namespace: CERT_MANAGER_NAMESPACE }, name);
    const keys = Object.keys((secret?.["data"] ?? {}) as object);
    const missing = ["aws_access_key_id", "aws_secret_access_key"].filter((key) => !keys.includes(key));
    if (missing.length > 0) {
        throw new Error(
            `certificates.letsEncrypt.credentialsSecret: Secret ${CERT_MANAGER_NAMESPACE}/${name} ` +
                (secret === undefined ? "does not exist" : `has no ${missing.join(" and no ")}`),
        );
    }
}
