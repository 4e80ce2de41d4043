import * as pulumi from "@pulumi/pulumi";

import { Certificate, Issuer } from "../../kinds/cert-manager.io";

/** A certificate, and who signs it. */
export interface GatewayCertificateArgs {
    /** Name of the gateway that serves the certificate; a self-signing Issuer is named after it. */
    readonly gateway: string;
    readonly namespace: string;
    /** The Secret that cert-manager writes, which nothing else uses. */
    readonly secret: pulumi.Input<string>;
    /** Name of the Certificate. */
    readonly certificate: string;
    /** DNS names that the certificate is valid for. */
    readonly hosts: readonly pulumi.Input<string>[];
    readonly issuer: {
        readonly kind: "ClusterIssuer" | "Issuer" | "selfSigned";
        /** Name of the issuer; none with selfSigned, whose Issuer is created here. */
        readonly name?: pulumi.Input<string> | undefined;
    };
}

/**
 * A certificate for one gateway alone, which cert-manager issues.
 *
 * @param component parent of the resources
 * @param name prefix of their names
 * @returns the Certificate, which is ready when its Secret exists
 */
export function gatewayCertificate(
    component: pulumi.ComponentResource,
    name: string,
    { gateway, namespace, secret, certificate, hosts, issuer }: GatewayCertificateArgs,
): pulumi.Resource {
    const selfSigned = `${gateway}-selfsigned`;
    const dependsOn =
        issuer.kind === "selfSigned"
            ? [
                  new Issuer(
                      `${name}-issuer`,
                      { metadata: { name: selfSigned, namespace }, spec: { selfSigned: {} } },
                      { parent: component },
                  ),
              ]
            : [];
    return new Certificate(
        `${name}-certificate`,
        {
            metadata: { name: certificate, namespace },
            spec: {
                secretName: secret,
                dnsNames: [...hosts],
                issuerRef: {
                    kind: issuer.kind === "ClusterIssuer" ? "ClusterIssuer" : "Issuer",
                    name: issuer.name ?? selfSigned,
                },
            },
        },
        { parent: component, dependsOn },
    );
}
