/** Alerts on what the platform rests on: certificates, secrets, databases, Vault. Pure. Source: docs/sources/observability.md#alerts. */
import type { Alert } from "./alert";
import type { Database, Scope } from "./scope";

const oc = (what: string): string => `\`oc ${what}\``;
const readyCopies = (namespace: string, set: string): string =>
    `kube_statefulset_status_replicas_ready{namespace="${namespace}",statefulset="${set}"}`;

/** Alerts on what the platform rests on. */
export function foundationAlerts({ databases, keysApi, vault, grafana }: Scope): Alert[] {
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
