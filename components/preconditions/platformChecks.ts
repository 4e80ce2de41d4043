/**
 * Kinds of clusters, and settings of theirs, with which parts of a stack have no effect. Source:
 * docs/sources/openshift.md#hosted-control-planes, #cluster-proxy, #cert-manager.
 */
import { DNS_ARGUMENTS } from "../../catalogue/certificates";
import type { Settings } from "../../stacks/schema";
import { failed, passed, type Precondition, unknown } from "./precondition";
import type { Reads } from "./reads";

const CONFIG = "config.openshift.io/v1";

export const platformChecks: readonly Precondition[] = [
    {
        id: "hosted-control-plane",
        what: "the control plane is the cluster's own where the stack changes it",
        why: "a hosted control plane (ROSA HCP) has no Machine API, CredentialsRequests, OAuth, APIServer or Proxy of its own: such objects are refused, or have no effect",
        async check(reads, { settings }) {
            const infrastructure = await reads.get(CONFIG, "infrastructures", "cluster");
            const { controlPlaneTopology: topology } = (infrastructure?.status ?? {}) as { controlPlaneTopology?: string };
            if (topology !== "External") {
                return passed(`topology ${topology ?? "not told"}`);
            }
            const unfit = unfitForHosted(settings);
            return unfit.length === 0
                ? passed("a hosted control plane; the stack changes nothing of it")
                : failed(
                      `the control plane is hosted (controlPlaneTopology External), and the stack sets ${unfit.map(({ path }) => path).join(", ")}`,
                      unfit.map(({ path, instead }) => `${path}: ${instead}`).join("; "),
                  );
        },
    },
    {
        id: "cluster-proxy",
        what: "downloads of models pass the cluster's proxy",
        why: "OpenShift gives its proxy to operators, not to the pods that download weights: they would wait for an address that they cannot reach",
        async check(reads, { settings }) {
            const proxy = await reads.get(CONFIG, "proxies", "cluster");
            const { httpsProxy, httpProxy } = (proxy?.status ?? proxy?.spec ?? {}) as { httpsProxy?: string; httpProxy?: string };
            if ((httpsProxy ?? httpProxy ?? "") === "") {
                return passed("the cluster has no proxy");
            }
            const outside = leavingTheCluster(settings);
            return outside.length === 0
                ? passed("the cluster has a proxy; no model is downloaded past it")
                : unknown(
                      `the cluster has a proxy (Proxy/cluster), and these leave the cluster without it: ${outside.join(", ")}`,
                      "bring the weights as an image (oci://) or from a store in the network (s3://), allow these addresses without the proxy, or have the proxy's variables set in the namespace of the models",
                  );
        },
    },
    {
        id: "cert-manager-arguments",
        what: "cert-manager has no other arguments than this stack gives it",
        why: "spec.controllerConfig.overrideArgs is one list: whoever writes it last removes what others wrote there",
        async check(reads, { settings: { certificates } }) {
            if (certificates?.letsEncrypt === undefined) {
                return passed("the stack changes none");
            }
            const manager = await reads.get("operator.openshift.io/v1alpha1", "certmanagers", "cluster");
            const given = argumentsOf(manager);
            const same = [...given].sort().join(" ") === [...DNS_ARGUMENTS].sort().join(" ");
            return given.length === 0 || same || isOurs(manager)
                ? passed(given.length === 0 ? "it has none" : "they are those of this stack")
                : failed(
                      `CertManager cluster has ${given.join(" ")} of somebody else`,
                      "remove spec.controllerConfig.overrideArgs if they are not needed (oc edit certmanager cluster); or have the certificates issued by who runs cert-manager, and name them with certificates.existing",
                  );
        },
    },
];

interface Unfit {
    readonly path: string;
    /** What can be done on such a cluster. */
    readonly instead: string;
}

/** Settings that write to what a hosted control plane does not have. */
function unfitForHosted({ gpu, certificates, identity }: Settings): Unfit[] {
    const created = gpu.pools.filter((pool) => pool.existing === undefined);
    const autoscaled = created.some((pool) => pool.autoscale !== undefined);
    const managed = created.map(
        ({ name, instanceType }) => `rosa create machinepool --name ${name} --instance-type ${instanceType} --replicas <n>`,
    );
    const providers = identity.store !== "none" || identity.openid.length > 0 || identity.ldap.length > 0;
    return [
        ...(created.length > 0
            ? [
                  {
                      path: `gpu.pools (${created.map(({ name }) => name).join(", ")})`,
                      instead: `create the nodes with OCM (${managed.join("; ")}), label them, and select them with gpu.pools[].existing.nodeSelector`,
                  },
              ]
            : []),
        ...(autoscaled && gpu.clusterAutoscaler
            ? [
                  {
                      path: "gpu.clusterAutoscaler",
                      instead: "let OCM size its machine pools (rosa create machinepool --enable-autoscaling)",
                  },
              ]
            : []),
        ...(certificates !== undefined && certificates.existing === undefined && certificates.apiServer !== false
            ? [{ path: "certificates.apiServer", instead: "set it to false: the provider's certificate stays" }]
            : []),
        ...(certificates?.letsEncrypt !== undefined && certificates.letsEncrypt.oidcProvider === undefined
            ? [
                  {
                      path: "certificates.letsEncrypt",
                      instead:
                          "give cert-manager an IAM role (certificates.letsEncrypt.oidcProvider): there are no CredentialsRequests",
                  },
              ]
            : []),
        ...(certificates?.privateCa !== undefined
            ? [
                  {
                      path: "certificates.privateCa",
                      instead:
                          "name the authority to OCM (rosa edit cluster --additional-trust-bundle-file): the cluster's Proxy is not writable",
                  },
              ]
            : []),
        ...(providers
            ? [
                  {
                      path:
                          identity.store !== "none"
                              ? "identity.store"
                              : identity.openid.length > 0
                                ? "identity.openid"
                                : "identity.ldap",
                      instead: "set up the providers with OCM (rosa create idp) and leave store, openid and ldap out",
                  },
              ]
            : []),
        ...(identity.kubeadmin === "remove"
            ? [{ path: "identity.kubeadmin", instead: "leave it out: administrators are OCM's (rosa grant user cluster-admin)" }]
            : []),
    ];
}

/** Models whose weights come from outside the cluster over HTTPS, by their settings. */
function leavingTheCluster({ models, predictive, externalModels }: Settings): string[] {
    const from = (source: string | undefined): boolean => source !== undefined && /^(hf|https?|s3):/.test(source);
    return [
        ...models.flatMap(({ name, source }) => (from(source) ? [`model ${name} (${source!})`] : [])),
        ...predictive.flatMap(({ name, source }) => (from(source) ? [`model ${name} (${source})`] : [])),
        ...externalModels.map(({ name }) => `external model ${name}`),
    ];
}

function argumentsOf(manager: Awaited<ReturnType<Reads["get"]>>): readonly string[] {
    const spec = manager?.spec as { controllerConfig?: { overrideArgs?: string[] } } | undefined;
    return spec?.controllerConfig?.overrideArgs ?? [];
}

/** Whether Pulumi has written the arguments. */
function isOurs(manager: Awaited<ReturnType<Reads["get"]>>): boolean {
    const { managedFields = [] } = (manager?.metadata ?? {}) as { managedFields?: { manager?: string; fieldsV1?: object }[] };
    return managedFields.some(
        ({ manager: name = "", fieldsV1 }) =>
            name.startsWith("pulumi-kubernetes") && JSON.stringify(fieldsV1 ?? {}).includes("overrideArgs"),
    );
}
