/** The operators of a stack: what OLM, their definitions and their pods say. */
import { isTrue, type KubeObject } from "../../components/kube";
import { judgeCsv, judgeSubscription, type Csv, type SubscriptionStatus } from "../../components/operators/verdict";
import type { Symptom } from "../../catalogue/troubleshooting";
import type { ClusterView } from "./cluster";
import { sinceOf } from "./since";

const OLM = "operators.coreos.com/v1alpha1";

/** An operator that the stack asks for. */
export interface WantedOperator {
    readonly package: string;
    /** Namespace of its Subscription; absent for one that somebody else installed. */
    readonly namespace?: string;
    readonly csv?: string;
    /** Names of the definitions that the stack's objects need of it. */
    readonly kinds: readonly string[];
}

/** Its existing objects. */
export interface OperatorState {
    readonly package: string;
    readonly namespace?: string;
    readonly version?: string;
    /** Pods of its namespace that are ready, of all. */
    readonly pods: { readonly ready: number; readonly all: number };
    /** Absent when the operator runs. */
    readonly symptom?: Symptom;
    /** Whether its Subscription or its CSV may not be read. */
    readonly unread?: true;
}

/** Looks an operator up. */
export async function operatorState(view: ClusterView, wanted: WantedOperator): Promise<OperatorState> {
    if (!(await view.mayRead(OLM, "subscriptions"))) {
        return { package: wanted.package, pods: { ready: 0, all: 0 }, unread: true };
    }
    const all = await view.list(OLM, "subscriptions");
    const ofPackage = all.filter(({ spec }) => spec?.["name"] === wanted.package);
    const own = ofPackage.find(({ metadata }) => wanted.namespace === undefined || metadata.namespace === wanted.namespace);
    const namespace = own?.metadata.namespace ?? wanted.namespace;
    const pods = namespace === undefined ? [] : await view.list("v1", "pods", namespace);
    const running = pods.filter(({ status }) => status?.["phase"] !== "Succeeded");
    const common = {
        package: wanted.package,
        ...(namespace !== undefined && { namespace }),
        pods: { ready: running.filter(isReady).length, all: running.length },
    };
    if (own === undefined) {
        const foreign = ofPackage[0];
        const name = foreign?.metadata.name ?? wanted.package;
        const says =
            foreign === undefined
                ? "its Subscription does not exist"
                : `somebody else installed it: Subscription ${foreign.metadata.namespace!}/${foreign.metadata.name}`;
        const at = foreign?.metadata.namespace ?? namespace;
        return { ...common, symptom: { ...named("Subscription", name, at, wanted.package), says } };
    }
    const status = own.status as SubscriptionStatus | undefined;
    const version = status?.installedCSV;
    if (!(await view.mayRead(OLM, "clusterserviceversions", own.metadata.namespace))) {
        return { ...common, ...(version !== undefined && { version }), unread: true };
    }
    const symptom = await troubleOf(view, wanted, own, status);
    return { ...common, ...(version !== undefined && { version }), ...(symptom !== undefined && { symptom }) };
}

const RESOURCES: Readonly<Record<string, string>> = {
    Subscription: "subscriptions.operators.coreos.com",
    ClusterServiceVersion: "clusterserviceversions.operators.coreos.com",
};

function named(kind: string, name: string, namespace: string | undefined, of: string): Omit<Symptom, "says"> {
    return { kind, name, package: of, resource: RESOURCES[kind]!, ...(namespace !== undefined && { namespace }) };
}

async function troubleOf(
    view: ClusterView,
    { package: of, csv: wanted, kinds }: WantedOperator,
    own: KubeObject,
    status: SubscriptionStatus | undefined,
): Promise<Symptom | undefined> {
    const { metadata } = own;
    const namespace = metadata.namespace!;
    const subscription = { ...named("Subscription", metadata.name, namespace, of), since: sinceOf(own) };
    const csvName = status?.installedCSV ?? status?.currentCSV;
    const csvSymptom = {
        ...named("ClusterServiceVersion", csvName ?? of, namespace, of),
        subscription: metadata.name,
        since: sinceOf(own),
    };
    try {
        const verdict = judgeSubscription(status, wanted);
        if ("plan" in verdict) {
            return { ...subscription, says: `InstallPlan ${verdict.plan} waits for approval` };
        }
        if ("doing" in verdict && csvName === undefined) {
            return { ...subscription, says: verdict.doing };
        }
        const csvs = await view.list(OLM, "clusterserviceversions", namespace);
        const csv = csvs.find((one) => one.metadata.name === csvName);
        if (judgeCsv(csv as Csv | undefined, csvName!)) {
            return "doing" in verdict ? { ...subscription, says: verdict.doing } : undefined;
        }
        const missing = await missingKinds(view, kinds, csv);
        const { phase = "not there", reason, message } = (csv as Csv | undefined)?.status ?? {};
        const words = [phase, reason, message].filter((word) => word !== undefined && word !== "").join(": ");
        return {
            ...csvSymptom,
            since: sinceOf(csv ?? own),
            says: [words, ...(missing.length === 0 ? [] : [`CustomResourceDefinition ${missing.join(", ")} is not served`])].join(
                "; ",
            ),
        };
    } catch (e) {
        const says = (e as Error).message;
        return says.startsWith("ClusterServiceVersion ") ? { ...csvSymptom, says } : { ...subscription, says };
    }
}

/** Definitions that are not served: those of the stack's objects, and those that OLM misses. */
async function missingKinds(
    view: ClusterView,
    wanted: readonly string[],
    csv: KubeObject | undefined,
): Promise<readonly string[]> {
    if (!(await view.mayRead("apiextensions.k8s.io/v1", "customresourcedefinitions"))) {
        return [];
    }
    const served = new Set(
        (await view.list("apiextensions.k8s.io/v1", "customresourcedefinitions")).map(({ metadata }) => metadata.name),
    );
    const requirements = (csv?.status?.["requirementStatus"] ?? []) as { kind?: string; name?: string; status?: string }[];
    const missed = requirements.flatMap(({ kind, name, status }) =>
        kind === "CustomResourceDefinition" && status === "NotPresent" && name !== undefined ? [name] : [],
    );
    return [...new Set([...wanted, ...missed])].filter((crd) => !served.has(crd)).sort();
}

/** Whether a pod says of itself that it is ready. */
export function isReady(pod: KubeObject): boolean {
    return isTrue(pod, "Ready");
}
