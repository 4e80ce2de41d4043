/** Machines that are replaced with an additional one, and a run that was interrupted meanwhile. */
import { upToDate } from "../../../components/gpu/machineRollout";
import type { Kube } from "../../../components/kube";

interface Machine {
    metadata: { name: string; annotations: Record<string, string> };
    spec: object;
    status: { phase: string };
}

/** A set and its machines; the Machine API makes and deletes what `replicas` says, marked ones first. */
class Machines {
    machines: Machine[] = [];
    replicas: number;
    /** What else happens when a machine is deleted. */
    afterDelete: () => void = () => undefined;

    constructor(types: readonly string[], replicas = types.length) {
        types.forEach((type) => this.add(type));
        this.replicas = replicas;
    }

    private add(instanceType: string): void {
        this.machines.push({
            metadata: { name: `m${this.machines.length}-${instanceType}`, annotations: {} },
            spec: template(instanceType),
            status: { phase: "Running" },
        });
    }

    private settle(): void {
        while (this.machines.length < this.replicas) {
            this.add("new");
        }
        const marked = (m: Machine): number => (Object.keys(m.metadata.annotations).length > 0 ? 0 : 1);
        this.machines = [...this.machines].sort((a, b) => marked(b) - marked(a)).slice(0, this.replicas);
    }

    readonly kube = {
        now: () => Promise.resolve(0),
        get: () =>
            Promise.resolve({
                metadata: { name: "set" },
                spec: { replicas: this.replicas, template: { spec: template("new") } },
            }),
        list: () => Promise.resolve(this.machines),
        patch: (
            kind: { plural: string },
            name: string,
            patch: { spec?: { replicas: number }; metadata?: { annotations: object } },
        ) => {
            if (kind.plural === "machinesets") {
                this.replicas = patch.spec!.replicas;
            } else {
                Object.assign(
                    this.machines.find((m) => m.metadata.name === name)!.metadata.annotations,
                    patch.metadata!.annotations,
                );
            }
            this.settle();
            return Promise.resolve();
        },
        delete: (_kind: object, name: string) => {
            this.machines = this.machines.filter((m) => m.metadata.name !== name);
            this.afterDelete();
            this.settle();
            return Promise.resolve();
        },
        untilAll: (_kind: object, _selector: string, look: (objects: unknown[]) => unknown) =>
            Promise.resolve(look(this.machines)),
        until: (_kind: object, name: string, look: (object: unknown) => unknown) =>
            Promise.resolve(look(this.machines.find((m) => m.metadata.name === name))),
    } as unknown as Kube;
}

function template(instanceType: string): object {
    return { metadata: { labels: {} }, taints: [], providerSpec: { value: { instanceType } } };
}

const args = {
    pool: "l40s",
    zone: "us-east-2a",
    set: "set",
    selector: "set=set",
    rollout: "rolling",
    followsAmi: false,
    autoscaled: false,
} as const;

it("replaces the machines of a set that an autoscaler sizes in their places, and waits for none that it takes away", async () => {
    const cluster = new Machines(["old", "old"]);
    await upToDate(cluster.kube, { ...args, autoscaled: true, nodes: 0 }, () => undefined);
    expect(cluster.replicas).toBe(2);
    expect(cluster.machines.map(({ spec }) => spec)).toEqual([template("new"), template("new")]);

    const idle = new Machines(["old"]);
    idle.afterDelete = () => (idle.replicas = 0);
    await upToDate(idle.kube, { ...args, autoscaled: true, nodes: 0 }, () => undefined);
    expect(idle.machines).toEqual([]);
});

it.each([
    ["from the beginning", new Machines(["old", "old"])],
    ["after a run that left one more", new Machines(["old", "old", "new"])],
])("ends with as many machines as the settings say: %s", async (_, cluster) => {
    await upToDate(cluster.kube, { ...args, nodes: 2 }, () => undefined);
    expect(cluster.replicas).toBe(2);
    expect(cluster.machines.map(({ spec }) => spec)).toEqual([template("new"), template("new")]);
});
