/** The authorities of the simulated cluster. Real certificates: programs that read them, such as the Prometheus operator, skip others. */
import { simulatedAuthority, simulatedCertificate } from "../rehearsal/cluster/certificate";
import { lazy } from "../catalogue/lazy";

/** Signs the certificates of Services. Its name is that of the certificate on a cluster, without the time of its creation. */
export const serviceAuthority = lazy(() => simulatedAuthority("openshift-service-serving-signer"));

/** Signs everything else: the certificates of the API server, of the router, and those that cert-manager and KServe write. */
export const clusterAuthority = lazy(() => simulatedAuthority("rehearsal"));

/** The data of a Secret of type kubernetes.io/tls, signed by {@link clusterAuthority}. */
export function clusterCertificate(...names: [string, ...string[]]): Record<"tls.crt" | "tls.key", string> {
    const { cert, key } = simulatedCertificate(names, clusterAuthority());
    return { "tls.crt": base64(cert), "tls.key": base64(key) };
}

/**
 * The data of the Secret that service-ca writes for a Service: its two names, and the authority behind the certificate. Source:
 * `openshift/service-ca-operator@09bcf1403670:pkg/controller/servingcert/controller/secret_creating_controller.go`.
 */
export function servingCertificate(service: string, namespace: string): Record<"tls.crt" | "tls.key", string> {
    const host = `${service}.${namespace}.svc`;
    const { cert, key } = simulatedCertificate([host, `${host}.cluster.local`], serviceAuthority());
    return { "tls.crt": base64(cert + serviceAuthority().cert), "tls.key": base64(key) };
}

/** Text as the data of a Secret has it. */
export function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}
