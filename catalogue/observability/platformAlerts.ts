/** Alerts on objectives, GPUs, certificates, secrets and databases. Pure. Source: docs/sources/observability.md#alerts. */
import type { Alert } from "./alert";
import type { Scope } from "./scope";

const oc = (what: string): string => `\`oc ${what}\``;
const rounded = (value: number): number => Number(value.toFixed(6));

/** Alerts on objectives: an error budget of 30 days is used up too fast, in a long and in a short window. */
export function objectiveAlerts({ thresholds }: Scope): Alert[] {
    const { timeToFirstTokenSeconds, firstTokenPercent, availabilityPercent } = thresholds;
    const burns = (name: string, ratio: string, percent: number, summary: string, look: readonly string[]): Alert[] => {
        const budget = 1 - percent / 100;
        const over = (factor: number, long: string, short: string): string =>
            `${ratio}:ratio_rate${long} > ${rounded(factor * budget)} and ${ratio}:ratio_rate${short} > ${rounded(factor * budget)}`;
        return [
            {
                alert: `${name}BudgetBurnsFast`,
                severity: "critical",
                for: "2m",
                expr: over(14.4, "1h", "5m"),
                summary: `${summary}: at this rate the budget of 30 days is gone in two days`,
                description: `Objective: ${percent} %. The share that misses it is over 14.4 times the budget in 1 h and in 5 min.`,
                look,
            },
            {
                alert: `${name}BudgetBurns`,
                severity: "warning",
                for: "15m",
                expr: over(6, "6h", "30m"),
                summary: `${summary}: at this rate the budget of 30 days is gone in five days`,
                description: `Objective: ${percent} %. The share that misses it is over 6 times the budget in 6 h and in 30 min.`,
                look,
            },
        ];
    };
    return [
        ...burns(
            "FirstToken",
            "maas:model_slow_first_token",
            firstTokenPercent,
            `Too many first tokens of model {{ $labels.model_name }} take more than ${timeToFirstTokenSeconds} s`,
            ["As for ModelSlowToAnswer."],
        ),
        ...burns("Availability", "maas:gateway_errors", availabilityPercent, "Gateways answer too many requests with 5xx", [
            "As for GatewayFailsRequests.",
        ]),
    ];
}

/** Alerts on GPUs. */
export function gpuAlerts({ models }: Scope): Alert[] {
    const gpu = "GPU {{ $labels.gpu }} of {{ $labels.Hostname }}";
    return [
        {
            alert: "GpuError",
            severity: "critical",
            for: "1m",
            expr: "DCGM_FI_DEV_XID_ERRORS != 0 and changes(DCGM_FI_DEV_XID_ERRORS[10m]) > 0",
            summary: `${gpu} reports XID {{ $value }}`,
            description: "An error of the GPU or its driver; pods on it may fail or hang.",
            look: [
                "The code in NVIDIA's list of XID errors.",
                "48, 63, 64, 74, 79, 95: drain the node and replace it. 13, 31, 43: look at the model first.",
            ],
        },
        {
            alert: "GpuMemoryBroken",
            severity: "critical",
            for: "5m",
            expr: "DCGM_FI_DEV_ROW_REMAP_FAILURE > 0",
            summary: `${gpu} can no longer remap broken rows of its memory`,
            description: "Errors in its memory are no longer mended.",
            look: ["Drain the node and replace it: " + oc("delete machine <machine> -n openshift-machine-api")],
        },
        {
            alert: "GpuHot",
            severity: "warning",
            for: "10m",
            expr: "DCGM_FI_DEV_GPU_TEMP > 85",
            summary: `${gpu} is hotter than 85 °C`,
            description: "It slows itself down.",
            look: ["On a cloud: replace the node."],
        },
        {
            alert: "GpuPodPending",
            severity: "warning",
            for: "15m",
            expr:
                `max by (namespace, pod) (kube_pod_status_unschedulable{namespace="${models}"}) == 1 and on (namespace, pod) ` +
                `kube_pod_container_resource_requests{namespace="${models}",resource="nvidia_com_gpu"}`,
            summary: "Pod {{ $labels.pod }} waits for a GPU",
            description: "No node has the GPUs that it asks for, or none tolerates it.",
            look: [
                oc(`describe pod -n ${models} <pod>`),
                oc("get machines -n openshift-machine-api") + ": capacity or quota of AWS.",
                "`maas doctor <stack>`",
            ],
        },
    ];
}

/** Alerts on what the platform rests on. */
export function foundationAlerts({ database, vault, grafana }: Scope): Alert[] {
    const notReady = (namespace: string): string => `kube_statefulset_status_replicas_ready{namespace="${namespace}"}`;
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
        ...(database === undefined
            ? []
            : [
                  {
                      alert: "DatabaseDown",
                      severity: "critical" as const,
                      for: "2m",
                      expr: `${notReady(database)} == 0`,
                      summary: "The database of the API keys does not run",
                      description: "No key can be created. Keys that are not cached are refused.",
                      look: [oc(`get pods,pvc -n ${database}`), "Is its volume full?"],
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
                      expr: `${notReady(vault)} < on (namespace, statefulset) kube_statefulset_replicas{namespace="${vault}"}`,
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
