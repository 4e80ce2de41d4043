/** The objects that Argo CD needs beside the manifests: an Application, its project, the rights of its controller, and checks of health. */
import { argoCdJudges, READY_WHEN, readyCheck, replacedChecks } from "../../catalogue/gitops/gitops";
import { type ArgoCdVersion, argoCdRefreshes } from "../../catalogue/gitops/versions";
import { groupOf, type Manifest, type Rendered } from "./rendering";
import { resourceOf } from "./waits";

/** The repository in which Argo CD finds the manifests, and its own namespace. */
export interface ArgoCdPlace {
    readonly repo: string;
    readonly revision: string;
    /** Folder of the manifests in the repository. */
    readonly path: string;
    /** Namespace of the instance. */
    readonly namespace: string;
    /** Its minor version. */
    readonly version: ArgoCdVersion;
}

/** The instance that OpenShift GitOps creates. Source: redhat-developer/gitops-operator@v1.18.0:controllers/argocd/argocd.go. */
export const ARGO_CD = "openshift-gitops";

const ARGO_API = "argoproj.io/v1alpha1";
/** Key of Argo CD's configuration that switches Lua's libraries on for the checks of a kind. */
export const OPEN_LIBS = "resource.customizations.useOpenLibs.";
const RBAC = "rbac.authorization.k8s.io";
const CLUSTER = "https://kubernetes.default.svc";

/**
 * Nothing is deleted and nothing is put back by itself, as section 3.1 of alpha-hack-program/llm-d-guide has it. The sync is tried
 * again without end: operators take longer than the five times of the default. Each time it takes the newest commit, where Argo CD can;
 * otherwise one that mends what fails is not read before the operation is ended. Source: argoproj/argo-cd@v3.3.12:controller/appcontroller.go.
 * Syncs fail on the way, when a kind has come that Argo CD has not read yet and cannot compare: the pauses between the tries stay short. Source:
 * argoproj/argo-cd@v3.3.12:gitops-engine/pkg/diff/diff.go (removeWebhookMutation).
 */
export function application(
    { stack, renderings }: Rendered,
    { repo, revision, path, namespace, version }: ArgoCdPlace,
): Manifest {
    const ignored = renderings.flatMap(({ manifest, ignores }) =>
        ignores === undefined
            ? []
            : [
                  {
                      group: groupOf(manifest.apiVersion),
                      kind: manifest.kind,
                      name: manifest.metadata.name,
                      ...(manifest.metadata.namespace !== undefined && { namespace: manifest.metadata.namespace }),
                      jsonPointers: [...ignores],
                  },
              ],
    );
    return {
        apiVersion: ARGO_API,
        kind: "Application",
        // Compared by the API server: Argo CD itself knows no defaults inside lists (ExternalSecret, DevWorkspace), and would call them changed.
        metadata: {
            name: `maas-${stack}`,
            namespace,
            annotations: { "argocd.argoproj.io/compare-options": "ServerSideDiff=true" },
        },
        spec: {
            project: `maas-${stack}`,
            source: { repoURL: repo, targetRevision: revision, path, directory: { recurse: true } },
            destination: { server: CLUSTER },
            ...(ignored.length > 0 && { ignoreDifferences: ignored }),
            syncPolicy: {
                automated: { prune: false, selfHeal: false },
                syncOptions: ["ServerSideApply=true", "RespectIgnoreDifferences=true", "CreateNamespace=false"],
                retry: {
                    limit: -1,
                    ...(argoCdRefreshes(version) && { refresh: true }),
                    backoff: { duration: "10s", factor: 2, maxDuration: "2m" },
                },
            },
        },
    };
}

