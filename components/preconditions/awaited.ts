/** Objects that a stack needs and somebody else brings: read from the records of its plan, and looked for on a cluster. */
import {
    EXPECTED_AUTHORITY,
    EXPECTED_DEPLOYMENT,
    EXPECTED_EXTERNAL_SECRETS,
    EXPECTED_LABEL,
    EXPECTED_LOKI,
    EXPECTED_NODES,
    EXPECTED_OPERATOR,
    EXPECTED_SECRET,
} from "../../catalogue/records";
import { createCommand, fromFiles, missingKeys, SECRET_MINUTES } from "../secretByHand";
import { KubeError, type KubeObject } from "../kube";
import type { Reads } from "./reads";

/** Something that a stack needs and does not create. */
export interface Awaited {
    /** A kind of Kubernetes; `Subscription` stands for an operator, `Node` for the nodes of a pool. */
    readonly kind: "Secret" | "ConfigMap" | "Deployment" | "LokiStack" | "Node" | "Subscription";
    /** Absent for nodes. */
    readonly namespace?: string;
    /** Of the object, the pool or the package. */
    readonly name: string;
    /** The parts that it must have: keys of a Secret or ConfigMap, containers of a Deployment, labels of nodes. */
    readonly has: readonly string[];
    /** The number that there must be; absent: one. */
    readonly count?: number;
    /** The settings that ask for it. */
    readonly setting: string;
}

/** Its state on the cluster. */
export interface AwaitedNow extends Awaited {
    /** `incomplete`: it is there without something that it must have. `unknown`: the cluster does not tell. */
    readonly state: "present" | "incomplete" | "absent" | "unknown";
    /** The state in words. */
    readonly found: string;
    /** The way to bring it; absent when it is there. */
    readonly remedy?: string;
}

/** A resource of a plan. */
interface Planned {
    readonly type: string;
    readonly inputs: object;
}

type Data = Readonly<Record<string, string>>;

interface Seen extends Pick<AwaitedNow, "state" | "found"> {
    /** The parts that it lacks. Default: none. */
    readonly missing?: readonly string[];
}

const WAITS = `waits (${SECRET_MINUTES} minutes)`;
const PRESENT: Seen = { state: "present", found: "present" };
const ABSENT: Seen = { state: "absent", found: "absent" };

/** The object that a record of a sort describes, by the value of {@link EXPECTED_LABEL}. */
const SORTS: Readonly<Record<string, (data: Data) => Awaited>> = {
    [EXPECTED_SECRET]: ({ namespace, secret, keys, setting }) => ({
        kind: "Secret",
        namespace: namespace!,
        name: secret!,
        has: words(keys),
        setting: setting!,
    }),
    [EXPECTED_AUTHORITY]: ({ namespace, configMap, key, setting }) => ({
        kind: "ConfigMap",
        namespace: namespace!,
        name: configMap!,
        has: words(key),
        setting: setting!,
    }),
    [EXPECTED_DEPLOYMENT]: ({ namespace, deployment, container }) => ({
        kind: "Deployment",
        namespace: namespace!,
        name: deployment!,
        has: words(container),
        setting: "agents[]",
    }),
    [EXPECTED_EXTERNAL_SECRETS]: ({ namespace }) => ({
        kind: "Deployment",
        namespace: namespace!,
        name: "external-secrets",
        has: [],
        setting: "identity.externalSecrets",
    }),
    [EXPECTED_LOKI]: ({ namespace, name, setting }) => ({
        kind: "LokiStack",
        namespace: namespace!,
        name: name!,
        has: [],
        setting: setting!,
    }),
    [EXPECTED_NODES]: ({ pool, nodes, nodeSelector }) => ({
        kind: "Node",
        name: pool!,
        has: Object.entries(JSON.parse(nodeSelector!) as Data).map(([label, value]) => `${label}=${value}`),
        count: Number(nodes),
        setting: "gpu.pools[].existing",
    }),
    [EXPECTED_OPERATOR]: ({ namespace, package: name }) => ({
        kind: "Subscription",
        namespace: namespace!,
        name: name!,
        has: [],
        setting: `operators.${name!}.existing`,
    }),
};

