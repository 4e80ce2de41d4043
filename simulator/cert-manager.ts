/** What cert-manager writes. */
import { simulatedAuthority, simulatedCertificate } from "../rehearsal/cluster/certificate";
import type { KubeObject } from "../rehearsal/cluster/cluster";
import { clusterAuthority } from "./certificates";
import type { World } from "./world";

const GROUP = "cert-manager.io/v1";

/**
 * The Secret of a Certificate, in PEM. An authority (`isCA`) signs itself, and others whose issuer has its Secret; the rest is signed
 * by the cluster's authority, in whoever's place. Source: docs/sources/openshift.md#private-authority.
 */
export function issuedCertificate(world: World, certificate: KubeObject): Record<"tls.crt" | "tls.key" | "ca.crt", string> {
    const names = (certificate.spec.dnsNames ?? []) as string[];
    const authority = certificate.spec.isCA === true ? authorityOf(certificate) : issuerOf(world, certificate);
    const { cert, key } =
        certificate.spec.isCA === true
            ? authority
            : simulatedCertificate([names[0] ?? commonName(certificate), ...names.slice(1)], authority);
    return { "tls.crt": cert, "tls.key": key, "ca.crt": authority.cert };
}

/** The authority whose Secret the issuer of a certificate has. */
function issuerOf(world: World, { spec, metadata }: KubeObject) {
    const { kind = "Issuer", name = "" } = spec.issuerRef as { kind?: string; name?: string };
    const own = kind === "Issuer" ? (metadata.namespace ?? "") : "";
    const secret = world.get(`${GROUP}/${kind}`, own, name)?.spec?.ca?.secretName as string | undefined;
    const authority = world
        .inNamespace(`${GROUP}/Certificate`, own || "cert-manager")
        .find((other) => other.spec.isCA === true && other.spec.secretName === secret);
    return authority === undefined ? clusterAuthority() : authorityOf(authority);
}

const authorityOf = (certificate: KubeObject) => simulatedAuthority(commonName(certificate));

const commonName = ({ spec, metadata }: KubeObject): string => (spec.commonName as string | undefined) ?? metadata.name;
