/**
 * What must not be on the cluster. Source: docs/sources/openshift.md#conflicting-operators,
 * docs/sources/openshift-ai.md#first-start, docs/sources/gpu-nodes.md#autoscaler,
 * docs/sources/identity.md#external-secrets.
 */
import { CLUSTER_AUTOSCALER_LABEL } from "../../catalogue/labels";
import { failed, passed, type Precondition } from "./precondition";
import type { Reads } from "./reads";

const OLM = "operators.coreos.com/v1alpha1";

/** ClusterServiceVersions of which a name matches, as `name in namespace`; copies in other namespaces are one. */
async function installed(reads: Reads, pattern: RegExp): Promise<string[]> {
    const found = new Map<string, string>();
    for (const { metadata } of await reads.list(OLM, "clusterserviceversions")) {
        const copy = (metadata as { labels?: Record<string, string> }).labels?.["olm.copiedFrom"];
        if (pattern.test(metadata.name) && (copy === undefined || !found.has(metadata.name))) {
            found.set(metadata.name, copy ?? metadata.namespace ?? "");
        }
    }
    return [...found].map(([name, namespace]) => `${name} in ${namespace}`).sort();
}

export const conflictChecks: readonly Precondition[] = [
    {
        id: "no-open-data-hub",
        what: "Open Data Hub is not installed",
        why: "it has the same definitions as OpenShift AI, and the two operators undo each other's work",
        async check(reads) {
            const found = await installed(reads, /^opendatahub/);
            return found.length === 0
                ? passed("not installed")
                : failed(
                      found.join(", "),
                      "remove its DataScienceCluster and DSCInitialization, its Subscription and its ClusterServiceVersion",
                  );
        },
    },
    {
        id: "no-service-mesh-2",
        what: "Service Mesh 2 is not installed",
        why: "OpenShift's gateways bring Service Mesh 3 themselves, and the definitions of 2 are in its way",
        async check(reads) {
            const found = await installed(reads, /^servicemeshoperator\.v?[12]\./);
            return found.length === 0
                ? passed("not installed")
                : failed(
                      found.join(", "),
                      "move its meshes to Service Mesh 3 or remove them, then its Subscription and ClusterServiceVersion",
                  );
        },
    },
    {
        id: "no-kueue",
        what: "no other Kueue than the Red Hat build, and none that OpenShift AI manages itself",
        why: "OpenShift AI 3.4 refuses to manage Kueue, and two of them would admit the same workloads",
        async check(reads, { settings }) {
            const [crd, operators, clusters] = await Promise.all([
                reads.get("apiextensions.k8s.io/v1", "customresourcedefinitions", "clusterqueues.kueue.x-k8s.io"),
                installed(reads, /^kueue-operator\./),
                reads.list("datasciencecluster.opendatahub.io/v2", "datascienceclusters"),
            ]);
            const managed = clusters.find(
                ({ spec }) =>
                    (spec as { components?: { kueue?: { managementState?: string } } } | undefined)?.components?.kueue
                        ?.managementState === "Managed",
            );
            if (managed !== undefined) {
                return failed(
                    `DataScienceCluster ${managed.metadata.name} manages Kueue`,
                    "set spec.components.kueue.managementState to Unmanaged (with the Red Hat build of Kueue) or Removed",
                );
            }
            if (crd === undefined || operators.length > 0) {
                return passed(operators.length > 0 ? operators.join(", ") : "not installed");
            }
            return settings.kueue === undefined
                ? passed("one that its operator did not install; this stack has no queues")
                : failed(
                      "Kueue is there, and not from its operator (clusterqueues.kueue.x-k8s.io is defined)",
                      "remove it, so that the Red Hat build is installed, or leave kueue out of the stack",
                  );
        },
    },
    {
        id: "one-external-secrets",
        what: "no other External Secrets than the one that the stack reads Vault with",
        why: "Red Hat's operator and the community's chart have the same definitions, and would both answer each ExternalSecret",
        async check(reads, { settings: { identity } }) {
            if (identity.store !== "vault") {
                return passed("nothing is read from a Vault");
            }
            const [operators, webhooks] = await Promise.all([
                installed(reads, /^openshift-external-secrets-operator\./),
                reads.get("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", "externalsecret-validate"),
            ]);
            const wanted = identity.externalSecrets.operator;
            if (wanted === "community") {
                return operators.length === 0
                    ? passed("Red Hat's operator is not installed")
                    : failed(
                          operators.join(", "),
                          "remove ExternalSecretsConfig cluster, then its Subscription and ClusterServiceVersion; or leave identity.externalSecrets.operator out",
                      );
            }
            if (operators.length > 0 || webhooks === undefined) {
                return passed(operators.length > 0 ? operators.join(", ") : "not installed");
            }
            const [webhook] = (webhooks["webhooks"] ?? []) as { clientConfig?: { service?: { namespace?: string } } }[];
            const namespace = webhook?.clientConfig?.service?.namespace;
            return failed(
                `the community's is there${namespace === undefined ? "" : `, in ${namespace}`} (ValidatingWebhookConfiguration externalsecret-validate)`,
                "remove it, or set identity.externalSecrets.operator to community",
            );
        },
    },
    {
        id: "no-cluster-autoscaler",
        what: "the cluster autoscaler is this stack's, where pools are autoscaled",
        why: "a cluster has one autoscaler; to create a second is refused, and to change somebody else's is not ours to do",
        async check(reads, { settings }) {
            if (!settings.gpu.pools.some((pool) => pool.autoscale !== undefined)) {
                return passed("no pool is autoscaled");
            }
            const autoscaler = await reads.get("autoscaling.openshift.io/v1", "clusterautoscalers", "default");
            const labels = (autoscaler?.metadata as { labels?: Record<string, string> } | undefined)?.labels ?? {};
            const ours = labels[CLUSTER_AUTOSCALER_LABEL] !== undefined;
            if (settings.gpu.clusterAutoscaler) {
                return autoscaler === undefined || ours
                    ? passed(ours ? "there is this stack's" : "there is none yet")
                    : failed(
                          "there is one of somebody else (ClusterAutoscaler default)",
                          "set gpu.clusterAutoscaler to false to use it as it is, or delete it",
                      );
            }
            return autoscaler === undefined
                ? failed("there is none, and gpu.clusterAutoscaler is false", "leave gpu.clusterAutoscaler out, or create one")
                : passed("there is one of somebody else, which is used");
        },
    },
];