/** The objects that somebody else brings to a stack, in the order of their titles: each once, with all that it must have. */
export function awaitedOf(resources: readonly Planned[]): Awaited[] {
    const all = new Map<string, Awaited>();
    for (const { inputs } of resources) {
        const { metadata, data } = inputs as { metadata?: { labels?: Data }; data?: Data };
        const awaited = data && SORTS[metadata?.labels?.[EXPECTED_LABEL] ?? ""]?.(data);
        if (awaited !== undefined) {
            const known = all.get(titleOf(awaited));
            all.set(titleOf(awaited), known === undefined ? awaited : both(known, awaited));
        }
    }
    return [...all.values()].sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
}

/** Names of the namespaces that a stack creates, as far as they are known in a plan. */
export function namespacesOf(resources: readonly Planned[]): Set<string> {
    return new Set(
        resources
            .filter(({ type }) => type === "kubernetes:core/v1:Namespace")
            .flatMap(({ inputs }) => (inputs as { metadata?: { name?: string } }).metadata?.name ?? []),
    );
}

/**
 * Looks for the objects that somebody else brings. Of Secrets it looks at the names of their keys, and whether they have values. A question
 * that the cluster does not answer is a state, not an error.
 *
 * @param created the namespaces that the stack creates
 */
export function awaitedNow(reads: Reads, awaited: readonly Awaited[], created: ReadonlySet<string>): Promise<AwaitedNow[]> {
    return Promise.all(
        awaited.map(async (one) => {
            try {
                return { ...one, ...(await nowOf(reads, one, created)) };
            } catch (error) {
                const why = error instanceof KubeError && error.code === 403 ? "reading is not allowed: " : "";
                const remedy = `log in as a cluster-admin, or look for it: ${lookCommand(one)}`;
                return { ...one, state: "unknown" as const, found: `not known: ${why}${(error as Error).message}`, remedy };
            }
        }),
    );
}

const TITLES: Readonly<Partial<Record<Awaited["kind"], string>>> = { Node: "Nodes of pool", Subscription: "Operator" };

/** The title of an object: `Secret llm/object-storage`. */
export function titleOf({ kind, namespace, name }: Awaited): string {
    return `${TITLES[kind] ?? kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

async function nowOf(reads: Reads, one: Awaited, created: ReadonlySet<string>): Promise<Omit<AwaitedNow, keyof Awaited>> {
    const seen = await LOOKS[one.kind](reads, one);
    const { state, found } = seen;
    if (state === "present") {
        return { state, found };
    }
    const { kind, namespace, name } = one;
    const bring = bringing(one, seen);
    // Whoever brings an application or an operator brings its namespace.
    const alone = state === "absent" && namespace !== undefined && (kind === "Secret" || kind === "ConfigMap");
    if (!alone || (await reads.get("v1", "namespaces", namespace)) !== undefined) {
        return { state, found, remedy: kind === "Secret" ? `${bring}, before \`up\` or while it ${WAITS}` : bring };
    }
    const remedy = created.has(namespace)
        ? `\`up\` creates namespace ${namespace} and ${WAITS} for ${kind} ${name}; then, or before the next \`up\`: ${bring}`
        : `create namespace ${namespace}, if no operator of the stack brings it; then ${bring}`;
    return { state, found: `${found}; there is no namespace ${namespace} yet`, remedy };
}

