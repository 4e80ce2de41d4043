import type { Clock } from "../rehearsal/clock";
import type { Cluster } from "../rehearsal/cluster/cluster";
import { controllersOf } from "./controllers";
import { Definitions, type DefinitionSource } from "./definitions";
import { type Fault, Faults } from "./faults";
import { installByOthers } from "./foreign-operator";
import { openshiftDefinitions, present, seed, workersJoined } from "./bootstrap";
import { siteOf, type SiteWishes } from "./openshift/site";
import { playRefusals } from "./refusals";
import { World } from "./world";

export interface SimulatorOptions {
    /** Faults to play. Default: none. */
    readonly faults?: readonly Fault[];
    /** Seed of random decisions: the same seed plays the same. Default 0. */
    readonly seed?: number;
    /** The names and the place of the cluster. Default: as simulator/data/openshift-aws.json says. */
    readonly site?: SiteWishes;
    /**
     * The CustomResourceDefinitions of an operator (an OLM package), or of `openshift`: what a fresh cluster has.
     * Schemas that it does not give are made permissive. Default: gives none.
     */
    readonly crds?: DefinitionSource;
}

/**
 * Plays everything that makes a cluster of it: OLM, machine-api, OpenShift's own operators, and the operators and
 * operands that are installed. It works on any {@link Cluster} through its API alone, is driven by events, and lets
 * time pass on the clock. Durations, catalogue, fixture and simple operands are data (rehearsal/data).
 */
export class Simulator {
    private readonly world: World;
    private readonly definitions: Definitions;
    private readonly faults: Faults;
    private readonly crds: DefinitionSource;
    private unadmit: (() => void) | undefined;

    constructor(
        private readonly cluster: Cluster,
        private readonly clock: Clock,
        private readonly options: SimulatorOptions = {},
    ) {
        this.faults = new Faults(options.faults ?? []);
        this.world = new World(cluster, clock, this.faults, options.seed);
        this.crds = options.crds ?? (() => []);
        this.definitions = new Definitions(this.world, this.crds);
        for (const controller of controllersOf(this.world, this.definitions)) {
            this.world.add(controller);
        }
    }

    /** Problems of the simulation itself (not of the simulated cluster); empty in a sound rehearsal. */
    get problems(): readonly string[] {
        return this.world.problems;
    }

    /** Puts up a fresh OpenShift cluster, then begins to play. */
    async start(): Promise<void> {
        const release = this.clock.hold();
        try {
            if (this.cluster.kind === "api-server") {
                await openshiftDefinitions(this.cluster, this.clock, this.crds);
            }
            const found = await present(this.cluster);
            this.world.site = found ?? siteOf(this.options.site);
            await seed(this.world);
            for (const fault of this.faults.all) {
                if (fault.type === "foreign") {
                    await installByOthers(this.world, this.crds, fault.operator);
                }
            }
            this.world.listen();
            this.unadmit = await playRefusals(this.cluster, this.faults);
            if (found === undefined) {
                await workersJoined(this.world);
            }
        } finally {
            release();
        }
    }

    /** Ends it; what is on the cluster stays. */
    stop(): void {
        this.unadmit?.();
        this.world.stop();
    }

    /** Lets chance decide from now on as it does with another seed. */
    reseed(seed: number): void {
        this.world.reseed(seed);
    }

    /** Lets every controller look again, between two runs: what stood in its way may be gone. */
    resync(): void {
        this.world.resync();
    }
}
