/** Pods of a model that llm-d serves. Pure. */
import type { Served } from "../../catalogue/models/canary";
import { adapterClaims, type ModelPlan } from "../../catalogue/models/modelPlan";
import type { ModelSettings } from "../../stacks/schema";
import type { Placement } from "./placement";

const PROBE_SECONDS = 10;

/** The role of a model's pods: the whole service, or one side of a KV transfer. */
export type PodRole = "main" | "decode" | "prefill";

/** Name of the PersistentVolumeClaim that keeps the downloaded weights of a model. */
export function cacheClaimOf({ name }: Pick<Served<ModelSettings>, "name">): string {
    return `${name}-cache`;
}

/** Arguments of {@link podSpec}. */
export interface PodSpecArgs {
    readonly model: Served<ModelSettings>;
    readonly plan: ModelPlan;
    readonly placement: Placement;
    readonly role: PodRole;
    /** Whether they work for a leader on another node: then no server listens in them, and a probe would end the group. */
    readonly worker?: boolean | undefined;
    /** Variables of the container that downloads the weights. Default: those of the controller. */
    readonly downloads?: Readonly<Record<string, string>> | undefined;
    /** ServiceAccount of the pods. Default: that of the preset. */
    readonly serviceAccount?: string | undefined;
}

/** The pod template of a role; whatever it leaves out comes from the preset of the release. */
export function podSpec({ model, plan, placement, role, worker = false, downloads, serviceAccount }: PodSpecArgs): object {
    const { nodeSelector, tolerations } = placement;
    const claims = adapterClaims(model);
    const gpus = role === "prefill" ? plan.prefillGpus : model.gpus;
    const mounts = volumes(model, plan, gpus, claims);
    return {
        nodeSelector: { ...nodeSelector },
        tolerations: tolerations.map((toleration) => ({ ...toleration })),
        ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
        ...(model.vllm.shutdownTimeoutSeconds !== undefined && {
            terminationGracePeriodSeconds: model.vllm.shutdownTimeoutSeconds + 15,
        }),
        ...(mounts.length > 0 && { volumes: mounts }),
        ...downloadedWith(downloads),
        containers: [container(model, plan, { role, worker }, { "nvidia.com/gpu": String(gpus) }, claims)],
    };
}

/** The controller's downloader with further variables; empty without any. */
export function downloadedWith(env: Readonly<Record<string, string>> | undefined) {
    return env === undefined
        ? {}
        : {
              initContainers: [
                  { name: "storage-initializer" as const, env: Object.entries(env).map(([name, value]) => ({ name, value })) },
              ],
          };
}

function volumes(model: Served<ModelSettings>, plan: ModelPlan, gpus: number, claims: readonly string[]): object[] {
    return [
        // GPUs of one pod communicate through shared memory; the preset's 1 GiB is for one GPU.
        ...(gpus > 1 && plan.podsPerCopy === 1
            ? [{ name: "dshm", emptyDir: { medium: "Memory", sizeLimit: `${Math.min(8, 2 * gpus)}Gi` } }]
            : []),
        // KServe's downloader fills the volume of this name.
        ...(model.cache === undefined
            ? []
            : [{ name: "kserve-provision-location", persistentVolumeClaim: { claimName: cacheClaimOf(model) } }]),
        ...claims.map((claimName) => ({ name: `adapters-${claimName}`, persistentVolumeClaim: { claimName } })),
    ];
}

function container(
    model: Served<ModelSettings>,
    plan: ModelPlan,
    { role, worker }: { readonly role: PodRole; readonly worker: boolean },
    gpus: Readonly<Record<string, string>>,
    claims: readonly string[],
): object {
    const args = role === "prefill" ? plan.prefillArgs : plan.args;
    return {
        // The preset of the release has a container of this name, with image and probes.
        name: "main",
        ...(model.image !== undefined && { image: model.image }),
        env: [
            ...Object.entries(plan.env).map(([key, value]) => ({ name: key, value })),
            ...(role === "main"
                ? []
                : // The other side of a KV transfer finds this pod by it.
                  [{ name: "VLLM_NIXL_SIDE_CHANNEL_HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }]),
            { name: "VLLM_ADDITIONAL_ARGS", value: args.join(" ") },
        ],
        resources: { limits: { ...plan.limits, ...gpus }, requests: { ...plan.requests, ...gpus } },
        ...(plan.startupSeconds !== undefined &&
            !worker && {
                startupProbe: {
                    // In decode pods a sidecar that routes KV transfers listens on port 8000.
                    httpGet: { path: "/health", port: role === "decode" ? 8001 : 8000, scheme: "HTTPS" },
                    periodSeconds: PROBE_SECONDS,
                    timeoutSeconds: 10,
                    failureThreshold: Math.ceil(plan.startupSeconds / PROBE_SECONDS),
                },
            }),
        ...(claims.length > 0 && {
            volumeMounts: claims.map((claim) => ({
                name: `adapters-${claim}`,
                mountPath: `/mnt/adapters/${claim}`,
                readOnly: true,
            })),
        }),
    };
}
