/** Alerts on objectives and GPUs. Pure. Source: docs/sources/observability.md#alerts. */
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
            description: "Errors in its memory are no longer corrected.",
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