/** A project that admits this repository, this cluster, and the kinds of the stack alone. */
export function project({ stack, renderings }: Rendered, { repo, namespace }: ArgoCdPlace): Manifest {
    const kinds = (scoped: boolean): { group: string; kind: string }[] =>
        distinct(
            renderings
                .filter(({ manifest }) => (manifest.metadata.namespace !== undefined) === scoped)
                .map(({ manifest }) => ({ group: groupOf(manifest.apiVersion), kind: manifest.kind })),
        );
    const namespaces = distinct(renderings.map(({ manifest }) => manifest.metadata.namespace ?? ""));
    return {
        apiVersion: ARGO_API,
        kind: "AppProject",
        metadata: { name: `maas-${stack}`, namespace },
        spec: {
            description: `Models-as-a-Service, stack ${stack}`,
            sourceRepos: [repo],
            destinations: namespaces.map((one) => ({ server: CLUSTER, namespace: one })),
            clusterResourceWhitelist: kinds(false),
            namespaceResourceWhitelist: kinds(true),
        },
    };
}

/** The rights of the controller on the kinds of the stack. To grant rights that it does not have itself, it needs `bind` and `escalate`. */
export function roles({ stack, renderings }: Rendered, { namespace }: ArgoCdPlace): readonly Manifest[] {
    const name = `maas-${stack}-argocd`;
    const byGroup = new Map<string, Set<string>>();
    for (const { manifest } of renderings) {
        const { group, plural } = resourceOf(manifest.kind, manifest.apiVersion);
        byGroup.set(group, (byGroup.get(group) ?? new Set<string>()).add(plural));
    }
    const rules = [...byGroup]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([group, plurals]) => ({
            apiGroups: [group],
            resources: [...plurals].sort(),
            verbs: [
                ...["get", "list", "watch", "create", "update", "patch", "delete"],
                ...(group === RBAC ? ["bind", "escalate"] : []),
            ],
        }));
    return [
        { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name }, rules },
        {
            apiVersion: `${RBAC}/v1`,
            kind: "ClusterRoleBinding",
            metadata: { name },
            roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
            subjects: [{ kind: "ServiceAccount", name: `${namespace}-argocd-application-controller`, namespace }],
        },
    ];
}

/**
 * Kinds that Argo CD would take for healthy at once: each gets the same check, which reads what an object waits for from the object. And
 * those whose own check would wait without end.
 */
export function healthChecks({ renderings }: Rendered): readonly { group: string; kind: string; check: string }[] {
    const there = distinct(renderings.map(({ manifest }) => ({ group: groupOf(manifest.apiVersion), kind: manifest.kind })));
    const waited = renderings
        .filter(({ manifest }) => manifest.metadata.annotations?.[READY_WHEN] !== undefined)
        .map(({ manifest }) => ({ group: groupOf(manifest.apiVersion), kind: manifest.kind }))
        .filter(({ group, kind }) => !argoCdJudges(group, kind));
    const [ready, replaced] = [readyCheck(), replacedChecks()];
    return [
        ...there.flatMap((one) => {
            const check = replaced.get(`${one.group}/${one.kind}`);
            return check === undefined ? [] : [{ ...one, check }];
        }),
        ...distinct(waited).map((one) => ({ ...one, check: ready })),
    ];
}

/**
 * The checks as part of the instance. The list is atomic: checks of others belong into it as well. Argo CD runs them without Lua's library of
 * texts unless that is switched on for the kind; a check that misses it fails, and its object never becomes healthy. Source:
 * argoproj/argo-cd@v3.1.10:util/lua/lua.go, argoproj-labs/argocd-operator@v0.14.1:api/v1beta1/argocd_types.go (extraConfig).
 */
export function healthPatch(rendered: Rendered, { namespace }: ArgoCdPlace): Manifest {
    const checks = healthChecks(rendered);
    const libraries = checks
        .filter(({ check }) => check.includes("string."))
        .map(({ group, kind }) => [`${OPEN_LIBS}${group === "" ? kind : `${group}_${kind}`}`, "true"]);
    return {
        apiVersion: "argoproj.io/v1beta1",
        kind: "ArgoCD",
        metadata: { name: namespace, namespace },
        spec: { resourceHealthChecks: checks, extraConfig: Object.fromEntries(libraries) as object },
    };
}

function distinct<T>(values: readonly T[]): T[] {
    return [...new Map(values.map((value) => [JSON.stringify(value), value])).entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, value]) => value);
}
