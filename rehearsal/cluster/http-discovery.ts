import type { MemoryCluster } from "./memory";

/** The short names that people type of Kubernetes' own kinds and of OLM's. Source: their API references. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
    configmaps: ["cm"],
    namespaces: ["ns"],
    nodes: ["no"],
    persistentvolumeclaims: ["pvc"],
    persistentvolumes: ["pv"],
    pods: ["po"],
    resourcequotas: ["quota"],
    serviceaccounts: ["sa"],
    services: ["svc"],
    events: ["ev"],
    daemonsets: ["ds"],
    deployments: ["deploy"],
    replicasets: ["rs"],
    statefulsets: ["sts"],
    cronjobs: ["cj"],
    networkpolicies: ["netpol"],
    poddisruptionbudgets: ["pdb"],
    storageclasses: ["sc"],
    customresourcedefinitions: ["crd", "crds"],
    catalogsources: ["catsrc"],
    clusterserviceversions: ["csv", "csvs"],
    installplans: ["ip"],
    operatorgroups: ["og"],
    subscriptions: ["sub", "subs"],
};

/** Answers the paths by which clients learn what is served; undefined for any other path. */
export function discovery(cluster: MemoryCluster, path: string): object | undefined {
    const parts = path.split("/").filter((part) => part !== "");
    if (path === "/version") {
        return {
            major: "1",
            minor: "34",
            gitVersion: "v1.34.4+rehearsal",
            gitCommit: "",
            gitTreeState: "clean",
            platform: "linux/amd64",
        };
    }
    if (["/healthz", "/livez", "/readyz"].includes(path)) {
        return { status: "ok" };
    }
    if (parts.length === 1 && parts[0] === "api") {
        return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
    }
    if (parts.length === 1 && parts[0] === "apis") {
        const groups = new Map<string, string[]>();
        for (const { group, version } of cluster.servedKinds()) {
            const versions = groups.get(group) ?? [];
            if (group !== "" && !versions.includes(version)) {
                groups.set(group, [...versions, version]);
            }
        }
        return {
            kind: "APIGroupList",
            apiVersion: "v1",
            groups: [...groups].map(([name, versions]) => groupOf(name, versions)),
        };
    }
    if (parts.length === 2 && parts[0] === "apis") {
        const versions = [
            ...new Set(
                cluster
                    .servedKinds()
                    .filter((kind) => kind.group === parts[1])
                    .map((kind) => kind.version),
            ),
        ];
        return versions.length > 0 ? { kind: "APIGroup", apiVersion: "v1", ...groupOf(parts[1]!, versions) } : undefined;
    }
    const apiVersion =
        path === "/api/v1" ? "v1" : parts.length === 3 && parts[0] === "apis" ? `${parts[1]}/${parts[2]}` : undefined;
    const kinds = apiVersion === undefined ? [] : cluster.servedKinds().filter((kind) => kind.apiVersion === apiVersion);
    if (kinds.length === 0) {
        return undefined;
    }
    const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    return {
        kind: "APIResourceList",
        apiVersion: "v1",
        groupVersion: apiVersion,
        resources: kinds.flatMap(({ plural, kind, namespaced, statusSubresource }) => [
            {
                name: plural,
                singularName: kind.toLowerCase(),
                namespaced,
                kind,
                verbs,
                ...(shortNames[plural] && { shortNames: shortNames[plural] }),
            },
            ...(statusSubresource
                ? [{ name: `${plural}/status`, singularName: "", namespaced, kind, verbs: ["get", "patch", "update"] }]
                : []),
        ]),
    };
}

function groupOf(name: string, versions: readonly string[]): object {
    const known = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: known, preferredVersion: known[0] };
}
