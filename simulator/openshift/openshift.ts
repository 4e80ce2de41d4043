/** OpenShift's own operators, as far as certificates, trust and monitoring are concerned. */

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { clusterAuthority, clusterCertificate } from "../certificates";
import { duration, type DurationName } from "../durations";
import { K } from "../kind-names";
import { type Controller, type Pass, type World } from "../world";

export const CLUSTER_OPERATOR = "config.openshift.io/v1/ClusterOperator";
const API_SERVER = "config.openshift.io/v1/APIServer";
const PROXY = "config.openshift.io/v1/Proxy";
const INGRESS_CONTROLLER = "operator.openshift.io/v1/IngressController";

/** The conditions of a ClusterOperator; the message goes with the condition that is not as it should be. */
export function report(progressing: string | undefined, degraded: string | undefined) {
    return [
        { type: "Available", status: "True" as const, reason: "AsExpected" },
        {
            type: "Progressing",
            status: progressing === undefined ? ("False" as const) : ("True" as const),
            reason: progressing === undefined ? "AsExpected" : "RollingOut",
            ...(progressing !== undefined && { message: progressing }),
        },
        {
            type: "Degraded",
            status: degraded === undefined ? ("False" as const) : ("True" as const),
            reason: degraded === undefined ? "AsExpected" : "ConfigError",
            ...(degraded !== undefined && { message: degraded }),
        },
    ];
}

/** A certificate that an operator rolls out. */
interface Served {
    readonly operator: string;
    readonly source: readonly [kind: string, namespace: string, name: string];
    readonly secretsIn: string;
    readonly takes: DurationName;
    /** The part of the spec that is rolled out, and the Secrets that it names. */
    readonly config: (object: KubeObject) => { readonly wanted: unknown; readonly secrets: readonly string[] };
}

const SERVED: readonly Served[] = [
    {
        operator: "kube-apiserver",
        source: [API_SERVER, "", "cluster"],
        secretsIn: "openshift-config",
        takes: "openshift.apiserver",
        config: ({ spec }) => {
            const named = (spec?.servingCerts?.namedCertificates ?? []) as { servingCertificate: { name: string } }[];
            return { wanted: named, secrets: named.map(({ servingCertificate }) => servingCertificate.name) };
        },
    },
    {
        operator: "ingress",
        source: [INGRESS_CONTROLLER, "openshift-ingress-operator", "default"],
        secretsIn: "openshift-ingress",
        takes: "openshift.ingress",
        config: ({ spec }) => {
            const name = (spec?.defaultCertificate?.name as string | undefined) ?? "";
            return { wanted: name, secrets: name === "" ? [] : [name] };
        },
    },
];

/**
 * Rolls out the certificates of the API server and of the routers, node after node. Source:
 * docs/sources/openshift.md#clusteroperator-rollouts.
 */
export class CertificateRollouts implements Controller {
    readonly name = "certificate-rollouts";
    readonly watches: Controller["watches"] = {
        [API_SERVER]: () => ["kube-apiserver"],
        [INGRESS_CONTROLLER]: (object) => (object.metadata.name === "default" ? ["ingress"] : []),
        [CLUSTER_OPERATOR]: (object) => SERVED.map((s) => s.operator).filter((name) => name === object.metadata.name),
        [K.Secret]: (secret) => SERVED.filter((s) => s.secretsIn === secret.metadata.namespace).map((s) => s.operator),
    };

    constructor(private readonly world: World) {}

    async reconcile(key: string, pass: Pass): Promise<void> {
        const served = SERVED.find((s) => s.operator === key)!;
        const source = this.world.get(...served.source);
        const operator = this.world.get(CLUSTER_OPERATOR, "", served.operator);
        if (!source || !operator) {
            return;
        }
        const { wanted, secrets } = served.config(source);
        const text = JSON.stringify(wanted);
        const serving = (operator.status?.extension as { serving?: string } | undefined)?.serving ?? JSON.stringify(wanted);
        const missing = secrets.filter((name) => !this.world.get(K.Secret, served.secretsIn, name));
        if (operator.status?.extension === undefined) {
            // The configuration with which the cluster was installed.
            await this.world.setStatus(operator, { conditions: report(undefined, undefined), extension: { serving: text } });
            return;
        }
        if (missing.length > 0) {
            if (pass.waited("observe", duration("openshift.observe"))) {
                const why = `secret ${served.secretsIn}/${missing[0]} not found`;
                await this.world.setStatus(operator, { conditions: report(undefined, why) });
            }
            return;
        }
        if (text !== serving) {
            if (!pass.waited("observe", duration("openshift.observe"))) {
                return;
            }
            const fault = this.world.faults.notReady("ClusterOperator", served.operator);
            await this.world.setStatus(operator, {
                conditions: report(fault ?? "rolling out the new configuration", undefined),
            });
            if (fault !== undefined || !pass.waited("rollout", duration(served.takes))) {
                return;
            }
        }
        await this.world.setStatus(operator, { conditions: report(undefined, undefined), extension: { serving: text } });
        if (served.operator === "ingress") {
            await this.ownCertificate(wanted === "");
        }
    }

    /** The certificate that the Ingress Operator makes exists as long as it is needed. */
    private async ownCertificate(needed: boolean): Promise<void> {
        const [namespace, name] = ["openshift-ingress", "router-certs-default"];
        const own = this.world.get(K.Secret, namespace, name);
        if (!needed && own) {
            await this.world.delete(own);
        } else if (needed && !own) {
            await this.world.ensure({
                apiVersion: "v1",
                kind: "Secret",
                type: "kubernetes.io/tls",
                metadata: { name, namespace },
                data: clusterCertificate(`*.${this.world.site.appsDomain}`),
            });
        }
    }
}

/**
 * Spreads the authorities that Proxy/cluster names, behind those of the system. Source:
 * docs/sources/openshift.md#cluster-trust.
 */
export class TrustedBundle implements Controller {
    readonly name = "trusted-bundle";
    readonly watches: Controller["watches"] = {
        [PROXY]: () => ["cluster"],
        [K.ConfigMap]: (config) => (config.metadata.namespace === "openshift-config" ? ["cluster"] : []),
    };

    constructor(private readonly world: World) {}

    async reconcile(_key: string, pass: Pass): Promise<void> {
        const name = (this.world.get(PROXY, "", "cluster")?.spec?.trustedCA?.name as string | undefined) ?? "";
        const bundle = this.world.get(K.ConfigMap, "openshift-config", name);
        const network = this.world.get(CLUSTER_OPERATOR, "", "network");
        if (name !== "" && !bundle) {
            if (network) {
                const why = `failed to validate trustedCA: configmap openshift-config/${name} not found`;
                await this.world.setStatus(network, { conditions: report(undefined, why) });
            }
            return;
        }
        const text = `${clusterAuthority().cert}${(bundle?.data?.["ca-bundle.crt"] as string | undefined) ?? ""}`;
        const spread = this.world.get(K.ConfigMap, "openshift-config-managed", "trusted-ca-bundle");
        if (spread?.data?.["ca-bundle.crt"] === text || !pass.waited("spread", duration("openshift.trust"))) {
            return;
        }
        const data = { "ca-bundle.crt": text };
        const metadata = { name: "trusted-ca-bundle", namespace: "openshift-config-managed" };
        if (spread) {
            await this.world.patch(spread, { data });
        } else {
            await this.world.ensure({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
        }
        if (network) {
            await this.world.setStatus(network, { conditions: report(undefined, undefined) });
        }
    }
}
