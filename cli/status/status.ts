/** State of a stack: the parts that are ready, those that are not, and the reasons. */
import { causeOf, type Symptom } from "../../catalogue/troubleshooting";
import { GATE_LABEL, OPERATOR_INSTALLED } from "../../catalogue/records";
import { filled, gates } from "../../catalogue/gitops/gitops";
import { complaints, warnings } from "../../components/explain";
import type { Kube, KubeObject } from "../../components/kube";
import { registeredKinds, registeredPatches } from "../../kinds";
import { gatesOf } from "../../rehearsal/providers/kubernetes/gates";
import { type Item, modelOf } from "../../rehearsal/report/model";
import type { Plan } from "../../rehearsal/result";
import { hiddenIn, isObject, isPatch, manifestOf } from "../render/manifest";
import type { Manifest } from "../render/rendering";
import { ClusterView } from "./cluster";
import { operatorState, type OperatorState, type WantedOperator } from "./operators";
import { machineTrouble, podTrouble } from "./workloads";

/** Something that is not up, with its cause. */
export interface Problem {
    readonly object: string;
    /** In the words of the cluster. */
    readonly says: string;
    /** Name of the cause in catalogue/troubles.json. */
    readonly id: string;
    readonly cause: string;
    readonly remedies: readonly string[];
    /** The parts of the stack that wait for it. */
    readonly waiting: readonly string[];
}

/** The state of a stack. */
export interface Status {
    readonly stack: string;
    readonly up: number;
    readonly all: number;
    readonly operators: readonly Omit<OperatorState, "symptom">[];
    /** The most likely cause first. */
    readonly problems: readonly Problem[];
}

/** One part of the stack, as it is. */
interface Part {
    readonly item: Item;
    readonly title: string;
    /** Absent when it is up. */
    readonly says?: string;
    /** Symptoms that tell more of the trouble than the part itself. */
    readonly symptoms?: readonly Symptom[];
}

/** Looks at all objects of a plan on a cluster. */
export async function statusOf(kube: Kube, plan: Plan): Promise<Status> {
    const view = new ClusterView(kube);
    const { items } = modelOf(plan);
    const named = items.filter(({ resource }) => isObject(resource) && hiddenIn(resource.inputs["metadata"]).length === 0);
    const byPulumi = await hasRecords(view, named);
    const operators = await operatorsOf(view, named);
    const parts: Part[] = [];
    for (const item of named) {
        parts.push(await partOf(view, item, byPulumi, operators));
    }
    const down = new Map(parts.filter(({ says }) => says !== undefined).map((part) => [part.item.index, part]));
    const before = closure(items);
    const roots = [...down.values()].filter(({ item }) => ![...before(item.index)].some((index) => down.has(index)));
    const problems: Problem[] = [];
    for (const root of roots) {
        const waiting = [...down.values()]
            .filter(({ item }) => before(item.index).has(root.item.index))
            .map(({ title }) => title);
        for (const symptom of await symptomsOf(view, root, operators)) {
            problems.push({ ...described(symptom, plan.stack), waiting });
        }
    }
    return {
        stack: plan.stack,
        up: parts.length - down.size,
        all: parts.length,
        operators: [...operators.values()].map(({ symptom: _, ...state }) => state),
        problems: ranked(problems),
    };
}

/** Gates leave records; who deploys with GitOps has none, and its gates are not judged. */
async function hasRecords(view: ClusterView, items: readonly Item[]): Promise<boolean> {
    const first = items.find((item) => gateOf(item) !== undefined);
    const namespace = first?.namespace;
    const there = namespace === undefined ? [] : await view.list("v1", "configmaps", namespace);
    return there.some(({ metadata }) => (metadata as { labels?: Record<string, string> }).labels?.[GATE_LABEL] !== undefined);
}

