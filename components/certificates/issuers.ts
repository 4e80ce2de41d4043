/** The issuers of certificates: Let's Encrypt, or a private authority that the cluster trusts. */
import type * as pulumi from "@pulumi/pulumi";

import { CERT_MANAGER_NAMESPACE, managerArguments } from "../../catalogue/certificates";
import { Certificate, ClusterIssuer } from "../../kinds/cert-manager.io";
import type { Settings } from "../../stacks/schema";
import { CertManager } from "./certManager";
import { Route53Access } from "./route53";
import { Trust } from "./trust";

type CertificateSettings = NonNullable<Settings["certificates"]>;

const LETS_ENCRYPT = {
    staging: { issuer: "letsencrypt-staging", server: "https://acme-staging-v02.api.letsencrypt.org/directory" },
    production: { issuer: "letsencrypt", server: "https://acme-v02.api.letsencrypt.org/directory" },
} as const;

/** The objects of the private authority: its certificate, its Secret, its issuer, and the issuer of its own certificate. */
const AUTHORITY = { certificate: "selfsigned-ca", secret: "cert-manager-ca", issuer: "local-ca", root: "selfsigned-issuer" };

/** The settings of the issuer, and the cluster. */
export interface IssuerArgs {
    readonly settings: Pick<CertificateSettings, "letsEncrypt" | "privateCa" | "ownerReferences">;
    readonly region: pulumi.Input<string>;
    readonly infrastructureName: pulumi.Input<string>;
}

/** A ClusterIssuer. */
export interface Issuer {
    /** Its name. */
    readonly issuer: string;
    readonly resource: pulumi.Resource;
    /** For a private authority: depend on it to start when the cluster trusts the authority. */
    readonly trust?: pulumi.Resource;
}

/**
 * Creates the issuer that the settings ask for.
 *
 * @param parent the parent of all its objects
 * @returns undefined when the certificates exist already
 */
export function issuerOf(name: string, args: IssuerArgs, parent: pulumi.Resource): Issuer | undefined {
    const { letsEncrypt, privateCa } = args.settings;
    if (letsEncrypt === undefined && privateCa === undefined) {
        return undefined;
    }
    const manager = new CertManager(`${name}-manager`, { overrideArgs: managerArguments(args.settings) }, { parent });
    return letsEncrypt !== undefined
        ? letsEncryptIssuer(name, letsEncrypt, args, manager, parent)
        : privateIssuer(name, privateCa!, manager, parent);
}

function letsEncryptIssuer(
    name: string,
    letsEncrypt: NonNullable<CertificateSettings["letsEncrypt"]>,
    { region, infrastructureName }: IssuerArgs,
    manager: CertManager,
    parent: pulumi.Resource,
): Issuer {
    const access = new Route53Access(
        `${name}-route53`,
        { letsEncrypt, region, infrastructureName },
        { parent, dependsOn: manager },
    );
    const of = (suffix: string, environment: keyof typeof LETS_ENCRYPT): Issuer => {
        const { issuer, server } = LETS_ENCRYPT[environment];
        const resource = new ClusterIssuer(
            `${name}-${suffix}`,
            {
                metadata: { name: issuer },
                spec: {
                    acme: {
                        server,
                        ...(letsEncrypt.email !== undefined && { email: letsEncrypt.email }),
                        privateKeySecretRef: { name: `${issuer}-key` },
                        solvers: [{ dns01: { route53: access.solver } }],
                    },
                },
            },
            { parent, dependsOn: [manager, access] },
        );
        return { issuer, resource };
    };
    if (letsEncrypt.stagingIssuer && letsEncrypt.environment !== "staging") {
        of("staging-issuer", "staging");
    }
    return of("issuer", letsEncrypt.environment);
}

function privateIssuer(
    name: string,
    { bundle, years }: NonNullable<CertificateSettings["privateCa"]>,
    manager: CertManager,
    parent: pulumi.Resource,
): Issuer {
    const root = new ClusterIssuer(
        `${name}-root`,
        { metadata: { name: AUTHORITY.root }, spec: { selfSigned: {} } },
        { parent, dependsOn: manager },
    );
    const authority = new Certificate(
        `${name}-authority`,
        {
            metadata: { name: AUTHORITY.certificate, namespace: CERT_MANAGER_NAMESPACE },
            spec: {
                isCA: true,
                commonName: AUTHORITY.certificate,
                secretName: AUTHORITY.secret,
                duration: `${years * 365 * 24}h`,
                // With another key, certificates that were issued before would not be trusted any more.
                privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
                issuerRef: { name: AUTHORITY.root, kind: "ClusterIssuer", group: "cert-manager.io" },
            },
        },
        { parent, dependsOn: root },
    );
    const resource = new ClusterIssuer(
        `${name}-issuer`,
        { metadata: { name: AUTHORITY.issuer }, spec: { ca: { secretName: AUTHORITY.secret } } },
        { parent, dependsOn: authority },
    );
    const trust = new Trust(`${name}-trust`, { secret: AUTHORITY.secret, bundle }, { parent, dependsOn: authority });
    return { issuer: AUTHORITY.issuer, resource, trust: trust.propagated };
}
