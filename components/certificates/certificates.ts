import * as pulumi from "@pulumi/pulumi";

import { Certificate, ClusterIssuer } from "../../kinds/cert-manager.io";
import { APIServerPatch } from "../../kinds/config.openshift.io";
import { IngressControllerPatch } from "../../kinds/operator.openshift.io";
import type { Settings } from "../../stacks/schema";
import { gate } from "../gate";
import { rolledOut } from "../rollout";
import { apiServerMayChange, ingressMayChange, secretIsThere } from "./checks";
import { CertManager } from "./certManager";
import { issued } from "./issued";
import { apiHostname, CERT_MANAGER_NAMESPACE, servedSecrets } from "../../catalogue/certificates";
import { Route53Access } from "./route53";
import { Trust } from "./trust";

const LETS_ENCRYPT = {
    staging: { issuer: "letsencrypt-staging", server: "https://acme-staging-v02.api.letsencrypt.org/directory" },
    production: { issuer: "letsencrypt", server: "https://acme-v02.api.letsencrypt.org/directory" },
} as const;

/** The private authority: its certificate, and the issuer that signs with it. */
const AUTHORITY = { certificate: "selfsigned-ca", secret: "cert-manager-ca", issuer: "local-ca", root: "selfsigned-issuer" };

/** Minutes that the three API servers, one after the other, and the routers take. */
const ROLLOUT_MINUTES = { "kube-apiserver": 40, ingress: 15 };

/** What the certificates are made from. */
export interface CertificatesArgs {
    readonly settings: NonNullable<Settings["certificates"]>;
    /** Apps domain of the cluster. */
    readonly domain: string;
    readonly region: string;
    readonly infrastructureName: string;
}

/**
 * Certificates for the API server and for the routes: issuers first, then certificates that are issued, then patches of
 * APIServer and IngressController, each waited for until it is rolled out.
 *
 * The provider keeps working: before the API server's certificate changes, a gate looks whether the kubeconfig will go on
 * to be accepted, and says otherwise what to set (`tls-server-name`); nothing has been changed by then. Patches that would
 * drop what somebody else configured are refused by name. A destroy gives the patched fields back, which takes API server
 * and routes to the certificates of the installer. Source: docs/sources/openshift.md#api-server-certificate,
 * #router-certificate.
 */
export class Certificates extends pulumi.ComponentResource {
    /** The Secret in openshift-ingress that the routes have now; undefined when they were left alone. */
    public readonly ingressSecret: string | undefined;
    /** Whoever uses that Secret comes after these. */
    public readonly ingressIssued: readonly pulumi.Resource[];
    /** Whoever reads the cluster's authorities when it starts comes after these. */
    public readonly trusted: readonly pulumi.Resource[];

    constructor(name: string, args: CertificatesArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:certificates:Certificates", name, {}, opts);
        const { settings, domain } = args;
        const host = apiHostname(domain, settings.apiHostname);
        const secrets = servedSecrets(settings);
        if (secrets.apiServer !== undefined && host === undefined) {
            throw new pulumi.RunError(
                `the host name of the API does not follow from the apps domain ${domain}: set certificates.apiHostname`,
            );
        }
        const issuer = this.issuer(name, args);
        const of = (namespace: string, certificate: string, secret: string, dnsNames: string[], setting: string) => {
            if (issuer === undefined) {
                return [
                    gate(
                        `${name}-${certificate}-there`,
                        {
                            kind: "object-exists",
                            until: `Secret ${namespace}/${secret} is there`,
                            record: { object: `Secret ${namespace}/${secret}` },
                            check: (kube) => secretIsThere(kube, namespace, secret, setting),
                        },
                        { parent: this },
                    ),
                ];
            }
            return this.certificate(`${name}-${certificate}`, { namespace, certificate, secret, dnsNames, issuer });
        };
        this.ingressSecret = secrets.ingress;
        this.ingressIssued =
            secrets.ingress === undefined
                ? []
                : of(
                      "openshift-ingress",
                      "ocp-ingress",
                      secrets.ingress,
                      [domain, `*.${domain}`],
                      "certificates.existing.ingress",
                  );
        if (secrets.ingress !== undefined) {
            this.serveIngress(name, secrets.ingress);
        }
        if (secrets.apiServer !== undefined) {
            const ready = of("openshift-config", "ocp-api", secrets.apiServer, [host!], "certificates.existing.apiServer");
            this.serveApi(name, secrets.apiServer, host!, ready);
        }
        this.trusted = issuer?.trust === undefined ? [] : [issuer.trust];
        this.registerOutputs({});
    }

