/**
 * The ways in which the files of a model get into a pod.
 * Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/workload_storage.go, pkg/utils/storage.go.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { childName } from "./child";

/** The security context of the product's containers. */
export const RESTRICTED = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};

const LOCATION = "kserve-provision-location";

interface Container {
    readonly name: string;
    readonly env?: readonly object[];
    readonly volumeMounts?: readonly object[];
    readonly [field: string]: unknown;
}

/** A pod, as far as its files go. */
export interface Pod {
    readonly containers: readonly Container[];
    readonly volumes?: readonly { readonly name: string }[];
    readonly [field: string]: unknown;
}

/** The certificate of the pods of a service, as a volume. */
export function certificates({ metadata }: KubeObject): { readonly name: string; readonly secret: object } {
    return { name: "tls-certs", secret: { secretName: childName(metadata.name, "-kserve-self-signed-certs") } };
}

/** The pod with the model's files at `path` of a container: as an image beside it, downloaded before it, or on a claim. */
export function withModel(pod: Pod, service: KubeObject, { container, path }: { container: string; path: string }): Pod {
    const uri = String(service.spec.model?.uri ?? "");
    const [scheme, rest = ""] = uri.split("://");
    const mount = (name: string, mountPath: string, more: object = {}): object => ({ name, mountPath, ...more });
    const into = (change: (one: Container) => Container): Container[] =>
        pod.containers.map((one) => (one.name === container ? change(one) : one));
    const mounted = (one: Container, volume: object): Container => ({
        ...one,
        volumeMounts: [...(one.volumeMounts ?? []), volume],
    });
    const location = (pod.volumes ?? []).some(({ name }) => name === LOCATION) ? [] : [{ name: LOCATION, emptyDir: {} }];
    switch (scheme) {
        case "oci": {
            const parent = path.slice(0, path.lastIndexOf("/"));
            const shared = mount(LOCATION, parent);
            const resources = { limits: { cpu: "10m", memory: "15Mi" }, requests: { cpu: "10m", memory: "15Mi" } };
            const link = `ln -sf /proc/$$$$/root/models ${path} && sleep infinity`;
            return {
                ...pod,
                shareProcessNamespace: true,
                containers: [
                    ...into((one) =>
                        mounted({ ...one, env: [...(one.env ?? []), { name: "MODEL_INIT_MODE", value: "async" }] }, shared),
                    ),
                    {
                        name: "modelcar",
                        image: rest,
                        args: ["sh", "-c", parent === "/mnt" ? link : `mkdir -p ${parent} && ${link}`],
                        resources,
                        volumeMounts: [shared],
                    } as Container,
                ],
                initContainers: [{ name: "modelcar-init", image: rest, args: ["sh", "-c", "test -d /models"], resources }],
                volumes: [...(pod.volumes ?? []), ...location],
            };
        }
        case "hf":
        case "s3":
            return {
                ...pod,
                containers: into((one) => mounted(one, mount(LOCATION, path, { readOnly: true }))),
                initContainers: [
                    {
                        name: "storage-initializer",
                        image: "registry.redhat.io/rhoai/odh-kserve-storage-initializer-rhel9",
                        args: [uri, "/mnt/models"],
                        volumeMounts: [mount(LOCATION, "/mnt/models")],
                        // From 3.5 on, what a service gives its downloader is merged.
                        ...(pod.initContainers as readonly { readonly name: string }[] | undefined)?.find(
                            ({ name }) => name === "storage-initializer",
                        ),
                    },
                ],
                volumes: [...(pod.volumes ?? []), ...location],
            };
        case "pvc": {
            const [claimName, ...subPath] = rest.split("/");
            const volume = "kserve-pvc-source";
            return {
                ...pod,
                containers: into((one) =>
                    mounted(
                        one,
                        mount(volume, path, { readOnly: true, ...(subPath.length > 0 && { subPath: subPath.join("/") }) }),
                    ),
                ),
                volumes: [
                    ...(pod.volumes ?? []),
                    { name: volume, persistentVolumeClaim: { claimName, readOnly: true } } as { name: string },
                ],
            };
        }
        default:
            return pod;
    }
}
