/** The objects whose words explain why a part of a stack is not up. */
import { OPERATOR_INSTALLED } from "../../catalogue/records";
import type { Symptom } from "../../catalogue/troubleshooting";
import { createCommand } from "../../components/secretByHand";
import { complaints, warnings } from "../../components/complaints";
import { registeredKinds } from "../../kinds";
import type { Item } from "../../rehearsal/report/model";
import { hiddenIn, isPatch, manifestOf } from "../render/manifest";
import { resourceOf } from "../render/waits";
import { type ClusterView, UNREAD } from "./cluster";
import type { OperatorState } from "./operators";
import { dataOf, gateOf, type Part } from "./parts";
import { machineTrouble, podsBehind, podTrouble, providerTrouble, routeTrouble } from "./workloads";

/** The objects whose words explain a root: of operators, machines and pods; else the root's own. */
export async function symptomsOf(
    view: ClusterView,
    { item, says = "", since, symptoms, missing }: Part,
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
    if (gate !== undefined) {
        return [await gateSymptom(view, item, data, says)];
    }
    const manifest = manifestOf(item.resource);
    const own: Symptom = {
        kind: item.kind.replace(/Patch$/, ""),
        resource: oc(manifest.kind, manifest.apiVersion),
        name: item.label,
        ...(item.namespace !== undefined && { namespace: item.namespace }),
        ...(since !== undefined && { since }),
        says: await ownWords(view, item, says),
    };
    if (missing === true) {
        return [own];
    }
    // The pods behind it tell more than the object, which tells more than nothing.
    const pods: Symptom[] = [];
    for (const namespace of podsBehind(own.kind, item.namespace)) {
        pods.push(...(await podTrouble(view, namespace)));
    }
    return [...pods, own];
}

/** A gate, by the object that it waits for where it names one. */
async function gateSymptom(
    view: ClusterView,
    item: Item,
    data: Readonly<Record<string, string | undefined>>,
    says: string,
): Promise<Symptom> {
    const [kind = "", place = ""] = (data["object"] ?? "").split(" ");
    if (kind === "" || place === "") {
        return { kind: "gate", name: item.label, says };
    }
    const [name = "", namespace] = place.split("/").reverse();
    const definition = [...registeredKinds().values()].find((one) => one.kind === kind);
    return {
        kind,
        name,
        ...(definition !== undefined && { resource: oc(kind, definition.apiVersion) }),
        ...(namespace !== undefined && { namespace }),
        ...(kind === "Secret" &&
            namespace !== undefined && {
                create: createCommand({ namespace, secret: name, keys: (data["keys"] ?? "").split(" ").filter(Boolean) }),
            }),
        says: [says, ...(await wordsOf(view, kind, place))].join("; "),
    };
}

/** The name by which `oc` finds a kind whatever else is installed. */
function oc(kind: string, apiVersion: string): string {
    const { group, plural } = resourceOf(kind, apiVersion);
    return group === "" ? kind.toLowerCase() : `${plural}.${group}`;
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
    if (object === UNREAD) {
        return says;
    }
    if (object === undefined) {
        if (isPatch(item.resource) || hiddenIn(manifest).length > 0) {
            return says;
        }
        const refusal = await view.refusal({ apiVersion, kind, ...metadata, manifest });
        // What exists by now was created meanwhile.
        return refusal === undefined || /already exists/.test(refusal) ? says : refusal;
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
    return object === UNREAD ? [] : object === undefined ? [`${kind} ${name} does not exist`] : complaints(object.status ?? {});
}

/** Trouble that no object of the stack tells: pods, routes and policies of its namespaces, its machines, and how providers are called. */
export async function others(
    view: ClusterView,
    items: readonly Item[],
    namespaces: readonly string[],
): Promise<readonly Symptom[]> {
    const found: Symptom[] = [];
    for (const { label } of items.filter(({ kind }) => kind === "MachineSet")) {
        found.push(...(await machineTrouble(view, label)));
    }
    for (const { label, namespace } of items.filter(({ kind }) => kind === "ExternalModel")) {
        found.push(...(await providerTrouble(view, label, namespace ?? "")));
    }
    const behind = items.flatMap(({ kind, namespace }) => podsBehind(kind.replace(/Patch$/, ""), namespace));
    for (const namespace of [...new Set([...namespaces, ...behind])].sort()) {
        found.push(...(await podTrouble(view, namespace)), ...(await routeTrouble(view, namespace)));
    }
    return found;
}
