/**
 * Software that must not be on the cluster. Source: docs/sources/openshift.md#conflicting-operators,
 * docs/sources/openshift-ai.md#first-start, docs/sources/gpu-nodes.md#autoscaler,
 * docs/sources/identity.md#external-secrets.
 */
import { CLUSTER_AUTOSCALER_LABEL } from "../../catalogue/labels";
import { staleAuthorinos } from "../../catalogue/authorino";
import { failed, passed, type Precondition } from "./precondition";
import type { Reads } from "./reads";

const OLM = "operators.coreos.com/v1alpha1";

/** ClusterServiceVersions with a matching name, as `name in namespace`; copies in other namespaces are one. */
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
        why: "it has the same CRDs as OpenShift AI, and the two operators undo each other's changes",
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
        why: "OpenShift installs Service Mesh 3 for its gateways, and the CRDs of Service Mesh 2 conflict with it",
        async check(reads) {
            const found = await installed(reads, /^servicemeshoperator\.v?[12]\./);
            return found.length === 0
                ? passed("not installed")
                : failed(
                      found.join(", "),
                      "migrate its meshes to Service Mesh 3 or remove them, then remove its Subscription and ClusterServiceVersion",
                  );
        },
    },
    {
        id: "no-stale-authorino",
        what: "there is no Authorino of an earlier Connectivity Link",
        why: "OLM keeps the Subscription of an Authorino that exists, and one of channel tech-preview-v1 is too old for Models-as-a-Service: every request would fail",
        async check(reads, { settings }) {
            const stale = staleAuthorinos(await reads.list(OLM, "subscriptions"));
            if (stale.length === 0) {
                return passed("none");
            }
            const found = stale.map(({ namespace, name, csv }) => `Subscription ${namespace}/${name} (${csv})`).join(", ");
            const commands = stale.map(({ namespace, name, csv }) => `oc delete subscription/${name} csv/${csv} -n ${namespace}`);
            return settings.connectivityLink.replaceStaleAuthorino
                ? passed(`${found}: it is removed before Connectivity Link is installed`)
                : failed(
                      found,
                      `remove it (${commands.join("; ")}), or set connectivityLink.replaceStaleAuthorino: true; Connectivity Link installs another`,
                  );
        },
    },
    {
        id: "no-kueue",
        what: "there is no Kueue other than the Red Hat build, and none that OpenShift AI manages",
        why: "OpenShift AI 3.4 does not manage Kueue, and two installations would admit the same workloads",
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
                ? passed("installed without its operator; this stack has no queues")
                : failed(
                      "Kueue was installed without its operator (the CRD clusterqueues.kueue.x-k8s.io exists)",
                      "remove it, so that the program can install the Red Hat build, or remove kueue from the stack",
                  );
        },
    },
    {
        id: "one-external-secrets",
        what: "there is no External Secrets other than the one that the stack uses",
        why: "Red Hat's operator and the community's chart have the same CRDs, and both would reconcile each ExternalSecret",
        async check(reads, { settings: { identity } }) {
            if (identity.store !== "vault") {
                return passed("this stack does not use Vault");
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
                          "remove ExternalSecretsConfig cluster, then its Subscription and ClusterServiceVersion; or remove identity.externalSecrets.operator",
                      );
            }
            if (operators.length > 0 || webhooks === undefined) {
                return passed(operators.length > 0 ? operators.join(", ") : "not installed");
            }
            const [webhook] = (webhooks["webhooks"] ?? []) as { clientConfig?: { service?: { namespace?: string } } }[];
            const namespace = webhook?.clientConfig?.service?.namespace;
            return failed(
                `the community's is installed${namespace === undefined ? "" : `, in ${namespace}`} (ValidatingWebhookConfiguration externalsecret-validate)`,
                "remove it, or set identity.externalSecrets.operator to community",
            );
        },
    },
    {
        id: "no-cluster-autoscaler",
        what: "the ClusterAutoscaler belongs to this stack if it has autoscaled pools",
        why: "a cluster can have only one ClusterAutoscaler, and the program does not change one that others created",
        async check(reads, { settings }) {
            if (!settings.gpu.pools.some((pool) => pool.autoscale !== undefined)) {
                return passed("no pool is autoscaled");
            }
            const autoscaler = await reads.get("autoscaling.openshift.io/v1", "clusterautoscalers", "default");
            const labels = (autoscaler?.metadata as { labels?: Record<string, string> } | undefined)?.labels ?? {};
            const ours = labels[CLUSTER_AUTOSCALER_LABEL] !== undefined;
            if (settings.gpu.clusterAutoscaler) {
                return autoscaler === undefined || ours
                    ? passed(ours ? "it belongs to this stack" : "it does not exist yet")
                    : failed(
                          "others have created ClusterAutoscaler default",
                          "set gpu.clusterAutoscaler to false to use it unchanged, or delete it",
                      );
            }
            return autoscaler === undefined
                ? failed("it does not exist, and gpu.clusterAutoscaler is false", "remove gpu.clusterAutoscaler, or create one")
                : passed("others have created it, and it is used");
        },
    },
];
