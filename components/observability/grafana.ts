/** Grafana: the dashboards of the platform behind the cluster's login. */
import { ConfigMap, Namespace, Secret } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

import { type Dashboard, FOLDERS } from "../../catalogue/observability/dashboards";
import { ConsoleLink } from "../../kinds/console.openshift.io";
import { Grafana as Instance, GrafanaDashboard, GrafanaFolder } from "../../kinds/grafana.integreatly.org";
import type { GrafanaSettings } from "../../stacks/schema/grafana";
import { describedBy } from "../component";
import { ROUTER } from "../isolation";
import type { InstalledOperator } from "../layer";
import { grafanaDashboard } from "./grafanaDashboard";
import { configuration, datasources, GRAFANA_NAMESPACE, MOUNTED, pod, PORTS } from "./grafanaPod";

const NAME = "maas";
/** Names that the operator gives. */
const ACCOUNT = `${NAME}-sa`;
const SERVICE = `${NAME}-service`;
const LABELS = { "app.kubernetes.io/part-of": "models-as-a-service" } as const;
/** Reads all metrics; OpenShift has it. */
const METRICS_ROLE = "cluster-monitoring-view";

/** Arguments of {@link Grafana}. */
export interface GrafanaArgs {
    readonly settings: GrafanaSettings;
    /** Domain of the cluster's Routes. Plain: it is part of a name. */
    readonly domain: string;
    readonly operator: InstalledOperator;
    readonly dashboards: readonly Dashboard[];
}

/**
 * A Grafana whose users are those of the cluster who may read its metrics, all as viewers; nobody is anonymous, and dashboards are this
 * program's. It reads metrics with a token that is bound to its pod, over TLS whose certificate it checks.
 * Source: docs/sources/observability.md#grafana.
 */
export class Grafana extends pulumi.ComponentResource {
    /** Its address. */
    public readonly url: string;

    constructor(name: string, args: GrafanaArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:observability:Grafana", name, describedBy(args), opts);
        const { settings, domain, operator, dashboards } = args;
        const host = `${settings.host}.${domain}`;
        this.url = `https://${host}`;
        const namespace = new Namespace(
            `${name}-namespace`,
            { metadata: { name: GRAFANA_NAMESPACE } },
            // Deleted before the operator is: it serves the finalizers.
            { parent: this, dependsOn: operator },
        );
        const within = (...dependsOn: readonly pulumi.Resource[]): pulumi.CustomResourceOptions => ({
            parent: this,
            dependsOn: [namespace, ...dependsOn],
        });
        const instance = new Instance(
            `${name}-instance`,
            {
                metadata: { name: NAME, namespace: GRAFANA_NAMESPACE, labels: { ...LABELS } },
                spec: {
                    config: configuration(host),
                    serviceAccount: {
                        metadata: {
                            annotations: {
                                "serviceaccounts.openshift.io/oauth-redirecturi.grafana": `${this.url}/oauth/callback`,
                            },
                        },
                    },
                    service: {
                        metadata: {
                            annotations: { "service.beta.openshift.io/serving-cert-secret-name": MOUNTED.certificate },
                        },
                        spec: { ports: [{ name: "https", port: PORTS.proxy, targetPort: "https", protocol: "TCP" }] },
                    },
                    route: {
                        spec: {
                            host,
                            port: { targetPort: "https" },
                            tls: { termination: "reencrypt", insecureEdgeTerminationPolicy: "Redirect" },
                            to: { kind: "Service", name: SERVICE, weight: 100 },
                        },
                    },
                    deployment: { spec: { template: { spec: pod(ACCOUNT, settings.proxyImage) } } },
                },
            },
            within(...this.mounted(name, within), ...this.readers(name, settings), connections(name, operator, within())),
        );
        const instanceSelector = { matchLabels: { ...LABELS } };
        const folders = new Map(
            [...new Set(dashboards.map(({ folder }) => folder))].map((folder) => [
                folder,
                new GrafanaFolder(
                    `${name}-folder-${folder}`,
                    {
                        metadata: { name: folder, namespace: GRAFANA_NAMESPACE },
                        spec: { instanceSelector, title: FOLDERS[folder] },
                    },
                    within(instance),
                ),
            ]),
        );
        for (const dashboard of dashboards) {
            new GrafanaDashboard(
                `${name}-${dashboard.name}`,
                {
                    metadata: { name: dashboard.name, namespace: GRAFANA_NAMESPACE },
                    spec: {
                        instanceSelector,
                        folderRef: dashboard.folder,
                        json: JSON.stringify(grafanaDashboard(dashboard)),
                    },
                },
                within(folders.get(dashboard.folder)!),
            );
        }
        new ConsoleLink(
            `${name}-link`,
            {
                metadata: { name: "maas-grafana" },
                spec: {
                    location: "ApplicationMenu",
                    text: "Dashboards of models",
                    href: this.url,
                    applicationMenu: { section: "Models-as-a-Service" },
                },
            },
            { parent: this, dependsOn: instance },
        );
        this.registerOutputs({ url: this.url });
    }

    /** The objects that the pod mounts. */
    private mounted(name: string, within: () => pulumi.CustomResourceOptions): pulumi.Resource[] {
        const metadata = (object: string) => ({ name: object, namespace: GRAFANA_NAMESPACE });
        const cookie = new RandomPassword(`${name}-cookie`, { length: 32, special: false }, { parent: this });
        return [
            new Secret(
                `${name}-proxy`,
                { metadata: metadata(MOUNTED.cookie.secret), stringData: { [MOUNTED.cookie.key]: cookie.result } },
                within(),
            ),
            new ConfigMap(
                `${name}-authorities`,
                {
                    metadata: {
                        ...metadata(MOUNTED.authorities.configMap),
                        labels: { "config.openshift.io/inject-trusted-cabundle": "true" },
                    },
                },
                within(),
            ),
            new ConfigMap(
                `${name}-datasources`,
                { metadata: metadata(MOUNTED.datasources), data: { "metrics.yaml": datasources() } },
                within(),
            ),
        ];
    }

    /** The readers of metrics: Grafana, and the viewers of the settings. */
    private readers(name: string, { viewers }: GrafanaSettings): pulumi.Resource[] {
        const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: METRICS_ROLE };
        const binding = (id: string, subjects: pulumi.Input<{ kind: string; name: string }>[]): ClusterRoleBinding =>
            new ClusterRoleBinding(
                `${name}-${id}`,
                { metadata: { name: `maas-grafana-${id}` }, roleRef, subjects },
                { parent: this },
            );
        const group = (one: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: one });
        return [
            binding("metrics", [
                { kind: "ServiceAccount", name: ACCOUNT, namespace: GRAFANA_NAMESPACE } as { kind: string; name: string },
            ]),
            ...(viewers.length === 0 ? [] : [binding("viewers", viewers.map(group))]),
        ];
    }
}

/** Users come through the proxy, the operator to Grafana itself: nobody else can say whose request it is. */
function connections(name: string, { namespaceName }: InstalledOperator, opts: pulumi.CustomResourceOptions): NetworkPolicy {
    const operators = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespaceName } } };
    return new NetworkPolicy(
        `${name}-connections`,
        {
            metadata: { name: "grafana", namespace: GRAFANA_NAMESPACE },
            spec: {
                podSelector: {},
                policyTypes: ["Ingress"],
                ingress: [
                    { from: [ROUTER], ports: [{ port: PORTS.proxy, protocol: "TCP" }] },
                    { from: [operators], ports: [{ port: PORTS.grafana, protocol: "TCP" }] },
                ],
            },
        },
        opts,
    );
}
