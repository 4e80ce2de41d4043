/** Alerts on what the platform rests on: certificates, secrets, databases, Vault. Pure. Source: docs/sources/observability.md#alerts. */
import { DRIFT_RECORD, RECORDS_NAMESPACE } from "../records";
import type { Alert } from "./alert";
import type { Database, Scope } from "./scope";

const oc = (what: string): string => `\`oc ${what}\``;
const readyCopies = (namespace: string, set: string): string =>
    `kube_statefulset_status_replicas_ready{namespace="${namespace}",statefulset="${set}"}`;

/** Alerts on what the platform rests on. */
export function foundationAlerts({ databases, exporters, keysApi, vault, grafana }: Scope): Alert[] {
    return [
        {
            alert: "CertificateEnds",
            severity: "warning",
            for: "1h",
            expr: "certmanager_certificate_expiration_timestamp_seconds - time() < 14 * 86400",
            summary: "Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} ends in less than 14 days",
            description: "cert-manager renews certificates 30 days before their end; it could not.",
            look: [
                oc("get certificate,certificaterequest,order,challenge -A"),
                "Rights on the DNS zone; limits of Let's Encrypt.",
            ],
        },
        {
            alert: "CertificateNotReady",
            severity: "warning",
            for: "15m",
            expr: `certmanager_certificate_ready_status{condition="False"} == 1`,
            summary: "Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} is not issued",
            description: "What serves it keeps the old one, or has none.",
            look: ["As for CertificateEnds."],
        },
        {
            alert: "SecretNotSynced",
            severity: "warning",
            for: "10m",
            expr: `externalsecret_status_condition{condition="Ready",status="False"} == 1`,
            summary: "ExternalSecret {{ $labels.exported_namespace }}/{{ $labels.name }} is not synced",
            description:
                "Passwords or keys in the cluster are older than those in the store. Silent where External Secrets is not scraped.",
            look: [oc("get externalsecret,clustersecretstore -A"), "Is Vault sealed?"],
        },
        ...(keysApi === undefined
            ? []
            : [
                  {
                      alert: "KeysApiDown",
                      severity: "critical" as const,
                      for: "5m",
                      expr: `kube_deployment_status_replicas_available{namespace="${keysApi}",deployment="maas-api"} == 0`,
                      summary: "The API of keys does not run",
                      description: "No key can be created. Keys that are not cached are refused.",
                      look: [
                          oc(`get pods -n ${keysApi} -l app.kubernetes.io/name=maas-api`),
                          "Is its database reachable? One outside the cluster shows here first.",
                      ],
                  },
              ]),
        ...databases.map(databaseDown),
        ...(exporters.length === 0 ? [] : exporterAlerts(exporters)),
        {
            alert: "PlatformDrifted",
            severity: "warning",
            for: "5m",
            expr: `kube_configmap_info{namespace="${RECORDS_NAMESPACE}",configmap="${DRIFT_RECORD}"} == 1`,
            summary: "The cluster differs from the stack",
            description:
                "The nightly comparison found objects that somebody changed or deleted, or failed. Silent where the workflow Drift does not run (docs/ci.md).",
            look: [
                "The log of the workflow Drift: `pulumi preview --refresh --diff`.",
                "`pulumi up` restores the stack; or change the stack.",
            ],
        },
        ...(databases.length === 0
            ? []
            : [
                  {
                      alert: "DatabaseVolumeFills",
                      severity: "warning" as const,
                      for: "15m",
                      expr: `kubelet_volume_stats_available_bytes{namespace=~"${databases.map(({ namespace }) => namespace).join("|")}"} / kubelet_volume_stats_capacity_bytes < 0.15`,
                      summary: "Volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }} has less than 15 % left",
                      description: "A database whose volume is full stops.",
                      // With receivers, all alerts have one namespace: the volumes of two must not become one alert.
                      labels: { volume: "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}" },
                      look: [
                          "Enlarge it: the setting `volumeGiB` of the database.",
                          "What grows: keys that have ended, logs, backups?",
                      ],
                  },
              ]),
        ...(grafana === undefined
            ? []
            : [
                  {
                      alert: "GrafanaTokenEnds",
                      severity: "warning" as const,
                      for: "1h",
                      expr: `kube_pod_start_time{namespace="${grafana}"} < time() - 330 * 86400`,
                      summary: "The token with which {{ $labels.pod }} reads metrics ends within five weeks",
                      description:
                          "Grafana reads its token when it starts, and the token ends after a year: then panels are empty.",
                      look: [oc(`rollout restart deployment/maas-deployment -n ${grafana}`)],
                  },
              ]),
        ...(vault === undefined
            ? []
            : [
                  {
                      alert: "VaultSealed",
                      severity: "critical" as const,
                      for: "2m",
                      expr: `${readyCopies(vault, "vault")} < on (namespace, statefulset) kube_statefulset_replicas{namespace="${vault}"}`,
                      summary: "A copy of Vault is sealed or does not run",
                      description: "A sealed Vault is not ready. When all are sealed, no secret is read or renewed.",
                      look: [
                          oc(`exec -n ${vault} <pod> -- vault status`),
                          "Unseal it: docs/identity.md. With a key of a KMS: are its rights still there?",
                      ],
                  },
              ]),
    ];
}

