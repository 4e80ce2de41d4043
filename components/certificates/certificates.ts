import * as pulumi from "@pulumi/pulumi";

import { Certificate } from "../../kinds/cert-manager.io";
import { APIServerPatch } from "../../kinds/config.openshift.io";
import { IngressControllerPatch } from "../../kinds/operator.openshift.io";
import type { Settings } from "../../stacks/schema";
import { describedBy } from "../component";
import { gate } from "../gate";
import { rolledOut } from "../rollout";
import { apiServerMayChange, certificateSecretExists, ingressMayChange } from "./checks";
import { issued } from "./issued";
import { type Issuer, issuerOf } from "./issuers";
import { apiHostname, servedSecrets } from "../../catalogue/certificates";
import { formerName } from "../formerName";

/** Minutes for a rollout of the three API servers, one after the other, and of the routers. */
const ROLLOUT_MINUTES = { "kube-apiserver": 40, ingress: 15 };

/** The settings, and the cluster. */
export interface CertificatesArgs {
    readonly settings: NonNullable<Settings["certificates"]>;
    /** Apps domain of the cluster. It must be known in a plan: host names and records contain it. */
    readonly domain: string;
    readonly region: pulumi.Input<string>;
    readonly infrastructureName: pulumi.Input<string>;
}

/** A certificate to issue. */
interface WantedCertificate {
    readonly namespace: string;
    /** Name of the Certificate. */
    readonly certificate: string;
    /** Name of its Secret. */
    readonly secret: string;
    readonly dnsNames: string[];
    readonly issuer: Issuer;
}

/**
 * Certificates for the API server and for the routes: first an issuer, then the certificates, then patches of APIServer and
 * IngressController, each with a gate until it is rolled out.
 *
 * Before the API server gets another certificate, a gate checks that the kubeconfig still works with it, and otherwise names the
 * setting (`tls-server-name`). The gates refuse patches that would drop the configuration of somebody else. A destroy gives the
 * patched fields back: API server and routes then use the certificates of the installer again. Source: docs/sources/openshift.md#api-server-certificate,
 * #router-certificate.
 */
export class Certificates extends pulumi.ComponentResource {
    /** The Secret in openshift-ingress with the certificate of the routes; undefined when this stack does not set one. */
    public readonly ingressSecret: string | undefined;
    /** Depend on these to use that Secret. */
    public readonly ingressIssued: readonly pulumi.Resource[];
    /** Depend on these to start with the authorities that the cluster trusts. */
    public readonly trusted: readonly pulumi.Resource[];

    constructor(name: string, args: CertificatesArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:certificates:Certificates", name, describedBy(args), opts);
        const { settings, domain } = args;
        const host = apiHostname(domain, settings.apiHostname);
        const secrets = servedSecrets(settings);
        if (secrets.apiServer !== undefined && host === undefined) {
            throw new pulumi.RunError(
                `the host name of the API cannot be derived from the apps domain ${domain}: set certificates.apiHostname`,
            );
        }
        const issuer = issuerOf(name, args, this);
        const provide = (wanted: Omit<WantedCertificate, "issuer"> & { setting: string }): pulumi.Resource[] =>
            issuer === undefined ? [this.existing(name, wanted)] : this.certificate(name, { ...wanted, issuer });
        this.ingressSecret = secrets.ingress;
        this.ingressIssued =
            secrets.ingress === undefined
                ? []
                : provide({
                      namespace: "openshift-ingress",
                      certificate: "ocp-ingress",
                      secret: secrets.ingress,
                      dnsNames: [domain, `*.${domain}`],
                      setting: "certificates.existing.ingress",
                  });
        if (secrets.ingress !== undefined) {
            this.serveIngress(name, secrets.ingress);
        }
        if (secrets.apiServer !== undefined) {
            const ready = provide({
                namespace: "openshift-config",
                certificate: "ocp-api",
                secret: secrets.apiServer,
                dnsNames: [host!],
                setting: "certificates.existing.apiServer",
            });
            this.serveApi(name, secrets.apiServer, host!, ready);
        }
        this.trusted = issuer?.trust === undefined ? [] : [issuer.trust];
        this.registerOutputs({ ingressSecret: this.ingressSecret });
    }

    /** A gate for a certificate that somebody else has put into a Secret. */
    private existing(
        name: string,
        { namespace, certificate, secret, setting }: Omit<WantedCertificate, "issuer"> & { setting: string },
    ): pulumi.Resource {
        return gate(
            `${name}-${certificate}-secret`,
            {
                kind: "object-exists",
                until: `Secret ${namespace}/${secret} exists`,
                record: { object: `Secret ${namespace}/${secret}` },
                check: (kube) => certificateSecretExists(kube, namespace, secret, setting),
            },
            { parent: this, ...formerName(`${name}-${certificate}-there`) },
        );
    }

    private certificate(prefix: string, wanted: WantedCertificate): pulumi.Resource[] {
        const { namespace, secret, dnsNames, issuer } = wanted;
        const name = `${prefix}-${wanted.certificate}`;
        const metadata = { name: wanted.certificate, namespace };
        const certificate = new Certificate(
            name,
            {
                metadata,
                spec: {
                    isCA: false,
                    // cert-manager refuses a longer common name; clients read the DNS names.
                    ...(dnsNames[0]!.length <= 64 && { commonName: dnsNames[0]! }),
                    dnsNames,
                    secretName: secret,
                    privateKey: { rotationPolicy: "Always" },
                    issuerRef: { name: issuer.issuer, kind: "ClusterIssuer", group: "cert-manager.io" },
                },
            },
            { parent: this, dependsOn: issuer.resource },
        );
        const ready = issued(
            `${name}-issued`,
            { ...metadata, issuer: issuer.issuer },
            {
                parent: this,
                dependsOn: issuer.resource,
            },
        );
        return [certificate, ready];
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
        // Replicas and placement stay the cluster's.
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

/** The Secret that an earlier run of this stack has set. */
function earlierSecrets(hook: pulumi.ResourceHookArgs): string[] {
    const before = (hook.oldInputs as { data?: { secret?: string } } | undefined)?.data?.secret;
    return before === undefined ? [] : [before];
}
