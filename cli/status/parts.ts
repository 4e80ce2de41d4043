/** The parts of a stack: each object of the plan, and whether it is up. */
import type { Symptom } from "../../catalogue/troubleshooting";
import { GATE_LABEL, OPERATOR_INSTALLED } from "../../catalogue/records";
import { filled, gates } from "../../catalogue/gitops/gitops";
import type { KubeObject } from "../../components/kube";
import { registeredKinds, registeredPatches } from "../../kinds";
import { gatesOf } from "../../rehearsal/providers/kubernetes/gates";
import type { Item } from "../../rehearsal/report/model";
import { manifestOf } from "../render/manifest";
import type { Manifest } from "../render/rendering";
import { type ClusterView, UNREAD } from "./cluster";
import { sinceOf } from "./since";
import { operatorState, type OperatorState, type WantedOperator } from "./operators";

/** One part of the stack, as it is. */
export interface Part {
    readonly item: Item;
    readonly title: string;
    /** Absent when it is up. */
    readonly says?: string;
    /** The time since which its object is as it is, on the cluster's clock in ms; absent: there is none. */
    readonly since?: number;
    /** Whether it may not be read. */
    readonly unread?: boolean;
    /** Whether it does not exist: then it is the cause itself. */
    readonly missing?: boolean;
    /** Symptoms that tell more of the trouble than the part itself. */
    readonly symptoms?: readonly Symptom[];
}

/** Gates leave records; who deploys with GitOps has none, and its gates are not judged. */
export async function hasRecords(view: ClusterView, items: readonly Item[]): Promise<boolean> {
    const first = items.find((item) => gateOf(item) !== undefined);
    const namespace = first?.namespace;
    const there = namespace === undefined ? [] : await view.list("v1", "configmaps", namespace);
    return there.some(({ metadata }) => (metadata as { labels?: Record<string, string> }).labels?.[GATE_LABEL] !== undefined);
}

export async function operatorsOf(view: ClusterView, items: readonly Item[]): Promise<ReadonlyMap<string, OperatorState>> {
    const found = new Map<string, OperatorState>();
    for (const item of items.filter((one) => gateOf(one) === OPERATOR_INSTALLED)) {
        const { package: of = "", csv } = dataOf(item);
        const subscription = items.find(
            (one) => one.kind === "Subscription" && (one.resource.inputs["spec"] as { name?: string } | undefined)?.name === of,
        );
        const wanted: WantedOperator = {
            package: of,
            ...(subscription?.namespace !== undefined && { namespace: subscription.namespace }),
            ...(csv !== undefined && { csv }),
            kinds: kindsOf(items, of),
        };
        found.set(of, await operatorState(view, wanted));
    }
    return found;
}

/** The definitions that objects of the stack need of an operator. */
function kindsOf(items: readonly Item[], of: string): string[] {
    const definitions = items.flatMap(
        ({ resource }) => registeredKinds().get(resource.type) ?? registeredPatches().get(resource.type) ?? [],
    );
    return [
        ...new Set(
            definitions
                .filter(({ operator }) => operator === of)
                .map(({ apiVersion, plural }) => `${plural}.${apiVersion.split("/")[0]!}`),
        ),
    ];
}

export async function partOf(
    view: ClusterView,
    item: Item,
    byPulumi: boolean,
    operators: ReadonlyMap<string, OperatorState>,
): Promise<Part> {
    const title = `${item.kind.replace(/Patch$/, "")} ${item.namespace === undefined ? "" : `${item.namespace}/`}${item.label}`;
    const gate = gateOf(item);
    if (gate === OPERATOR_INSTALLED) {
        const { symptom, unread = false } = operators.get(dataOf(item)["package"] ?? "") ?? {};
        const name = `operator ${dataOf(item)["package"] ?? ""}`;
        return { item, title: name, unread, ...(symptom !== undefined && { says: symptom.says, symptoms: [symptom] }) };
    }
    const manifest = manifestOf(item.resource);
    const { apiVersion, kind, metadata } = manifest;
    const reference = { apiVersion, kind, ...metadata };
    const object = await view.get(reference);
    if (object === UNREAD) {
        return { item, title, unread: true };
    }
    const since = object === undefined ? {} : { since: sinceOf(object) };
    if (gate !== undefined) {
        const up = object !== undefined || !byPulumi;
        return {
            item,
            title: `gate ${item.label}`,
            ...since,
            ...(!up && { says: `not passed: ${await sayGate(view, item, gate)}` }),
        };
    }
    if (object === undefined) {
        return { item, title, missing: true, says: `${kind} ${metadata.name} does not exist` };
    }
    const says = isUnready(object, item.resource.inputs as unknown as Manifest);
    return { item, title, ...since, ...(says !== undefined && { says }) };
}

/** The condition that an object lacks to be ready, as the plan waits for it; or that it is about to go. */
function isUnready(object: KubeObject, planned: Manifest): string | undefined {
    const { deletionTimestamp, finalizers = [] } = object.metadata as { deletionTimestamp?: string; finalizers?: string[] };
    if (deletionTimestamp !== undefined) {
        return `it is being deleted since ${deletionTimestamp}${finalizers.length === 0 ? "" : `, and waits for ${finalizers.join(", ")}`}`;
    }
    const judged = { ...object, metadata: { ...object.metadata, annotations: planned.metadata.annotations ?? {} } } as never;
    const unmet = gatesOf(judged, false)
        .gates.map((one) => one.judge(judged))
        .filter(({ ready }) => !ready);
    if (unmet.length > 0) {
        return unmet.map(({ seen }) => seen).join("; ");
    }
    // Nothing of the plan waits for it, and its controller has given up.
    const { phase } = object.status ?? {};
    return phase === "Failed" ? "phase Failed" : undefined;
}

async function sayGate(view: ClusterView, item: Item, gate: string): Promise<string> {
    const data = dataOf(item);
    const known = gates[gate];
    const hook = item.resource.options.hooks?.["beforeCreate"]?.[0] ?? item.label;
    if (gate === "kinds-served" && (await view.mayRead("apiextensions.k8s.io/v1", "customresourcedefinitions"))) {
        const served = new Set(
            (await view.list("apiextensions.k8s.io/v1", "customresourcedefinitions")).map(({ metadata }) => metadata.name),
        );
        const missing = (data["kinds"] ?? "").split(" ").filter((crd) => !served.has(crd));
        return missing.length === 0 ? hook : `CustomResourceDefinition ${missing.join(", ")} is not served`;
    }
    return known === undefined || "script" in known ? hook : filled(known.does, data);
}

export function gateOf({ resource }: Item): string | undefined {
    return (resource.inputs["metadata"] as Manifest["metadata"] | undefined)?.labels?.[GATE_LABEL];
}

export function dataOf(item: Item): Readonly<Record<string, string | undefined>> {
    return gateOf(item) === undefined ? {} : ((item.resource.inputs["data"] ?? {}) as Record<string, string>);
}