    /** Who signs; undefined when the certificates are there already. */
    private issuer(
        name: string,
        { settings, region, infrastructureName }: CertificatesArgs,
    ): { issuer: string; resource: pulumi.Resource; trust?: pulumi.Resource } | undefined {
        const { letsEncrypt, privateCa } = settings;
        if (letsEncrypt === undefined && privateCa === undefined) {
            return undefined;
        }
        const manager = new CertManager(`${name}-manager`, { dns: letsEncrypt !== undefined }, { parent: this });
        if (letsEncrypt !== undefined) {
            const { issuer, server } = LETS_ENCRYPT[letsEncrypt.environment];
            const access = new Route53Access(
                `${name}-route53`,
                { letsEncrypt, region, infrastructureName },
                { parent: this, dependsOn: manager },
            );
            const resource = new ClusterIssuer(
                `${name}-issuer`,
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
                { parent: this, dependsOn: [manager, access] },
            );
            return { issuer, resource };
        }
        const { bundle, years } = privateCa!;
        const root = new ClusterIssuer(
            `${name}-root`,
            { metadata: { name: AUTHORITY.root }, spec: { selfSigned: {} } },
            { parent: this, dependsOn: manager },
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
                    // With another key, what was signed before would no longer be trusted.
                    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
                    issuerRef: { name: AUTHORITY.root, kind: "ClusterIssuer", group: "cert-manager.io" },
                },
            },
            { parent: this, dependsOn: root },
        );
        const resource = new ClusterIssuer(
            `${name}-issuer`,
            { metadata: { name: AUTHORITY.issuer }, spec: { ca: { secretName: AUTHORITY.secret } } },
            { parent: this, dependsOn: authority },
        );
        const { spread } = new Trust(
            `${name}-trust`,
            { secret: AUTHORITY.secret, bundle },
            { parent: this, dependsOn: authority },
        );
        return { issuer: AUTHORITY.issuer, resource, trust: spread };
    }

    private certificate(
        name: string,
        wanted: {
            namespace: string;
            certificate: string;
            secret: string;
            dnsNames: string[];
            issuer: { issuer: string; resource: pulumi.Resource };
        },
    ): pulumi.Resource[] {
        const { namespace, secret, dnsNames, issuer } = wanted;
        const metadata = { name: wanted.certificate, namespace };
        const certificate = new Certificate(
            name,
            {
                metadata,
                spec: {
                    isCA: false,
                    // A longer one is refused; clients read the other names.
                    ...(dnsNames[0]!.length <= 64 && { commonName: dnsNames[0]! }),
                    dnsNames,
                    secretName: secret,
                    privateKey: { rotationPolicy: "Always" },
                    issuerRef: { name: issuer.issuer, kind: "ClusterIssuer", group: "cert-manager.io" },
                },
            },
            { parent: this, dependsOn: issuer.resource },
        );
        const told = issued(
            `${name}-issued`,
            { ...metadata, issuer: issuer.issuer },
            {
                parent: this,
                dependsOn: issuer.resource,
            },
        );
        return [certificate, told];
    }

    private serveIngress(name: string, secret: string): void {
        const free = gate(
            `${name}-ingress-free`,
            {
                kind: "nothing-lost",
                until: "the routes have no certificate of somebody else",
                record: { secret },
                check: (kube, hook) => ingressMayChange(kube, secret, earlierSecrets(hook)),
            },
            { parent: this, dependsOn: [...this.ingressIssued] },
        );
        // Nothing but the certificate: replicas and placement are the cluster's.
        const patch = new IngressControllerPatch(
            `${name}-ingress`,
            {
                metadata: { name: "default", namespace: "openshift-ingress-operator" },
                spec: { defaultCertificate: { name: secret } },
            },
            { parent: this, dependsOn: free },
        );
        const minutes = ROLLOUT_MINUTES.ingress;
        rolledOut(
            `${name}-ingress-rolled-out`,
            { operator: "ingress", what: "its certificate", minutes, record: { secret } },
            {
                parent: this,
                dependsOn: patch,
            },
        );
    }

    private serveApi(name: string, secret: string, host: string, ready: readonly pulumi.Resource[]): void {
        const free = gate(
            `${name}-api-free`,
            {
                kind: "nothing-lost",
                until: "the API server has no certificate of somebody else, and the kubeconfig goes on to work",
                record: { secret, host },
                check: (kube, hook) => apiServerMayChange(kube, secret, host, earlierSecrets(hook)),
            },
            { parent: this, dependsOn: [...ready] },
        );
        const patch = new APIServerPatch(
            `${name}-api`,
            {
                metadata: { name: "cluster" },
                spec: { servingCerts: { namedCertificates: [{ names: [host], servingCertificate: { name: secret } }] } },
            },
            { parent: this, dependsOn: free },
        );
        const minutes = ROLLOUT_MINUTES["kube-apiserver"];
        rolledOut(
            `${name}-api-rolled-out`,
            { operator: "kube-apiserver", what: "its certificate", minutes, record: { secret, host } },
            {
                parent: this,
                dependsOn: patch,
            },
        );
    }
}

/** The Secret that an earlier run of ours has set. */
function earlierSecrets(hook: pulumi.ResourceHookArgs): string[] {
    const before = (hook.oldInputs as { data?: { secret?: string } } | undefined)?.data?.secret;
    return before === undefined ? [] : [before];
}
