import { containers, podKinds, podSpecs } from "../pods";
import { resourceRule } from "../rule";
import type { Unchecked } from "../subject";

/** Pods have no privileges on their node. */
export const podsAreUnprivileged = resourceRule<{ namespaces: readonly string[] }>(
    {
        name: "pods-are-unprivileged",
        title: "Pods have no privileges on their node",
        why: "A privileged container, a host path or root on the node can reach the models, keys and prompts of all other tenants on it. OpenShift refuses such a pod only until its service account is granted another security context constraint.",
        remedy: "Remove privileged, hostPath, hostNetwork, hostPID, hostIPC and added capabilities; set runAsNonRoot: true and allowPrivilegeEscalation: false.",
        severity: "high",
        source: "https://kubernetes.io/docs/concepts/security/pod-security-standards, baseline",
        config: {
            namespaces: {
                type: "array",
                items: { type: "string" },
                default: ["nvidia-gpu-operator", "openshift-nfd", "openshift-*"],
                description:
                    "Namespaces whose pods may have privileges, such as those of drivers and of the cluster; * matches any text.",
            },
        },
    },
    podKinds,
    (subject, report, { namespaces }) => {
        const namespace = subject.value["metadata"]?.namespace as string | undefined;
        if (subject.unknownAt(["metadata", "namespace"]) || namespaces.some((pattern) => fits(pattern, namespace ?? ""))) {
            return;
        }
        for (const { path, spec } of podSpecs(subject)) {
            for (const field of ["hostNetwork", "hostPID", "hostIPC"]) {
                if (spec[field] === true) {
                    report(`${path}.${field}: true gives the pod access to the node; remove it`);
                }
            }
            ((spec["volumes"] ?? []) as Unchecked[]).forEach((volume, i) => {
                if (volume?.hostPath !== undefined) {
                    report(
                        `${path}.volumes[${i}].hostPath: ${String(volume.hostPath?.path ?? "a path")} is a path of the node; use another kind of volume`,
                    );
                }
            });
            if (spec["securityContext"]?.runAsUser === 0) {
                report(`${path}.securityContext.runAsUser: 0 is root; set runAsNonRoot: true`);
            }
        }
        for (const { path, value } of containers(subject)) {
            const context = (value["securityContext"] ?? {}) as Record<string, Unchecked>;
            const at = `${path}.securityContext`;
            if (context["privileged"] === true) {
                report(`${at}.privileged: true gives the container full access to the node; remove it`);
            }
            if (context["allowPrivilegeEscalation"] === true) {
                report(`${at}.allowPrivilegeEscalation: true lets processes gain privileges; set false`);
            }
            if (context["runAsUser"] === 0) {
                report(`${at}.runAsUser: 0 is root; set runAsNonRoot: true`);
            }
            const added = ((context["capabilities"]?.add ?? []) as unknown[]).filter(
                (name) => name !== "NET_BIND_SERVICE" && name !== undefined,
            );
            if (added.length > 0) {
                report(`${at}.capabilities.add: ${added.join(", ")} gives the container privileges; remove them`);
            }
        }
    },
);

function fits(pattern: string, name: string): boolean {
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
