/** OpenShift's own operators, as far as certificates, trust and monitoring are concerned. */
import { parse } from "yaml";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { isMap } from "../../rehearsal/cluster/json";
import { duration, type DurationName } from "../durations";
import { K } from "../kind-names";
import { PLACEHOLDER_CERTIFICATE } from "./seed";
import { type Controller, isTrue, itself, keyOf, type Pass, type World } from "../world";

const CLUSTER_OPERATOR = "config.openshift.io/v1/ClusterOperator";
const API_SERVER = "config.openshift.io/v1/APIServer";
const PROXY = "config.openshift.io/v1/Proxy";
const INGRESS_CONTROLLER = "operator.openshift.io/v1/IngressController";

/** What a ClusterOperator reports; the message goes with what is not as it should be. */
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

/** Rolls out the certificates of the API server and of the routers, node after node. */
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
            // What the cluster was installed with.
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

    /** The certificate that the Ingress Operator makes is there as long as it is needed. */
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
                data: {
                    "tls.crt": Buffer.from(PLACEHOLDER_CERTIFICATE).toString("base64"),
                    "tls.key": Buffer.from("rehearsal").toString("base64"),
                },
            });
        }
    }
}

/** Spreads the authorities that Proxy/cluster names, behind those of the system. */
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
        const text = `${PLACEHOLDER_CERTIFICATE}${(bundle?.data?.["ca-bundle.crt"] as string | undefined) ?? ""}`;
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

const USER_WORKLOADS = "openshift-user-workload-monitoring";

/** The monitoring of user workloads runs while cluster-monitoring-config asks for it. */
export class ClusterMonitoring implements Controller {
    readonly name = "cluster-monitoring";
    readonly watches: Controller["watches"] = {
        [K.ConfigMap]: ({ metadata }) =>
            metadata.namespace === "openshift-monitoring" && metadata.name === "cluster-monitoring-config" ? ["config"] : [],
        [K.StatefulSet]: ({ metadata }) => (metadata.namespace === USER_WORKLOADS ? ["config"] : []),
    };

    constructor(private readonly world: World) {}

    async reconcile(_key: string, pass: Pass): Promise<void> {
        const config = this.world.get(K.ConfigMap, "openshift-monitoring", "cluster-monitoring-config");
        const operator = this.world.get(CLUSTER_OPERATOR, "", "monitoring");
        let enabled = false;
        try {
            const settings: unknown = parse((config?.data?.["config.yaml"] as string | undefined) ?? "");
            enabled = isMap(settings) && settings["enableUserWorkload"] === true;
        } catch (error) {
            if (operator) {
                const why = `the Cluster Monitoring ConfigMap cannot be parsed: ${(error as Error).message.split("\n")[0]}`;
                await this.world.setStatus(operator, { conditions: report(undefined, why) });
            }
            return;
        }
        const name = "prometheus-user-workload";
        const fault = this.world.faults.notReady("StatefulSet", name);
        if (operator && isTrue(operator, "Degraded") && fault === undefined) {
            await this.world.setStatus(operator, { conditions: report(undefined, undefined) });
        }
        const running = this.world.get(K.StatefulSet, USER_WORKLOADS, name);
        if (!enabled) {
            if (running) {
                await this.world.delete(running);
            }
            return;
        }
        if (running || fault !== undefined || !pass.waited("deploy", duration("monitoring.user-workload"))) {
            if (fault !== undefined && operator) {
                await this.world.setStatus(operator, { conditions: report(undefined, fault) });
            }
            return;
        }
        const labels = { "app.kubernetes.io/name": "prometheus", prometheus: "user-workload" };
        await this.world.ensure({
            apiVersion: "apps/v1",
            kind: "StatefulSet",
            metadata: { name, namespace: USER_WORKLOADS, labels },
            spec: {
                replicas: 2,
                serviceName: "prometheus-operated",
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: { containers: [{ name: "prometheus", image: "registry.redhat.io/rehearsal/prometheus" }] },
                },
            },
        });
    }
}

const MONITORING = "monitoring.coreos.com/v1";
const POD_MONITOR = `${MONITORING}/PodMonitor`;
const SERVICE_MONITOR = `${MONITORING}/ServiceMonitor`;

/** KServe's monitors of models: made with the first of a namespace, gone with the last. */
export class ModelMonitors implements Controller {
    readonly name = "model-monitors";
    readonly watches: Controller["watches"] = {
        [K.LLMInferenceService]: (service) => [service.metadata.namespace!],
        [POD_MONITOR]: () => [],
        [SERVICE_MONITOR]: () => [],
    };

    constructor(private readonly world: World) {}

    async reconcile(namespace: string, pass: Pass): Promise<void> {
        const models = this.world.inNamespace(K.LLMInferenceService, namespace).filter((m) => !m.metadata.deletionTimestamp);
        const labels = { "app.kubernetes.io/part-of": "llminferenceservice" };
        const endpoint = { scheme: "https" as const, path: "/metrics", interval: "30s" };
        const pods = (name: string, prefix: boolean): KubeObject => ({
            apiVersion: MONITORING,
            kind: "PodMonitor",
            metadata: { name, namespace },
            spec: {
                selector: { matchLabels: { ...labels, "kserve.io/component": "workload" } },
                podMetricsEndpoints: [
                    {
                        ...endpoint,
                        ...(prefix && {
                            metricRelabelings: [
                                {
                                    sourceLabels: ["__name__"],
                                    regex: "vllm:(.*)",
                                    targetLabel: "__name__",
                                    replacement: "kserve_vllm:${1}",
                                    action: "replace",
                                },
                            ],
                        }),
                    },
                ],
            },
        });
        const monitors = [
            pods("kserve-llm-isvc-vllm-engine", true),
            pods("kserve-llm-isvc-vllm-engine-default", false),
            {
                apiVersion: MONITORING,
                kind: "ServiceMonitor",
                metadata: { name: "kserve-llm-isvc-scheduler", namespace },
                spec: { selector: { matchLabels: labels }, endpoints: [{ port: "metrics", interval: "30s" }] },
            },
        ];
        if (models.length > 0) {
            if (pass.waited("make", duration("kserve.reconcile"))) {
                await Promise.all(monitors.map((monitor) => this.world.ensure(monitor)));
            }
            return;
        }
        for (const monitor of monitors) {
            const found = this.world.get(`${MONITORING}/${monitor.kind}`, namespace, monitor.metadata.name);
            if (found) {
                await this.world.delete(found);
            }
        }
    }
}

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

/** Challenges of ACME orders that are stuck: they tell why. */
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
