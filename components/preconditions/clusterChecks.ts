/** Requirements of the cluster itself. Source: docs/sources/openshift.md#prerequisites. */
import { recordOf } from "../../catalogue/releases";
import type { Settings } from "../../stacks/schema";
import { isPlaceholder, placeholdersIn } from "../../catalogue/placeholders";
import { isTrue } from "../kube";
import { failed, passed, type Precondition, unknown, type Verdict } from "./precondition";

/** The platform is made for 4.21. Each minor of OpenShift has its minor of Kubernetes: 4.20 has 1.33. */
const TESTED = [4, 21] as const;
/** The Gateway API of OpenShift, which Models-as-a-Service needs. Source: docs/sources/openshift.md#prerequisites. */
const GATEWAYS_SINCE = [4, 19, 9] as const;
/** Routing by llm-d's scheduler. Source: docs/sources/openshift.md#prerequisites. */
const ROUTING_SINCE = [4, 20, 0] as const;

type Patch = readonly [major: number, minor: number, patch: number];

/** The least OpenShift for a stack, and the setting that asks for it. */
function leastOpenShift({ release, models, gateway }: Settings): { readonly least: Patch; readonly because: string } {
    const routed = models.find(
        ({ routing, prefill, parallelism: { data, dataLocal = data } }) =>
            routing.mode !== "simple" || prefill !== undefined || dataLocal !== data,
    );
    if (gateway.inference !== undefined || routed !== undefined) {
        const setting = routed === undefined ? "gateway.inference" : `the routing of model ${routed.name}`;
        return { least: ROUTING_SINCE, because: `${setting} needs it` };
    }
    const documented = recordOf(release).openshift;
    const [major = 4, minor = 19] = (documented ?? "").split(".").map(Number);
    return documented !== null && minor > GATEWAYS_SINCE[1]
        ? { least: [major, minor, 0], because: `release ${release} is documented for it` }
        : { least: GATEWAYS_SINCE, because: "the gateway of Models-as-a-Service needs it" };
}

const CONFIG = "config.openshift.io/v1";
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/** The registry of `redhat-operators` and of the models' images. */
const REGISTRY = "registry.redhat.io";

/** The catalogues from which operators are installed. */
const CATALOGS = ["redhat-operators", "certified-operators"] as const;

/** The numbers of a version, such as 4.19.9. */
function versionOf(text: string): readonly number[] | undefined {
    return /^v?(\d+)\.(\d+)(?:\.(\d+))?/
        .exec(text)
        ?.slice(1)
        .map((number) => Number(number ?? 0));
}

/** Whether a version comes before another; numbers that one of them lacks are 0. */
function older(a: readonly number[], b: readonly number[]): boolean {
    const at = [0, 1, 2].find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
    return at !== undefined && (a[at] ?? 0) < (b[at] ?? 0);
}

/** Whether a version of OpenShift is too old for a stack, or newer than what this program is made for. */
export function judgeOpenShift(text: string, settings: Settings): Verdict {
    const parsed = versionOf(text) ?? [];
    const { least, because } = leastOpenShift(settings);
    if (older(parsed, least)) {
        return failed(
            `OpenShift ${text}, not ${least.join(".")} or later: ${because}`,
            `update it to ${TESTED.join(".")}: oc adm upgrade`,
        );
    }
    return older(TESTED, parsed.slice(0, 2))
        ? unknown(
              `OpenShift ${text}, newer than ${TESTED.join(".")}, for which this program is made`,
              "rehearse with the CRDs of your release, and try it on a test cluster",
          )
        : passed(`OpenShift ${text}`);
}

