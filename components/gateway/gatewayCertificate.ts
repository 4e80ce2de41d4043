import * as pulumi from "@pulumi/pulumi";

import { Certificate, Issuer } from "../../kinds/cert-manager.io";

/** A certificate, and who signs it. */
export interface GatewayCertificateArgs {
    /** Name of the gateway that serves the certificate; an authority of its own is named after it. */
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
    const own = issuer.kind === "selfSigned" ? ownAuthority(component, name, gateway, namespace) : undefined;
    const dependsOn = own === undefined ? [] : [own];
    return new Certificate(
        `${name}-certificate`,
        {
            metadata: { name: certificate, namespace },
            spec: {
                secretName: secret,
                dnsNames: [...hosts],
                issuerRef: {
                    kind: issuer.kind === "ClusterIssuer" ? "ClusterIssuer" : "Issuer",
                    name: issuer.name ?? authorityOf(gateway),
                },
            },
        },
        { parent: component, dependsOn },
    );
}

/** Name of the authority that signs the certificate of a gateway whose issuer is selfSigned: of its Issuer and of its Secret. */
export function authorityOf(gateway: string): string {
    return `${gateway}-authority`;
}

const TEN_YEARS = `${10 * 365 * 24}h` as const;

/**
 * An authority for one gateway, which signs itself. Callers trust it, and not the certificate of the gateway, which cert-manager
 * renews with another key.
 */
function ownAuthority(component: pulumi.ComponentResource, name: string, gateway: string, namespace: string): pulumi.Resource {
    const parent = { parent: component };
    const selfSigned = `${gateway}-selfsigned`;
    const authority = authorityOf(gateway);
    const root = new Issuer(`${name}-issuer`, { metadata: { name: selfSigned, namespace }, spec: { selfSigned: {} } }, parent);
    const certificate = new Certificate(
        `${name}-authority`,
        {
            metadata: { name: authority, namespace },
            spec: {
                isCA: true,
                commonName: authority,
                secretName: authority,
                duration: TEN_YEARS,
                // With another key, certificates that were issued before would not be trusted any more.
                privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
                issuerRef: { name: selfSigned, kind: "Issuer" },
            },
        },
        { ...parent, dependsOn: root },
    );
    return new Issuer(
        `${name}-authority-issuer`,
        { metadata: { name: authority, namespace }, spec: { ca: { secretName: authority } } },
        { ...parent, dependsOn: certificate },
    );
}