/** Alerts from the metrics of database exporters. */
function exporterAlerts(jobs: readonly string[]): Alert[] {
    const among = `job=~"${jobs.join("|")}"`;
    return [
        {
            alert: "DatabaseUnreachable",
            severity: "critical",
            for: "5m",
            expr: `max by (job) (pg_up{${among}}) == 0`,
            summary: "The database of {{ $labels.job }} answers no query",
            description: "Its exporter reaches no server, or may not log in: whoever uses the database fails likewise.",
            look: [
                "The log of the exporter, whose namespace and name the label job has.",
                "DatabaseDown; network; a password that was changed.",
            ],
        },
        {
            alert: "DatabaseConnectionsNearlyUsed",
            severity: "warning",
            for: "10m",
            expr: `sum by (job) (pg_stat_database_numbackends{${among}}) / max by (job) (pg_settings_max_connections{${among}}) > 0.8`,
            summary: "More than 80 % of the connections of the database of {{ $labels.job }} are used",
            description: "When all are, new clients are refused.",
            look: [
                "Which client has many: `SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1`.",
                "max_connections of the server.",
            ],
        },
        {
            alert: "KeysEnd",
            severity: "info",
            for: "15m",
            expr: "max by (subscription) (maas_keys_ending) > 0",
            summary: "{{ $value }} API keys of subscription {{ $labels.subscription }} that are in use end soon",
            description:
                "Keys of people end within seven days; those that are replaced by themselves within one, so that their replacement fails. After that, their requests get 401.",
            look: [
                "`maas keys list <stack>`: whose, and when.",
                "`maas keys rotate`; for workspaces, the Jobs of CronJob workspace-keys.",
            ],
        },
    ];
}

/** A StatefulSet says how many copies are ready; a pod of CloudNativePG has none. */
function databaseDown({ namespace, server, by, of, without }: Database): Alert {
    return {
        alert: by === "StatefulSet" ? "DatabaseDown" : "DatabaseClusterDown",
        severity: "critical",
        for: "2m",
        expr:
            by === "StatefulSet"
                ? `${readyCopies(namespace, server)} == 0`
                : `sum by (namespace) (kube_pod_status_ready{namespace="${namespace}",pod=~"${server}-[0-9]+",condition="true"}) == 0`,
        summary: `The database of ${of} does not run`,
        description: without,
        labels: { database: `${namespace}/${server}` },
        look: [oc(`get pods,pvc -n ${namespace}`), "Is its volume full?"],
    };
}
