import { containers, podKinds, podSpecs } from "../pods";
import { resourceRule } from "../rule";
import type { Unchecked } from "../subject";

/** A pod that can leave its container has the node, and every GPU and key on it. */
export const podsStayInTheirBox = resourceRule<{ namespaces: readonly string[] }>(
    {
        name: "pods-stay-in-their-box",
        title: "Pods have no privileges on their node",
        why: "A privileged container, a host path or root on the node can reach the models, keys and prompts of all other tenants on it. OpenShift refuses such a pod only as long as nobody grants its service account more.",
        remedy: "Remove privileged, hostPath, hostNetwork, hostPID, hostIPC and added capabilities; set runAsNonRoot: true and allowPrivilegeEscalation: false.",
        severity: "high",
        source: "https://kubernetes.io/docs/concepts/security/pod-security-standards, baseline",
        config: {
            namespaces: {
                type: "array",
                items: { type: "string" },
                default: ["nvidia-gpu-operator", "openshift-nfd", "openshift-*"],
                description:
                    "Namespaces whose pods may have privileges, with * for any text: those of drivers and of the cluster itself.",
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
                    report(`${path}.${field}: true shares the node's`);
                }
            }
            ((spec["volumes"] ?? []) as Unchecked[]).forEach((volume, i) => {
                if (volume?.hostPath !== undefined) {
                    report(`${path}.volumes[${i}].hostPath: ${String(volume.hostPath?.path ?? "a path")} is the node's`);
                }
            });
            if (spec["securityContext"]?.runAsUser === 0) {
                report(`${path}.securityContext.runAsUser: 0 is root`);
            }
        }
        for (const { path, value } of containers(subject)) {
            const context = (value["securityContext"] ?? {}) as Record<string, Unchecked>;
            const at = `${path}.securityContext`;
            if (context["privileged"] === true) {
                report(`${at}.privileged: true has every right over the node`);
            }
            if (context["allowPrivilegeEscalation"] === true) {
                report(`${at}.allowPrivilegeEscalation: true; expected false`);
            }
            if (context["runAsUser"] === 0) {
                report(`${at}.runAsUser: 0 is root`);
            }
            const added = ((context["capabilities"]?.add ?? []) as unknown[]).filter(
                (name) => name !== "NET_BIND_SERVICE" && name !== undefined,
            );
            if (added.length > 0) {
                report(`${at}.capabilities.add: ${added.join(", ")}; expected none`);
            }
        }
    },
);

function fits(pattern: string, name: string): boolean {
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
