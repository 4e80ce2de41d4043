/** State of a stack: the parts that are ready, those that are not, and the reasons. */
import { causeOf, type Symptom } from "../../catalogue/troubleshooting";
import type { Kube } from "../../components/kube";
import { type Item, modelOf } from "../../rehearsal/report/model";
import type { Plan } from "../../rehearsal/result";
import { hiddenIn, isObject, manifestOf } from "../render/manifest";
import { resourceOf } from "../render/waits";
import { ClusterView } from "./cluster";
import type { OperatorState } from "./operators";
import { hasRecords, operatorsOf, partOf, type Part } from "./parts";
import { patienceOf } from "./since";
import { others, symptomsOf } from "./symptoms";
import { SCANNED } from "./workloads";

/** Something that is not up, with its cause. */
export interface Problem {
    readonly object: string;
    /** In the words of the cluster. */
    readonly says: string;
    /** Name of the cause in catalogue/troubles.json. */
    readonly id: string;
    readonly cause: string;
    /** Commands to paste, what is likely to help first. */
    readonly remedies: readonly string[];
    /** What to do beside them, or to know before. */
    readonly advice?: string;
    /** The parts of the stack that wait for it. */
    readonly waiting: readonly string[];
    /** Seconds that it has been so, if it may only be on its way: what starts says the same, and that is no longer than usual. */
    readonly comingFor?: number;
}

/** The state of a stack. */
export interface Status {
    readonly stack: string;
    readonly up: number;
    readonly all: number;
    /** Number of objects that the user may not read. */
    readonly unseen: number;
    /** Kinds that may not be read, with their namespaces. */
    readonly unread: readonly string[];
    readonly operators: readonly Omit<OperatorState, "symptom">[];
    /** What is in trouble, the most likely cause first; then what may only be on its way. */
    readonly problems: readonly Problem[];
}

/** Looks at all objects of a plan on a cluster. @param onRead called after each request, with the number of requests */
export async function statusOf(kube: Kube, plan: Plan, onRead?: (requests: number) => void): Promise<Status> {
    const { items } = modelOf(plan);
    const named = items.filter(({ resource }) => isObject(resource) && hiddenIn(resource.inputs["metadata"]).length === 0);
    const namespaces = [...new Set(named.flatMap(({ namespace }) => namespace ?? []))].sort();
    const view = new ClusterView(kube, askedFor(named, namespaces), onRead);
    const byPulumi = await hasRecords(view, named);
    const operators = await operatorsOf(view, named);
    const parts: Part[] = [];
    for (const item of named) {
        parts.push(await partOf(view, item, byPulumi, operators));
    }
    const down = new Map(parts.filter(({ says }) => says !== undefined).map((part) => [part.item.index, part]));
    const before = closure(items);
    const roots = [...down.values()].filter(({ item }) => ![...before(item.index)].some((index) => down.has(index)));
    // What does not exist is on its way as long as others come.
    const newest = Math.max(0, ...parts.map(({ since = 0 }) => since));
    const now = await kube.now();
    const described = (symptom: Symptom, item?: Item): Described => describe(symptom, plan.stack, now, newest, item);
    const problems: (Described & Problem)[] = [];
    for (const root of roots) {
        const waiting = [...down.values()]
            .filter(({ item }) => before(item.index).has(root.item.index))
            .map(({ title }) => title);
        for (const symptom of await symptomsOf(view, root, operators)) {
            problems.push({ ...described(symptom, root.item), waiting });
        }
    }
    for (const symptom of await others(view, named, namespaces)) {
        problems.push({ ...described(symptom), waiting: [] });
    }
    const unseen = parts.filter(({ unread }) => unread === true).length;
    return {
        stack: plan.stack,
        up: parts.length - down.size - unseen,
        all: parts.length,
        unseen,
        unread: view.unread,
        operators: [...operators.values()].map(({ symptom: _, ...state }) => state),
        problems: ranked(problems),
    };
}

/** The kinds and namespaces that will be asked for. */
function askedFor(items: readonly Item[], namespaces: readonly string[]): ConstructorParameters<typeof ClusterView>[1] {
    return [
        ...items.map(({ resource, namespace }) => {
            const { apiVersion, kind } = manifestOf(resource);
            return { apiVersion, plural: resourceOf(kind, apiVersion).plural, ...(namespace !== undefined && { namespace }) };
        }),
        ...namespaces.flatMap((namespace) => SCANNED.map(([apiVersion, plural]) => ({ apiVersion, plural, namespace }))),
    ];
}

interface Described extends Omit<Problem, "waiting"> {
    readonly specific: boolean;
}

function describe(symptom: Symptom, stack: string, now: number, newest: number, item: Item | undefined): Described {
    const { kind, name, namespace, says, since = newest } = symptom;
    const { waits, ...found } = causeOf(symptom, stack);
    const seconds = Math.max(0, Math.round((now - since) / 1000));
    return {
        object: `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`,
        says,
        ...found,
        ...(waits === true && seconds < patienceOf(item) && { comingFor: seconds }),
    };
}

/**
 * Ranks the problems: what is in trouble before what may be on its way; of these those that most parts wait for come first, of these what says its cause before what is only not ready, then as the
 * plan has them. Each object is told once.
 */

function ranked(problems: readonly (Described & Problem)[]): readonly Problem[] {
    const byObject = new Map<string, Described & Problem>();
    for (const problem of problems) {
        const other = byObject.get(problem.object);
        const waiting = [...new Set([...(other?.waiting ?? []), ...problem.waiting])];
        byObject.set(problem.object, { ...(other ?? problem), waiting });
    }
    return [...byObject.values()]
        .sort(
            (a, b) =>
                Number(a.comingFor !== undefined) - Number(b.comingFor !== undefined) ||
                b.waiting.length - a.waiting.length ||
                Number(b.specific) - Number(a.specific),
        )
        .map(({ specific: _, ...problem }) => problem);
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
