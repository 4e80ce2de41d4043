/** Whether the kubeconfig of this program still works when the API server has another certificate. */
import type { ClusterAccess } from "../kube";

/**
 * The kubeconfig of the installer trusts the installer's own authority for api.<base domain>, and nobody else: once the
 * API server shows another certificate for that name, it is refused, by the provider and by `oc` alike. The certificate
 * for api-int.<base domain> stays, is signed by the same authority, and is served at the same address to whoever asks for
 * that name; so a kubeconfig that says `tls-server-name` works before, during and after the change.
 * Source: docs/sources/openshift.md#api-server-certificate.
 *
 * @returns what to do first; undefined when it will go on working
 */
export function kubeconfigAdvice(access: ClusterAccess, apiHostname: string): string | undefined {
    const { protocol, hostname } = new URL(access.server);
    const verifiedName = access.tlsServerName ?? hostname;
    if (protocol === "http:" || access.skipTLSVerify === true || verifiedName !== apiHostname) {
        return undefined;
    }
    const inside = apiHostname.replace(/^api\./, "api-int.");
    return (
        `the kubeconfig does not trust the new certificate of the API server for ${apiHostname}, so all later requests would fail. ` +
        `Use the name whose certificate does not change, then run this again: ` +
        `oc config set-cluster ${access.name} --tls-server-name=${inside} (or set certificates.apiServer: false)`
    );
}
