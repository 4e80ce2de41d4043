/** Access of cert-manager to Route 53, for DNS-01 challenges. */
import * as pulumi from "@pulumi/pulumi";

import { CredentialsRequest } from "../../kinds/cloudcredential.openshift.io";
import type { Settings } from "../../stacks/schema";
import { describedBy } from "../component";
import { gate } from "../gate";
import type { Kube } from "../kube";
import { CERT_MANAGER_NAMESPACE } from "../../catalogue/certificates";
import { CERT_MANAGER_ACCOUNT, mintProblem, route53Statements, STS_AUDIENCE } from "./route53Policy";
import { route53Role } from "./route53Role";

type LetsEncrypt = NonNullable<NonNullable<Settings["certificates"]>["letsEncrypt"]>;

/** Secret that the cloud credential operator writes. */
const MINTED = "aws-creds";

/** The settings of the issuer, and the cluster. */
export interface Route53Args {
    readonly letsEncrypt: LetsEncrypt;
    readonly region: pulumi.Input<string>;
    /** Infrastructure name of the cluster, for the name of the role in IAM. */
    readonly infrastructureName: pulumi.Input<string>;
}

/** The `route53` part of a DNS-01 solver. */
export type Route53Solver =
    | {
          region: pulumi.Input<string>;
          hostedZoneID?: string;
          accessKeyIDSecretRef: { name: string; key: string };
          secretAccessKeySecretRef: { name: string; key: string };
      }
    | {
          region: pulumi.Input<string>;
          hostedZoneID?: string;
          role: pulumi.Output<string>;
          auth: { kubernetes: { serviceAccountRef: { name: string; audiences: string[] } } };
      };

/**
 * Access to Route 53 in one of three ways: a key that the cluster mints (CredentialsRequest), a role that cert-manager's
 * ServiceAccount assumes (AWS STS, without a key), or a key that somebody has put into a Secret.
 * Source: docs/sources/aws.md#credential-modes, #route-53.
 */
export class Route53Access extends pulumi.ComponentResource {
    /** For the ClusterIssuer. */
    public readonly solver: Route53Solver;

    constructor(name: string, args: Route53Args, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:certificates:Route53Access", name, describedBy(args), opts);
        const { hostedZoneId, oidcProvider, credentialsSecret } = args.letsEncrypt;
        const where = { region: args.region, ...(hostedZoneId !== undefined && { hostedZoneID: hostedZoneId }) };
        if (oidcProvider !== undefined) {
            const { region, infrastructureName } = args;
            const role = route53Role(name, { oidcProvider, hostedZoneId, region, infrastructureName }, this);
            this.solver = {
                ...where,
                role,
                auth: { kubernetes: { serviceAccountRef: { name: CERT_MANAGER_ACCOUNT, audiences: [STS_AUDIENCE] } } },
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
                        check: (kube) => keyExists(kube, credentialsSecret),
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
        this.registerOutputs({ solver: this.solver });
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
                    serviceAccountNames: [CERT_MANAGER_ACCOUNT],
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
}

async function keyExists(kube: Kube, name: string): Promise<void> {
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