async function operatorsOf(view: ClusterView, items: readonly Item[]): Promise<ReadonlyMap<string, OperatorState>> {
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

async function partOf(
    view: ClusterView,
    item: Item,
    byPulumi: boolean,
    operators: ReadonlyMap<string, OperatorState>,
): Promise<Part> {
    const title = `${item.kind.replace(/Patch$/, "")} ${item.namespace === undefined ? "" : `${item.namespace}/`}${item.label}`;
    const gate = gateOf(item);
    if (gate === OPERATOR_INSTALLED) {
        const symptom = operators.get(dataOf(item)["package"] ?? "")?.symptom;
        const name = `operator ${dataOf(item)["package"] ?? ""}`;
        return { item, title: name, ...(symptom !== undefined && { says: symptom.says, symptoms: [symptom] }) };
    }
    const manifest = manifestOf(item.resource);
    const { apiVersion, kind, metadata } = manifest;
    const reference = { apiVersion, kind, ...metadata };
    const object = await view.get(reference);
    if (gate !== undefined) {
        const up = object !== undefined || !byPulumi;
        return { item, title: `gate ${item.label}`, ...(!up && { says: `not passed: ${await sayGate(view, item, gate)}` }) };
    }
    if (object === undefined) {
        return { item, title, says: `${kind} ${metadata.name} does not exist` };
    }
    const says = isUnready(object, item.resource.inputs as unknown as Manifest);
    return { item, title, ...(says !== undefined && { says }) };
}

/** The condition that an object lacks to be ready, as the plan waits for it. */
function isUnready(object: KubeObject, planned: Manifest): string | undefined {
    const judged = { ...object, metadata: { ...object.metadata, annotations: planned.metadata.annotations ?? {} } } as never;
    const unmet = gatesOf(judged, false)
        .gates.map((one) => one.judge(judged))
        .filter(({ ready }) => !ready);
    return unmet.length === 0 ? undefined : unmet.map(({ seen }) => seen).join("; ");
}

async function sayGate(view: ClusterView, item: Item, gate: string): Promise<string> {
    const data = dataOf(item);
    const known = gates[gate];
    const hook = item.resource.options.hooks?.["beforeCreate"]?.[0] ?? item.label;
    if (gate === "kinds-served") {
        const served = new Set(
            (await view.list("apiextensions.k8s.io/v1", "customresourcedefinitions")).map(({ metadata }) => metadata.name),
        );
        const missing = (data["kinds"] ?? "").split(" ").filter((crd) => !served.has(crd));
        return missing.length === 0 ? hook : `CustomResourceDefinition ${missing.join(", ")} is not served`;
    }
    return known === undefined || "script" in known ? hook : filled(known.does, data);
}

/** The objects whose words explain a root: of operators, machines and pods; else the root's own. */
async function symptomsOf(
    view: ClusterView,
    { item, says = "", symptoms }: Part,
    operators: ReadonlyMap<string, OperatorState>,
): Promise<readonly Symptom[]> {
    if (symptoms !== undefined) {
        return symptoms;
    }
    const data = dataOf(item);
    const gate = gateOf(item);
    const more =
        data["machineSet"] !== undefined
            ? await machineTrouble(view, data["machineSet"])
            : gate === "vault-active"
              ? await podTrouble(view, data["namespace"] ?? "")
              : [];
    if (more.length > 0) {
        return more;
    }
    const operator = operatorAround(item, operators);
    if (operator?.symptom !== undefined) {
        return [operator.symptom];
    }
    const [kind = "", place = ""] = (data["object"] ?? "").split(" ");
    const own = gate === undefined ? await ownWords(view, item, says) : [says, ...(await wordsOf(view, kind, place))].join("; ");
    const pods = item.namespace === undefined || gate !== undefined ? [] : await podTrouble(view, item.namespace);
    const about =
        gate !== undefined && kind !== "" && place !== ""
            ? {
                  kind,
                  name: place.slice(place.indexOf("/") + 1),
                  ...(place.includes("/") && { namespace: place.slice(0, place.indexOf("/")) }),
              }
            : {
                  kind: gate === undefined ? item.kind.replace(/Patch$/, "") : "gate",
                  name: item.label,
                  ...(item.namespace !== undefined && gate === undefined && { namespace: item.namespace }),
              };
    return [{ ...about, says: own }, ...pods];
}

/** Of the objects of an operator (its Namespace, its Subscription), the state of the operator says more. */
function operatorAround({ unit }: Item, operators: ReadonlyMap<string, OperatorState>): OperatorState | undefined {
    const gate = unit.items.find((one) => gateOf(one) === OPERATOR_INSTALLED);
    return gate === undefined ? undefined : operators.get(dataOf(gate)["package"] ?? "");
}

/** Conditions and events of an object that exists; else what the API server answers to its creation. */
async function ownWords(view: ClusterView, item: Item, says: string): Promise<string> {
    const manifest = manifestOf(item.resource);
    const { apiVersion, kind, metadata } = manifest;
    const object = await view.get({ apiVersion, kind, ...metadata });
    if (object === undefined) {
        if (isPatch(item.resource) || hiddenIn(manifest).length > 0) {
            return says;
        }
        return (await view.refusal({ apiVersion, kind, ...metadata, manifest })) ?? says;
    }
    const events = await view.list("v1", "events", metadata.namespace ?? "default");
    const words = [...complaints(object.status ?? {}), ...warnings(events, kind, metadata.name)].filter(
        (word) => !says.includes(word),
    );
    return [says, ...words].join("; ");
}

/** The status of the object that a gate waits for, where its kind is known here. */
async function wordsOf(view: ClusterView, kind: string, place: string): Promise<readonly string[]> {
    const definition = [...registeredKinds().values()].find((one) => one.kind === kind);
    const [name = "", namespace] = place.split("/").reverse();
    if (definition === undefined || name === "") {
        return [];
    }
    const { apiVersion } = definition;
    const object = await view.get({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) });
    return object === undefined ? [`${kind} ${name} does not exist`] : complaints(object.status ?? {});
}

function described(symptom: Symptom, stack: string): Omit<Problem, "waiting"> {
    const { kind, name, namespace, says } = symptom;
    const { id, cause, remedies } = causeOf(symptom, stack);
    return { object: `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`, says, id, cause, remedies };
}

/** Ranks the problems: those that most parts wait for come first; each object once. */
function ranked(problems: readonly Problem[]): readonly Problem[] {
    const byObject = new Map<string, Problem>();
    for (const problem of problems) {
        const other = byObject.get(problem.object);
        const waiting = [...new Set([...(other?.waiting ?? []), ...problem.waiting])];
        byObject.set(problem.object, { ...(other ?? problem), waiting });
    }
    return [...byObject.values()].sort((a, b) => b.waiting.length - a.waiting.length || (a.object < b.object ? -1 : 1));
}

/** Everything that must be there before an item, directly or through others. */
function closure(items: readonly Item[]): (index: number) => ReadonlySet<number> {
    const known = new Map<number, ReadonlySet<number>>();
    const before = (index: number): ReadonlySet<number> => {
        let found = known.get(index);
        if (found === undefined) {
            found = new Set(items[index]!.needsDirectly.flatMap((need) => [need, ...before(need)]));
            known.set(index, found);
        }
        return found;
    };
    return before;
}

function gateOf({ resource }: Item): string | undefined {
    return (resource.inputs["metadata"] as Manifest["metadata"] | undefined)?.labels?.[GATE_LABEL];
}

function dataOf(item: Item): Readonly<Record<string, string | undefined>> {
    return gateOf(item) === undefined ? {} : ((item.resource.inputs["data"] ?? {}) as Record<string, string>);
}