export const clusterChecks: readonly Precondition[] = [
    {
        id: "openshift-version",
        what: "OpenShift 4.19.9 or later, 4.20 for llm-d's routing, and no update in progress",
        why: "OpenShift AI and llm-d need APIs that older releases do not have; an update restarts nodes while operators are installed",
        async check(reads, { settings }) {
            const version = await reads.get(CONFIG, "clusterversions", "version");
            const text = (version?.status?.["desired"] as { version?: string } | undefined)?.version;
            if (text === undefined || versionOf(text) === undefined) {
                return failed(
                    "there is no ClusterVersion: this is not an OpenShift cluster",
                    "log in to an OpenShift cluster (KUBECONFIG)",
                );
            }
            const verdict = judgeOpenShift(text, settings);
            if (verdict.status === "failed") {
                return verdict;
            }
            if (isTrue(version, "Progressing") || isTrue(version, "Failing")) {
                const doing = isTrue(version, "Progressing") ? "an update is in progress" : "its operators report a failure";
                return failed(`OpenShift ${text}, but ${doing}`, "wait until it has finished, or repair it: oc adm upgrade");
            }
            return verdict;
        },
    },
    {
        id: "kubernetes-version",
        what: "Kubernetes is that of OpenShift 4.19 or later, or of 4.20 for llm-d's routing",
        why: "the CRDs of the operators use validation rules that older API servers do not support",
        async check(reads, { settings }) {
            const text = await reads.version();
            const parsed = versionOf(text);
            const [, minor] = leastOpenShift(settings).least;
            return parsed !== undefined && !older(parsed, [1, minor + 13])
                ? passed(text)
                : failed(text, "update OpenShift, which includes Kubernetes");
        },
    },
    {
        id: "cluster-admin",
        what: "you are cluster-admin",
        why: "the program creates operators, machines, CRDs and cluster-scoped objects",
        async check(reads) {
            return (await reads.isAdmin())
                ? passed("all verbs on all resources in all namespaces are allowed")
                : failed(
                      "some verbs or resources are not allowed",
                      "log in as a cluster-admin, or: oc adm policy add-cluster-role-to-user cluster-admin <you>",
                  );
        },
    },
    {
        id: "same-cluster",
        what: "the cluster is the one that the stack file names",
        why: "otherwise machines and host names are created for another cluster than the one that you are logged in to",
        async check(reads, { settings }) {
            const [infrastructure, ingress] = await Promise.all([
                reads.get(CONFIG, "infrastructures", "cluster"),
                reads.get(CONFIG, "ingresses", "cluster"),
            ]);
            const status = infrastructure?.status as
                { infrastructureName?: string; platformStatus?: { type?: string; aws?: { region?: string } } } | undefined;
            if (status?.platformStatus?.type !== "AWS") {
                return failed(
                    `its platform is ${status?.platformStatus?.type ?? "not reported"}`,
                    "use a cluster on AWS: GPU nodes are EC2 instances",
                );
            }
            const { domain, region, infrastructureName } = settings.cluster;
            const pairs = [
                ["cluster.infrastructureName", infrastructureName, status.infrastructureName],
                ["cluster.region", region, status.platformStatus.aws?.region],
                ["cluster.domain", domain, (ingress?.spec as { domain?: string } | undefined)?.domain],
            ] as const;
            const wrong = pairs.filter(([, given, is]) => given !== undefined && given !== is);
            return wrong.length === 0
                ? passed(
                      `${status.infrastructureName ?? "unnamed"} in ${status.platformStatus.aws?.region ?? "an unknown region"}`,
                  )
                : failed(
                      wrong
                          .map(([key, given, is]) => `${key} is ${given}, but the cluster's is ${is ?? "not reported"}`)
                          .join("; "),
                      "log in to the right cluster (KUBECONFIG, cluster.context), or correct the stack file",
                  );
        },
    },
    {
        id: "no-placeholders",
        what: "the stack file has no values of the example cluster",
        why: "otherwise the program writes host names that do not exist into your cluster",
        async check(reads, { settings }) {
            const domain = (await reads.get(CONFIG, "ingresses", "cluster"))?.spec?.["domain"];
            if (typeof domain === "string" && isPlaceholder(domain)) {
                return passed("the cluster is the example cluster");
            }
            const found = placeholdersIn(settings);
            return found.length === 0
                ? passed("none")
                : failed(
                      found.map(({ path, value }) => `${path} is ${value}`).join("; "),
                      found.map(({ path, remedy }) => `${path}: ${remedy}`).join("; "),
                  );
        },
    },
    {
        id: "storage-class",
        what: "one StorageClass is the default",
        why: "databases, traces and metrics request volumes without a StorageClass",
        async check(reads) {
            const classes = await reads.list("storage.k8s.io/v1", "storageclasses");
            const names = classes.map(({ metadata }) => metadata.name).sort();
            const chosen = classes
                .filter(({ metadata }) => annotationsOf(metadata)[DEFAULT_CLASS] === "true")
                .map(({ metadata }) => metadata.name)
                .sort();
            if (chosen.length === 1) {
                return passed(chosen[0]!);
            }
            return chosen.length === 0
                ? failed(
                      names.length === 0 ? "there is no StorageClass" : `none of ${names.join(", ")} is the default`,
                      `oc annotate storageclass ${names[0] ?? "<name>"} ${DEFAULT_CLASS}=true`,
                  )
                : failed(
                      `${chosen.join(" and ")} are defaults`,
                      `keep one: oc annotate storageclass ${chosen[1]!} ${DEFAULT_CLASS}=false --overwrite`,
                  );
        },
    },
    {
        id: "pull-secret",
        what: `the pull secret has credentials for ${REGISTRY}`,
        why: "images of operators, vLLM and ModelCars are pulled from it",
        async check(reads) {
            const secret = await reads.get("v1", "secrets", "pull-secret", "openshift-config");
            const registries = registriesOf((secret?.["data"] as Record<string, string> | undefined)?.[".dockerconfigjson"]);
            const remedy = `add the pull secret of console.redhat.com: oc set data secret/pull-secret -n openshift-config --from-file=.dockerconfigjson=<file>`;
            if (registries === undefined) {
                return failed("there is no readable pull secret in openshift-config", remedy);
            }
            // Only the names of registries are read, never the credentials.
            return registries.includes(REGISTRY)
                ? passed(registries.join(", "))
                : failed(`it has credentials for ${registries.length === 0 ? "no registry" : registries.join(", ")}`, remedy);
        },
    },
    {
        id: "apps-domain",
        what: "the apps domain is apps.<base domain>",
        why: "certificates are requested for the base domain, and Routes use the apps domain",
        async check(reads) {
            const [dns, ingress] = await Promise.all([
                reads.get(CONFIG, "dnses", "cluster"),
                reads.get(CONFIG, "ingresses", "cluster"),
            ]);
            const base = (dns?.spec as { baseDomain?: string } | undefined)?.baseDomain;
            const apps = (ingress?.spec as { domain?: string } | undefined)?.domain;
            if (base === undefined || apps === undefined) {
                return failed(
                    "DNS/cluster or Ingress/cluster does not report its domain",
                    "check: oc get dns,ingress.config cluster -o yaml",
                );
            }
            return apps === `apps.${base}`
                ? passed(apps)
                : failed(
                      `the base domain is ${base}, but the apps domain is ${apps}`,
                      `a wildcard for *.${apps} must exist in DNS and in the router's certificate; then list apps-domain in cluster.acceptFailing`,
                  );
        },
    },
    {
        id: "catalogs",
        what: `the operator catalogues ${CATALOGS.join(" and ")} are ready`,
        why: "operators are installed from them",
        async check(reads, { settings }) {
            const sources = await reads.list("operators.coreos.com/v1alpha1", "catalogsources", "openshift-marketplace");
            const others = [...new Set(Object.values(settings.operators).flatMap((own) => own.source ?? []))];
            const elsewhere = await Promise.all(
                others.map(({ name, namespace }) =>
                    reads.get("operators.coreos.com/v1alpha1", "catalogsources", name, namespace),
                ),
            );
            const wanted: readonly string[] = [...CATALOGS, ...others.map(({ name }) => name)];
            const silent = wanted.flatMap((name) => {
                const source = [...sources, ...elsewhere].find((one) => one?.metadata.name === name);
                const state = (source?.status?.["connectionState"] as { lastObservedState?: string } | undefined)
                    ?.lastObservedState;
                return state === "READY" ? [] : [`${name} is ${source === undefined ? "missing" : (state ?? "not connected")}`];
            });
            // One source that does not answer keeps OLM from resolving any Subscription.
            const broken = sources.flatMap(({ metadata: { name }, status }) => {
                const state = (status?.["connectionState"] as { lastObservedState?: string } | undefined)?.lastObservedState;
                const known = wanted.includes(name);
                return state === "TRANSIENT_FAILURE" && !known ? [`${name} is ${state}, which stops every Subscription`] : [];
            });
            return silent.length + broken.length === 0
                ? passed(wanted.join(", "))
                : failed(
                      [...silent, ...broken].join("; "),
                      `${broken.length === 0 ? "" : "repair or remove what does not answer (oc delete catalogsource <name> -n openshift-marketplace); "}enable the default sources (oc get operatorhub cluster -o yaml) and check the pods in openshift-marketplace`,
                  );
        },
    },
];

function annotationsOf(metadata: object): Readonly<Record<string, string>> {
    return (metadata as { annotations?: Record<string, string> }).annotations ?? {};
}

/** Names of registries in a pull secret, sorted; undefined when it cannot be read. */
function registriesOf(encoded: string | undefined): string[] | undefined {
    try {
        const { auths } = JSON.parse(Buffer.from(encoded ?? "", "base64").toString("utf8")) as { auths?: object };
        return Object.keys(auths ?? {}).sort();
    } catch {
        return undefined;
    }
}
