import * as pulumi from "@pulumi/pulumi";

import { Certificate, Issuer } from "../../kinds/cert-manager.io";

/** Which certificate, and who signs it. */
export interface OwnCertificateArgs {
    /** The gateway that shows it: what the objects are named after. */
    readonly gateway: string;
    readonly namespace: string;
    /** The Secret that cert-manager writes, which nothing else uses. */
    readonly secret: string;
    /** Name of the Certificate. */
    readonly certificate: string;
    readonly hosts: readonly string[];
    readonly issuer: { readonly kind: "ClusterIssuer" | "Issuer" | "selfSigned"; readonly name?: string | undefined };
}

/**
 * A certificate of a gateway's own, in a Secret that nothing else uses.
 *
 * @param component whose children its objects are
 * @param name what their names begin with
 * @returns what the gateway depends on
 */
export function ownCertificate(component: pulumi.ComponentResource, name: string, args: OwnCertificateArgs): pulumi.Resource[] {
    const { gateway, namespace, secret, certificate, hosts, issuer } = args;
    const selfSigned =
        issuer.kind === "selfSigned"
            ? [
                  new Issuer(
                      `${name}-issuer`,
                      { metadata: { name: `${gateway}-selfsigned`, namespace }, spec: { selfSigned: {} } },
                      { parent: component },
                  ),
              ]
            : [];
    return [
        new Certificate(
            `${name}-certificate`,
            {
                metadata: { name: certificate, namespace },
                spec: {
                    secretName: secret,
                    dnsNames: [...hosts],
                    issuerRef: {
                        kind: issuer.kind === "ClusterIssuer" ? "ClusterIssuer" : "Issuer",
                        name: issuer.name ?? `${gateway}-selfsigned`,
                    },
                },
            },
            { parent: component, dependsOn: selfSigned },
        ),
    ];
}
