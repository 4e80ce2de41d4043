/** Checks before a singleton of the cluster is patched: a patch must not drop what somebody else has configured. */
import type { Kube, KubeObject } from "../kube";
import { kubeconfigAdvice } from "./kubeconfig";

const CONFIG = "config.openshift.io/v1";

interface NamedCertificate {
    readonly names?: readonly string[];
    readonly servingCertificate?: { readonly name?: string };
}

/** @throws Error when the API server has certificates that the patch would drop, or the kubeconfig would stop working */
export async function apiServerMayChange(
    kube: Kube,
    secret: string,
    hostname: string,
    earlier: readonly string[],
): Promise<void> {
    const advice = kubeconfigAdvice(kube.access, hostname);
    if (advice !== undefined) {
        throw new Error(advice);
    }
    const lost = foreignCertificates(await kube.get({ apiVersion: CONFIG, plural: "apiservers" }, "cluster"), [
        secret,
        ...earlier,
    ]);
    if (lost.length > 0) {
        throw new Error(
            `APIServer cluster has certificates that others have set, which the patch would remove: ${lost.join(", ")}. ` +
                "Remove them from spec.servingCerts.namedCertificates, or set certificates.apiServer: false to leave the API server unchanged",
        );
    }
}

/** Certificates of the API server that this stack did not set, as `<Secret> for <names>`. */
export function foreignCertificates(apiServer: KubeObject | undefined, ours: readonly string[]): string[] {
    const named =
        (apiServer?.spec as { servingCerts?: { namedCertificates?: NamedCertificate[] } } | undefined)?.servingCerts
            ?.namedCertificates ?? [];
    return named
        .filter(({ servingCertificate }) => !ours.includes(servingCertificate?.name ?? ""))
        .map(
            ({ names, servingCertificate }) => `${servingCertificate?.name ?? "?"} for ${(names ?? []).join(", ") || "any name"}`,
        );
}

/** @throws Error when the routes have a certificate that the patch would drop */
export async function ingressMayChange(kube: Kube, secret: string, earlier: readonly string[]): Promise<void> {
    const controller = await kube.get(
        { apiVersion: "operator.openshift.io/v1", plural: "ingresscontrollers", namespace: "openshift-ingress-operator" },
        "default",
    );
    const current = (controller?.spec as { defaultCertificate?: { name?: string } } | undefined)?.defaultCertificate?.name ?? "";
    if (current !== "" && ![secret, ...earlier].includes(current)) {
        throw new Error(
            `IngressController default has the certificate ${current}, which others have set and the patch would replace. ` +
                `To keep it, set certificates.existing.ingress: ${current}; to leave the routes unchanged, certificates.ingress: false; ` +
                "to replace it, remove spec.defaultCertificate first",
        );
    }
}

/** @throws Error when the cluster trusts another bundle than the one that is written */
export async function proxyMayChange(kube: Kube, bundle: string): Promise<void> {
    const proxy = await kube.get({ apiVersion: CONFIG, plural: "proxies" }, "cluster");
    const current = (proxy?.spec as { trustedCA?: { name?: string } } | undefined)?.trustedCA?.name ?? "";
    if (current !== "" && current !== bundle) {
        throw new Error(
            `the cluster trusts the authorities of ConfigMap openshift-config/${current}, which the patch would replace: ` +
                `set certificates.privateCa.bundle: ${current} to add to them`,
        );
    }
}

/** @throws Error when a Secret is missing or holds no certificate */
export async function certificateSecretExists(kube: Kube, namespace: string, name: string, setting: string): Promise<void> {
    const secret = await kube.get({ apiVersion: "v1", plural: "secrets", namespace }, name);
    const data = (secret?.["data"] ?? {}) as Record<string, string>;
    if (secret === undefined || !data["tls.crt"] || !data["tls.key"]) {
        throw new Error(
            `${setting}: Secret ${namespace}/${name} ${secret === undefined ? "does not exist" : "has no tls.crt and tls.key"}; ` +
                `create it: oc -n ${namespace} create secret tls ${name} --cert=<file> --key=<file>`,
        );
    }
}
