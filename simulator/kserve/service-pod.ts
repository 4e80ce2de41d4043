/**
 * A pod of a service: the preset of the release with what the service says.
 * Source: red-hat-data-services/kserve@rhoai-3.4:config/llmisvcconfig/config-llm-template.yaml.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { isMap } from "../../rehearsal/cluster/json";
import { certificates, type Pod, RESTRICTED, withModel } from "./service-files";

/** Containers of a template, as far as they decide whether pods start. */
export interface PodTemplate {
    readonly containers?: readonly Record<string, unknown>[];
    readonly volumes?: readonly { readonly name: string }[];
    readonly serviceAccountName?: string;
    readonly [field: string]: unknown;
}

/** The pod of a template; `port` is where vLLM listens: behind the sidecar of pods that decode it is another. */
export function podOf(service: KubeObject, template: PodTemplate = {}, { port = 8000, worker = false } = {}): Pod {
    const { containers = [], volumes = [], ...rest } = template;
    const own = containers.find(({ name }) => name === "main") ?? {};
    const main = merged(preset(port, worker), own);
    const pod: Pod = {
        ...rest,
        containers: [
            { ...main, name: "main" },
            ...containers.filter(({ name }) => name !== "main").map((one) => ({ ...one, name: String(one["name"]) })),
        ],
        volumes: byKey<{ readonly name: string; readonly [source: string]: unknown }>(
            "name",
            [
                { name: "home", emptyDir: {} },
                { name: "dshm", emptyDir: { medium: "Memory", sizeLimit: "1Gi" } },
                { name: "model-cache", emptyDir: {} },
                certificates(service),
            ],
            volumes,
        ),
        terminationGracePeriodSeconds: (rest["terminationGracePeriodSeconds"] as number | undefined) ?? 30,
    };
    return withModel(pod, service, { container: "main", path: "/mnt/models" });
}

function preset(port: number, worker: boolean): Record<string, unknown> {
    const probe = { httpGet: { path: "/health", port, scheme: "HTTPS" }, periodSeconds: 10 };
    return {
        image: "registry.redhat.io/rhaii/vllm-cuda-rhel9",
        // The script that calls vLLM by eval; its words are the product's.
        command: ["/bin/bash", "-c", 'eval "vllm serve /mnt/models … ${VLLM_ADDITIONAL_ARGS} $@"', "--"],
        env: Object.entries({ HOME: "/home", VLLM_LOGGING_LEVEL: "INFO", HF_HUB_CACHE: "/models" }).map(([name, value]) => ({
            name,
            value,
        })),
        ...(!worker && {
            ports: [{ containerPort: port, protocol: "TCP" }],
            livenessProbe: { ...probe, timeoutSeconds: 10, failureThreshold: 3 },
            readinessProbe: { ...probe, timeoutSeconds: 5, failureThreshold: 60 },
            startupProbe: { ...probe, timeoutSeconds: 1, failureThreshold: 60 },
        }),
        securityContext: { ...RESTRICTED, readOnlyRootFilesystem: false },
        volumeMounts: [
            { name: "home", mountPath: "/home" },
            { name: "dshm", mountPath: "/dev/shm" },
            { name: "model-cache", mountPath: "/models" },
            { name: "tls-certs", mountPath: "/var/run/kserve/tls", readOnly: true },
        ],
    };
}

/** A container of the preset with what the service says of it. */
function merged(base: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
    // As strategic merges have it: variables by name, mounts by their path.
    const lists: Readonly<Record<string, string>> = { env: "name", volumeMounts: "mountPath" };
    return {
        ...base,
        ...Object.fromEntries(
            Object.entries(own).map(([key, value]) =>
                lists[key] !== undefined
                    ? [key, byKey(lists[key], (base[key] ?? []) as Record<string, unknown>[], value as Record<string, unknown>[])]
                    : [key, isMap(value) && isMap(base[key]) ? { ...base[key], ...value } : value],
            ),
        ),
    };
}

/** Merges lists by key: entries of the service come first, and replace those of the preset with the same key. */
function byKey<T extends object>(key: string, base: readonly T[], own: readonly T[]): T[] {
    const of = (item: T): unknown => (item as Readonly<Record<string, unknown>>)[key];
    const keys = new Set(own.map(of));
    return [...own, ...base.filter((item) => !keys.has(of(item)))];
}
