/** Names that the certificates layer and its settings share. */
/** The certificates that a stack issues or brings; `certificates` of the settings has this shape. */
export interface CertificateChoice {
    readonly apiServer: boolean;
    readonly ingress: boolean;
    /** Secrets with certificates of somebody else; absent: they are issued here. */
    readonly existing?: { readonly apiServer?: string | undefined; readonly ingress?: string | undefined } | undefined;
}

/** The certificate of the routes, in openshift-ingress, when it is issued here. Gateways use it too, so its name stays. */
export const INGRESS_SECRET = "ingress-certs";

/** The certificate of the API server, in openshift-config, when it is issued here. */
export const API_SECRET = "api-certs";

/** The namespace of cert-manager's controllers, and of the Secrets of its ClusterIssuers. */
export const CERT_MANAGER_NAMESPACE = "cert-manager";

/**
 * The host name of the API, undefined when it is neither given nor follows from the apps domain. One setting (the apps
 * domain) stands for both, since two could contradict each other. Source:
 * docs/sources/openshift.md#derived-from-the-cluster.
 */
export function apiHostname(domain: string, given: string | undefined): string | undefined {
    return given ?? (domain.startsWith("apps.") ? `api.${domain.slice("apps.".length)}` : undefined);
}

/** The Secrets that the API server and the routes get; undefined where they keep what they have. */
export function servedSecrets(certificates: CertificateChoice | undefined): {
    apiServer: string | undefined;
    ingress: string | undefined;
} {
    const { existing } = certificates ?? {};
    return {
        apiServer: certificates?.apiServer === true ? (existing === undefined ? API_SECRET : existing.apiServer) : undefined,
        ingress: certificates?.ingress === true ? (existing === undefined ? INGRESS_SECRET : existing.ingress) : undefined,
    };
}

/**
 * With it, cert-manager deletes the Secret of a certificate together with the Certificate.
 * Source: docs/sources/openshift.md#cert-manager.
 */
const OWNER_REFERENCES = "--enable-certificate-owner-ref";

/** The arguments that a stack gives cert-manager's controller; empty: its own. */
export function managerArguments({
    letsEncrypt,
    ownerReferences = false,
}: {
    readonly letsEncrypt?: object | undefined;
    readonly ownerReferences?: boolean | undefined;
}): string[] {
    return [...(letsEncrypt === undefined ? [] : DNS_ARGUMENTS), ...(ownerReferences ? [OWNER_REFERENCES] : [])];
}

/**
 * Arguments of cert-manager's controller for challenges in DNS: the cluster's own resolver sees the private zone, and never the
 * record of the challenge. Source: docs/sources/openshift.md#cert-manager.
 */
const DNS_ARGUMENTS: readonly string[] = [
    "--dns01-recursive-nameservers-only",
    "--dns01-recursive-nameservers=8.8.8.8:53,1.1.1.1:53",
];
