import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { type World, type Controller, itself, keyOf } from "../world";

const CERTIFICATE = "cert-manager.io/v1/Certificate";
const CLUSTER_ISSUER = "cert-manager.io/v1/ClusterIssuer";
const CHALLENGE = "acme.cert-manager.io/v1/Challenge";
/** The ACME issuer of a Certificate; undefined when it has another. */
export function acmeIssuer(world: World, certificate: KubeObject): KubeObject | undefined {
    const { kind, name } = (certificate.spec?.issuerRef ?? {}) as { kind?: string; name?: string };
    const issuer = kind === "ClusterIssuer" ? world.get(CLUSTER_ISSUER, "", name ?? "") : undefined;
    return issuer?.spec?.acme === undefined ? undefined : issuer;
}

/** Why the names of a Certificate cannot be proven by a DNS record; undefined when they can, or need not. */
export function dnsObstacle(world: World, certificate: KubeObject): string | undefined {
    const issuer = acmeIssuer(world, certificate);
    const route53 = issuer?.spec.acme.solvers?.[0]?.dns01?.route53 as { accessKeyIDSecretRef?: { name: string } } | undefined;
    const secret = route53?.accessKeyIDSecretRef?.name;
    return secret !== undefined && !world.get(K.Secret, "cert-manager", secret)
        ? `error getting route53 secret access key: secret "${secret}" not found`
        : undefined;
}

/** cert-manager's challenges of ACME orders that are stuck: they tell why. Source: docs/sources/openshift.md#issued-certificates. */
export class Challenges implements Controller {
    readonly name = "challenges";
    readonly watches: Controller["watches"] = {
        [CERTIFICATE]: itself,
        [CHALLENGE]: () => [],
        [K.Secret]: (secret) => (secret.metadata.namespace === "cert-manager" ? this.world.all(CERTIFICATE).map(keyOf) : []),
    };

    constructor(private readonly world: World) {}

    async reconcile(key: string): Promise<void> {
        const [namespace = "", name = ""] = key.split("/");
        const certificate = this.world.get(CERTIFICATE, namespace, name);
        const existing = this.world.get(CHALLENGE, namespace, `${name}-1`);
        const issuer = certificate && acmeIssuer(this.world, certificate);
        const fault = this.world.faults.notReady("Certificate", name);
        const reason = certificate && (dnsObstacle(this.world, certificate) ?? fault);
        if (!certificate || !issuer || reason === undefined) {
            if (existing) {
                await this.world.delete(existing);
            }
            return;
        }
        const { server, solvers } = issuer.spec.acme as { server: string; solvers: object[] };
        const challenge = await this.world.ensure({
            apiVersion: "acme.cert-manager.io/v1",
            kind: "Challenge",
            metadata: { name: `${name}-1`, namespace },
            spec: {
                type: "DNS-01",
                dnsName: (certificate.spec.dnsNames as string[])[0]!.replace(/^\*\./, ""),
                wildcard: false,
                token: "rehearsal",
                key: "rehearsal",
                url: `${server}/challenge`,
                authorizationURL: `${server}/authorization`,
                issuerRef: certificate.spec.issuerRef,
                solver: solvers[0],
            },
        });
        await this.world.setStatus(challenge, { state: "pending", presented: false, processing: true, reason });
    }
}
