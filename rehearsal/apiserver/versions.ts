/** The versions of the control plane that rehearsals run on. */
import * as os from "node:os";
import * as path from "node:path";

/** OpenShift 4.21 is Kubernetes 1.34. */
export const KUBERNETES_VERSION = "v1.34.4";
/** The etcd that Kubernetes 1.34 is built with is 3.6. */
export const ETCD_VERSION = "v3.6.7";
/** The oldest Go that Kubernetes 1.34 builds with. */
export const GO_VERSION = "1.24";

/** The programs of a control plane. */
export const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager"] as const;
export type Program = (typeof PROGRAMS)[number];

/** The folder of files that are slow to make: `$XDG_CACHE_HOME/maas-platform`, or `~/.cache/maas-platform`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
    const base = env["XDG_CACHE_HOME"];
    return path.join(
        base !== undefined && path.isAbsolute(base) ? base : path.join(env["HOME"] ?? os.homedir(), ".cache"),
        "maas-platform",
    );
}

/** The folder of the built programs of the pinned versions. */
export function controlPlaneFolder(env: NodeJS.ProcessEnv): string {
    return path.join(cacheFolder(env), "control-plane", `kubernetes-${KUBERNETES_VERSION}_etcd-${ETCD_VERSION}`);
}
