/** A gate until cert-manager has issued a certificate; it reports why the issuer does not. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { type Condition, conditionOf, conditionsOf, type Kube, type KubeObject } from "../kube";

/** Minutes for an order: a DNS record, its propagation, the issuer. The await of the kind itself is longer. */
const ISSUE_MINUTES = 12;

/**
 * A gate until a Certificate is issued. It runs beside the Certificate, whose status tells only that it is not ready: the reason
 * is in the status of the challenge, the order or the issuer.
 * Source: docs/sources/openshift.md#issued-certificates (conditions by type, never by place; orders and challenges tell
 * why).
 */
export function issued(
    name: string,
    certificate: { readonly name: string; readonly namespace: string; readonly issuer: string },
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
    const what = `certificate ${certificate.namespace}/${certificate.name}`;
    return gate(
        name,
        {
            kind: "certificate-issued",
            until: `${what} is issued`,
            record: { certificate: `${certificate.namespace}/${certificate.name}`, issuer: certificate.issuer },
            check: async (kube) => {
                const deadline = (await kube.now()) + ISSUE_MINUTES * 60_000;
                const verdict = await kube.until(
                    { apiVersion: "cert-manager.io/v1", plural: "certificates", namespace: certificate.namespace },
                    certificate.name,
                    (object) => judgeCertificate(conditionsOf(object)),
                    deadline,
                );
                if (verdict !== "ready") {
                    const why = [...(verdict === undefined ? [] : [verdict.failed]), ...(await obstacles(kube, certificate))];
                    const seen = verdict === undefined ? `not issued within ${ISSUE_MINUTES} minutes` : "not issued";
                    throw new Error(
                        `${what} was ${seen}: ${why.join("; ") || `ClusterIssuer ${certificate.issuer} reports nothing`}`,
                    );
                }
            },
        },
        opts,
    );
}

/** @returns undefined while the issuer works on it */
export function judgeCertificate(conditions: readonly Condition[]): "ready" | { failed: string } | undefined {
    if (conditions.some((c) => c.type === "Ready" && c.status === "True")) {
        return "ready";
    }
    const failed = conditions.find((c) => c.type === "Issuing" && c.status === "False" && c.reason === "Failed");
    return failed && { failed: failed.message ?? "the order failed" };
}

/** The reasons that the issuer, the challenges and the Certificate report. */
async function obstacles(kube: Kube, { namespace, name, issuer }: { name: string; namespace: string; issuer: string }) {
    const [authority, certificate, challenges] = await Promise.all([
        kube.get({ apiVersion: "cert-manager.io/v1", plural: "clusterissuers" }, issuer),
        kube.get({ apiVersion: "cert-manager.io/v1", plural: "certificates", namespace }, name),
        kube.list({ apiVersion: "acme.cert-manager.io/v1", plural: "challenges", namespace }),
    ]);
    const names = ((certificate?.spec?.["dnsNames"] as string[] | undefined) ?? []).map((n) => n.replace(/^\*\./, ""));
    const of = (object: KubeObject | undefined, whose: string): string[] => {
        const ready = conditionOf(object, "Ready");
        return ready === undefined || ready.status === "True"
            ? []
            : [`${whose}: ${[ready.reason, ready.message].filter(Boolean).join(": ")}`];
    };
    return [
        ...of(authority, `ClusterIssuer ${issuer}`),
        ...challenges.flatMap((challenge) => {
            const { reason, state } = (challenge.status ?? {}) as { reason?: string; state?: string };
            const dnsName = challenge.spec?.["dnsName"] as string;
            return names.includes(dnsName) && reason ? [`challenge for ${dnsName} is ${state ?? "pending"}: ${reason}`] : [];
        }),
        ...of(certificate, "Certificate"),
    ];
}
