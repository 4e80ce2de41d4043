/** The IAM policy of cert-manager, and whether the cluster can give cert-manager credentials of AWS. */
import type { KubeObject } from "../kube";

/** The audience of tokens for AWS STS. */
export const STS_AUDIENCE = "sts.amazonaws.com";
/** The ServiceAccount of cert-manager's controller. */
export const CERT_MANAGER_ACCOUNT = "cert-manager";

/** A statement of an IAM policy, as CredentialsRequests and policies share it. */
export interface Statement {
    readonly actions: readonly string[];
    readonly resource: string;
    readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The permissions of cert-manager: TXT records only, and only in the hosted zone where one is given.
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

/** Why the cluster does not mint a key, and the remedy; undefined when it does. */
export function mintProblem(cloudCredential: KubeObject | undefined): string | undefined {
    const mode = String(cloudCredential?.spec?.["credentialsMode"] ?? "");
    switch (mode) {
        case "":
        case "Mint":
            return undefined;
        case "Passthrough":
            return (
                "the cluster's credentials mode is Passthrough: cert-manager would get a copy of the cluster's key, which has many more permissions. " +
                "Create a key that may change only the zone, store it in a Secret in namespace cert-manager, and set certificates.letsEncrypt.credentialsSecret"
            );
        default:
            return (
                `the cluster's credentials mode is ${mode}, so OpenShift creates no key. With AWS STS, set certificates.letsEncrypt.oidcProvider ` +
                "to the ARN of the cluster's OIDC provider; without STS, set certificates.letsEncrypt.credentialsSecret"
            );
    }
}

/** Why AWS does not accept tokens of the cluster's service accounts; undefined when it does. */
export function stsProblem(authentication: KubeObject | undefined, expected: string): string | undefined {
    const issuer = String(authentication?.spec?.["serviceAccountIssuer"] ?? "");
    return issuer === expected
        ? undefined
        : `certificates.letsEncrypt.oidcProvider is the provider of ${expected}, but the issuer of the cluster's service accounts is ` +
              `${issuer === "" ? "the cluster itself, which does not use AWS STS; remove oidcProvider" : issuer}`;
}
