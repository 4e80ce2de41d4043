import { VirtualClock } from "../../rehearsal/clock";
import type { KubeObject, ObjectRef } from "../../rehearsal/cluster/cluster";
import { ServedCluster } from "../../rehearsal/cluster/served";
import { kindSchemas } from "../../simulator/schemas";
import { parseFault } from "../../simulator/faults";
import { Simulator, type SimulatorOptions } from "../../simulator/simulator";
import "../../kinds";

/** A cluster in memory that is played by a simulator, and the time of it. */
export class Stage {
    readonly clock = new VirtualClock();
    readonly cluster = new ServedCluster(this.clock, kindSchemas);
    readonly simulator: Simulator;

    private constructor(options: SimulatorOptions) {
        this.simulator = new Simulator(this.cluster, this.clock, options);
    }

    static async open(faults: readonly string[] = [], options: SimulatorOptions = {}): Promise<Stage> {
        const stage = new Stage({ ...options, faults: faults.map(parseFault) });
        await stage.simulator.start();
        return stage;
    }

    close(): Promise<void> {
        this.simulator.stop();
        this.clock.stop();
        return this.cluster.close();
    }

    /** Creates objects in order. */
    async create(...objects: KubeObject[]): Promise<void> {
        for (const object of objects) {
            await this.cluster.create(object, { fieldManager: "test" });
        }
    }

    /** Resolves with an object once `holds`; fails with its state when that takes more than `seconds`. */
    until(ref: ObjectRef, holds: (object: KubeObject) => boolean, seconds = 7200): Promise<KubeObject> {
        return new Promise((resolve, reject) => {
            let last: KubeObject | undefined;
            const cancel = this.clock.after(seconds, () => {
                stop();
                reject(
                    new Error(
                        `${ref.kind} ${ref.name} after ${seconds} s: ${JSON.stringify(last?.status ?? "absent", null, 1)}; problems: ${this.simulator.problems.join("; ")}`,
                    ),
                );
            });
            const stop = this.cluster.subscribe([`${ref.apiVersion}/${ref.kind}`], ({ type, object }) => {
                if (object.metadata.name === ref.name && (object.metadata.namespace ?? "") === (ref.namespace ?? "")) {
                    last = type === "DELETED" ? undefined : object;
                    if (last && holds(last)) {
                        cancel();
                        stop();
                        resolve(last);
                    }
                }
            });
        });
    }

    condition(ref: ObjectRef, type: string, status = "True", seconds = 7200): Promise<KubeObject> {
        return this.until(
            ref,
            (object) =>
                ((object.status?.conditions ?? []) as { type: string; status: string }[]).some(
                    (c) => c.type === type && c.status === status,
                ),
            seconds,
        );
    }

    /** Resolves once an object is gone. */
    gone(ref: ObjectRef, seconds = 3600): Promise<void> {
        return new Promise((resolve, reject) => {
            let there = false;
            const cancel = this.clock.after(seconds, () => {
                stop();
                reject(new Error(`${ref.kind} ${ref.name} is still there after ${seconds} s`));
            });
            const done = (): void => {
                cancel();
                stop();
                resolve();
            };
            const stop = this.cluster.subscribe([`${ref.apiVersion}/${ref.kind}`], ({ type, object }) => {
                if (object.metadata.name === ref.name && (object.metadata.namespace ?? "") === (ref.namespace ?? "")) {
                    there = type !== "DELETED";
                    if (!there) {
                        done();
                    }
                }
            });
            void this.cluster.get(ref).then((found) => {
                if (!found && !there) {
                    done();
                }
            });
        });
    }

    /** Lets rehearsed time pass. */
    pass(seconds: number): Promise<void> {
        return new Promise((resolve) => this.clock.after(seconds, resolve));
    }

    async get(ref: ObjectRef): Promise<KubeObject> {
        const found = await this.cluster.get(ref);
        if (!found) {
            throw new Error(`${ref.kind} ${ref.name} does not exist`);
        }
        return found;
    }
}

export const ref = (apiVersion: string, kind: string, name: string, namespace?: string): ObjectRef => ({
    apiVersion,
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
});

export const namespace = (name: string, labels?: Record<string, string>): KubeObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...(labels && { labels }) },
});

export const operatorGroup = (name: string, inNamespace: string, own: boolean): KubeObject => ({
    apiVersion: "operators.coreos.com/v1",
    kind: "OperatorGroup",
    metadata: { name, namespace: inNamespace },
    spec: own ? { targetNamespaces: [inNamespace] } : {},
});

export const subscription = (
    name: string,
    inNamespace: string,
    channel: string,
    more: Record<string, unknown> = {},
): KubeObject => ({
    apiVersion: "operators.coreos.com/v1alpha1",
    kind: "Subscription",
    metadata: { name, namespace: inNamespace },
    spec: {
        name,
        channel,
        source: "redhat-operators",
        sourceNamespace: "openshift-marketplace",
        installPlanApproval: "Automatic",
        ...more,
    },
});

/** Installs an operator and resolves with its CSV when it has succeeded. */
export async function install(
    stage: Stage,
    name: string,
    inNamespace: string,
    channel: string,
    own: boolean,
    more: Record<string, unknown> = {},
): Promise<KubeObject> {
    await stage.create(
        namespace(inNamespace),
        operatorGroup(name, inNamespace, own),
        subscription(name, inNamespace, channel, more),
    );
    const target = ref("operators.coreos.com/v1alpha1", "Subscription", name, inNamespace);
    if (more.installPlanApproval === "Manual") {
        const pending = await stage.until(target, ({ status }) => status?.installPlanRef !== undefined);
        await stage.cluster.mergePatch(
            ref("operators.coreos.com/v1alpha1", "InstallPlan", pending.status.installPlanRef.name as string, inNamespace),
            { spec: { approved: true } },
        );
    }
    const installed = await stage.until(target, ({ status }) => status?.installedCSV !== undefined);
    return stage.until(
        ref("operators.coreos.com/v1alpha1", "ClusterServiceVersion", installed.status.installedCSV as string, inNamespace),
        ({ status }) => status?.phase === "Succeeded",
    );
}

/** Installs cert-manager, and resolves once its kinds of issuers and certificates are there. */
export async function installCertManager(stage: Stage): Promise<void> {
    await install(stage, "openshift-cert-manager-operator", "cert-manager-operator", "stable-v1", false);
    await stage.condition(
        ref("operator.openshift.io/v1alpha1", "CertManager", "cluster"),
        "cert-manager-controller-deploymentAvailable",
    );
    await stage.pass(10);
}
