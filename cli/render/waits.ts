/** Jobs that wait for what gates of the program wait for. */
import { filled, gates, type Right, type ScriptedGate } from "../../catalogue/gitops/gitops";
import { RECORDS_NAMESPACE } from "../../catalogue/records";
import { registeredKinds, registeredPatches } from "../../kinds";
import { shippedKinds } from "../../rehearsal/cluster/served-kinds";
import type { Manifest } from "./rendering";

/** Name of the account of the Jobs, and of its role. */
export const WAITS = "maas-waits";

/** Has `oc` and `bash`. Source: catalog.redhat.com, openshift4/ose-cli-rhel9. */
const IMAGE = "registry.redhat.io/openshift4/ose-cli-rhel9:v4.21";
/** The time for which a Job waits, in seconds; Argo CD then syncs again. */
const DEADLINE = 3600;

/**
 * `at "Kind namespace/name"` sets kind, name and namespace; `there` waits until an object exists; `holds` until it is as `oc wait` has it,
 * which fails at once where there is no list of conditions yet (a CRD that was just created) or the API server does not answer.
 */
const PRELUDE = [
    "set -eu",
    'at() { kind=${1%% *}; name=${1#* }; where=; case "$name" in */*) where="--namespace=${name%%/*}"; name=${name#*/};; esac; }',
    'there() { until oc get "$@" -o name >/dev/null 2>&1; do sleep 5; done; }',
    'holds() { until oc wait "$@" --timeout=5m; do sleep 5; done; }',
];

/** Kinds that no part of this program writes, and gates wait for. Source: istio/api@v1.27.0:kubernetes/customresourcedefinitions.gen.yaml. */
const OTHERS: Readonly<Record<string, readonly [group: string, plural: string]>> = {
    EnvoyFilter: ["networking.istio.io", "envoyfilters"],
};

/** The script of a gate, if a Job can wait for it. @param data what its record says */
export function scriptOf(gate: string, data: Readonly<Record<string, unknown>>): ScriptedGate | undefined {
    const known = gates[gate];
    return known !== undefined && "script" in known && known.needs.every((key) => typeof data[key] === "string")
        ? known
        : undefined;
}

/** The Job that waits instead of a gate. */
export function waitJob(name: string, gate: ScriptedGate, data: Readonly<Record<string, unknown>>): Manifest {
    const env = [...gate.needs, ...gate.optional].map((key) => ({ name: key, value: text(data[key]) }));
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: {
            name,
            namespace: RECORDS_NAMESPACE,
            labels: { "maas-platform.io/waits": "true" },
            annotations: {
                "argocd.argoproj.io/hook": "Sync",
                "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
            },
        },
        spec: {
            activeDeadlineSeconds: DEADLINE,
            backoffLimit: 2,
            template: {
                spec: {
                    serviceAccountName: WAITS,
                    restartPolicy: "Never",
                    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                    containers: [
                        {
                            name: "wait",
                            image: IMAGE,
                            command: ["/bin/bash", "-c", [...PRELUDE, ...gate.script].join("\n")],
                            env,
                            resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "200m", memory: "256Mi" } },
                            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                        },
                    ],
                },
            },
        },
    };
}

/** The rights of a Job: those of its script, and to read the object that it waits for. */
export function rightsOf(gate: ScriptedGate, data: Readonly<Record<string, unknown>>): readonly Right[] {
    const [kind, name] = text(data["object"]).split(" ");
    if (kind === undefined || kind === "" || name === undefined) {
        return gate.rights;
    }
    const { group, plural } = resourceOf(kind);
    const object = { group, resources: [plural], verbs: ["get"], resourceNames: [name.slice(name.indexOf("/") + 1)] };
    return [...gate.rights, object];
}

/** Group and plural of a kind, by its name alone. @throws Error for a kind that nothing here knows */
export function resourceOf(kind: string, apiVersion?: string): { readonly group: string; readonly plural: string } {
    const { kubernetes, openshift } = shippedKinds();
    const shipped = [...kubernetes, ...openshift].find(
        (one) => one.kind === kind && (apiVersion === undefined || one.apiVersion === apiVersion),
    );
    const own = [...registeredKinds().values(), ...registeredPatches().values()].find(
        (one) => one.kind === kind && (apiVersion === undefined || one.apiVersion === apiVersion),
    );
    const found = shipped ?? own;
    if (found !== undefined) {
        return { group: found.apiVersion.includes("/") ? found.apiVersion.split("/")[0]! : "", plural: found.plural };
    }
    const other = OTHERS[kind];
    if (other === undefined && apiVersion === undefined) {
        throw new Error(`no plural of kind ${kind} is known`);
    }
    return other === undefined
        ? { group: apiVersion!.includes("/") ? apiVersion!.split("/")[0]! : "", plural: `${kind.toLowerCase()}s` }
        : { group: other[0], plural: other[1] };
}

/** The account of the Jobs with its role. @param rights of all of them */
export function waitAccount(rights: readonly Right[]): readonly Manifest[] {
    const rules = merged(rights).map(({ group, resources, verbs, resourceNames }) => ({
        apiGroups: [group],
        resources: [...resources],
        verbs: [...verbs],
        ...(resourceNames !== undefined && { resourceNames: [...resourceNames] }),
    }));
    const rbac = "rbac.authorization.k8s.io";
    return [
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: WAITS, namespace: RECORDS_NAMESPACE } },
        { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name: WAITS }, rules },
        {
            apiVersion: `${rbac}/v1`,
            kind: "ClusterRoleBinding",
            metadata: { name: WAITS },
            roleRef: { apiGroup: rbac, kind: "ClusterRole", name: WAITS },
            subjects: [{ kind: "ServiceAccount", name: WAITS, namespace: RECORDS_NAMESPACE }],
        },
    ];
}

/** Each rule once, names of the same resource in one, in a fixed order. */
function merged(rights: readonly Right[]): readonly Right[] {
    const byKey = new Map<string, Right>();
    for (const right of rights) {
        const key = JSON.stringify([right.group, right.resources, right.verbs, right.resourceNames !== undefined]);
        const names = [...new Set([...(byKey.get(key)?.resourceNames ?? []), ...(right.resourceNames ?? [])])].sort();
        byKey.set(key, { ...right, ...(right.resourceNames !== undefined && { resourceNames: names }) });
    }
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, right]) => right);
}

/** The step that a person takes instead of a gate, with the values of its record. */
export function insteadOfGate(
    gate: string,
    hook: string,
    data: Readonly<Record<string, unknown>>,
    stack: string,
): { readonly why: string; readonly instead: string } {
    const known = gates[gate];
    return known === undefined || "script" in known
        ? { why: `waits: ${hook}`, instead: "see that it holds before the next wave" }
        : { why: filled(known.does, { ...data, stack }), instead: filled(known.instead, { ...data, stack }) };
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}
