/**
 * Kinds of clusters, and settings of theirs, with which parts of a stack have no effect. Source:
 * docs/sources/openshift.md#hosted-control-planes, #cluster-proxy, #cert-manager.
 */
import { managerArguments } from "../../catalogue/certificates";
import { servedOf } from "../../catalogue/models/canary";
import { planModel } from "../../catalogue/models/modelPlan";
import { isDownloaded } from "../../catalogue/proxy";
import { recordOf } from "../../catalogue/releases";
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
            const has = httpsProxy ?? httpProxy ?? "";
            const told = settings.cluster.proxy?.https;
            if (has === "") {
                return told === undefined
                    ? passed("the cluster has no proxy")
                    : unknown(
                          `cluster.proxy names ${told}, and the cluster has no proxy (Proxy/cluster)`,
                          "look whether pods are to use a proxy that the cluster's own parts do without; otherwise leave cluster.proxy out",
                      );
            }
            if (told !== undefined && bare(told) !== bare(has)) {
                return unknown(
                    `cluster.proxy names ${told}, and the cluster another proxy, at ${new URL(has).host}`,
                    "name the cluster's: oc get proxy cluster -o jsonpath={.status}",
                );
            }
            const outside = leavingTheCluster(settings);
            return outside.length === 0
                ? passed("the cluster has a proxy; nothing of the stack leaves the cluster past it")
                : unknown(
                      `the cluster has a proxy (Proxy/cluster), and these leave the cluster without it: ${outside.join(", ")}`,
                      remedyOf(settings),
                  );
        },
    },
    {
        id: "cert-manager-arguments",
        what: "cert-manager has no other arguments than this stack gives it",
        why: "spec.controllerConfig.overrideArgs is one list: whoever writes it last removes what others wrote there",
        async check(reads, { settings: { certificates } }) {
            const wanted = managerArguments(certificates ?? {});
            if (wanted.length === 0) {
                return passed("the stack changes none");
            }
            const manager = await reads.get("operator.openshift.io/v1alpha1", "certmanagers", "cluster");
            const given = argumentsOf(manager);
            const same = [...given].sort().join(" ") === wanted.sort().join(" ");
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
    /** The alternative on such a cluster. */
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

/** Address of a proxy without credentials and the last slash: those of the cluster may have both. */
function bare(url: string): string {
    return url.replace(/\/\/[^/@]*@/, "//").replace(/\/$/, "");
}

/** Whether the release lets the downloads of models know of a proxy. */
function tellsDownloads({ release }: Pick<Settings, "release">): boolean {
    const { serving } = recordOf(release);
    return serving.scheme === "scheduled" && serving.downloadEnvironment;
}

function remedyOf(settings: Settings): string {
    const instead =
        "bring the weights as an image (oci://) or from a store in the network (s3://), or allow these addresses without the proxy";
    return settings.cluster.proxy === undefined && (tellsDownloads(settings) || settings.identity.vault?.install !== undefined)
        ? `set cluster.proxy to what oc get proxy cluster -o jsonpath={.status} says; for what remains, ${instead}`
        : instead;
}

/** The parts of a stack that connect to addresses outside of the cluster without knowing its proxy. */
function leavingTheCluster(settings: Settings): string[] {
    const { models, predictive, externalModels, identity, cluster } = settings;
    const told = cluster.proxy !== undefined;
    const downloads = told && tellsDownloads(settings);
    return [
        ...models
            .flatMap(servedOf)
            .map((model) => ({ name: model.name, source: planModel(model).uri }))
            .flatMap(({ name, source }) => (isDownloaded(source) && !downloads ? [`model ${name} (${source!})`] : [])),
        ...predictive.flatMap(({ name, source }) => (isDownloaded(source) ? [`model ${name} (${source})`] : [])),
        ...externalModels.map(({ name }) => `external model ${name}`),
        ...(identity.vault?.install !== undefined && !told ? ["Vault (AWS KMS)"] : []),
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