/** The way to look for each kind. */
const LOOKS: Readonly<Record<Awaited["kind"], (reads: Reads, one: Awaited) => Promise<Seen>>> = {
    Secret: async (reads, { name, namespace, has }) =>
        having("key", await reads.get("v1", "secrets", name, namespace), (object) => missingKeys(object, has)),
    ConfigMap: async (reads, { name, namespace, has }) =>
        having("key", await reads.get("v1", "configmaps", name, namespace), ({ data }) =>
            has.filter((key) => !Object.hasOwn((data ?? {}) as object, key)),
        ),
    Deployment: async (reads, { name, namespace, has }) =>
        having("container", await reads.get("apps/v1", "deployments", name, namespace), ({ spec }) => {
            const { containers = [] } = (spec?.["template"] as PodTemplate | undefined)?.spec ?? {};
            return has.filter((container) => containers.every((one) => one.name !== container));
        }),
    LokiStack: async (reads, { name, namespace }) =>
        (await reads.get("loki.grafana.com/v1", "lokistacks", name, namespace)) === undefined ? ABSENT : PRESENT,
    Node: async (reads, { has, count = 1 }) => {
        const labelled = (await reads.list("v1", "nodes")).filter(({ metadata }) => {
            const { labels = {} } = metadata as { labels?: Data };
            return has.every((label) => Object.entries(labels).some(([key, value]) => label === `${key}=${value}`));
        });
        const there = labelled.length;
        return there >= count ? PRESENT : there === 0 ? ABSENT : { state: "incomplete", found: `${there} of ${count} present` };
    },
    Subscription: async (reads, { name, namespace }) => {
        const all = (await reads.list("operators.coreos.com/v1alpha1", "subscriptions")).filter(
            ({ spec }) => spec?.["name"] === name,
        );
        const [elsewhere] = all.filter(({ metadata }) => metadata.namespace !== namespace);
        return elsewhere !== undefined
            ? { state: "incomplete", found: `present in namespace ${elsewhere.metadata.namespace ?? ""}` }
            : all.length > 0
              ? PRESENT
              : ABSENT;
    },
};

interface PodTemplate {
    readonly spec?: { readonly containers?: readonly { readonly name: string }[] };
}

/** The state of an object that must have something. */
function having(what: string, object: KubeObject | undefined, missingOf: (object: KubeObject) => readonly string[]): Seen {
    if (object === undefined) {
        return ABSENT;
    }
    const missing = missingOf(object);
    return missing.length === 0
        ? PRESENT
        : { state: "incomplete", found: `present, without ${missing.map((one) => `${what} ${one}`).join(" and ")}`, missing };
}

/** The step that brings an object, or completes it. */
function bringing({ kind, namespace, name, has, count = 1, setting }: Awaited, { state, missing = [] }: Seen): string {
    const absent = state === "absent";
    switch (kind) {
        case "Secret":
            return absent
                ? createCommand({ namespace: namespace!, secret: name, keys: has })
                : `oc set data secret/${name} -n ${namespace!} ${fromFiles(missing)}`;
        case "ConfigMap":
            return absent
                ? `oc create configmap ${name} -n ${namespace!} ${fromFiles(has)}, before \`up\``
                : `oc set data configmap/${name} -n ${namespace!} ${fromFiles(missing)}, before \`up\``;
        case "Deployment":
            return `deploy it before \`up\`, or change ${setting}`;
        case "LokiStack":
            return `install the Loki operator and create it with a bucket (docs/dashboards.md#usage-logs-of-35), or remove ${setting}; until then usage logs are dropped`;
        case "Node":
            return `label ${count} ${count === 1 ? "node" : "nodes"} before \`up\` (oc label node <node> ${has.join(" ")}), or change ${setting}`;
        case "Subscription":
            return absent
                ? `install the operator before \`up\`, or remove ${setting}`
                : `set operators.${name}.namespace to that namespace`;
    }
}

function lookCommand({ kind, namespace, name, has }: Awaited): string {
    return kind === "Node"
        ? `oc get nodes -l ${has.join(",")}`
        : kind === "Subscription"
          ? `oc get subscriptions.operators.coreos.com -n ${namespace!}`
          : `oc get ${kind.toLowerCase()} ${name} -n ${namespace!}`;
}

function both(one: Awaited, other: Awaited): Awaited {
    const has = [...new Set([...one.has, ...other.has])];
    return { ...one, has, setting: [...new Set([one.setting, other.setting])].join(", ") };
}

function words(text: string | undefined): string[] {
    return (text ?? "").split(" ").filter(Boolean);
}
