/** A real API server with simulated controllers, for rehearsals. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";

import { EPOCH } from "../clock";
import { removeWhenGone } from "../engine/child";
import { type Simulation, type SimulationRef, simulationOf } from "../simulation";
import { SteadyClock } from "./clock";
import type { ApiServerCluster } from "./cluster";
import { openApiServer } from "./open";
import { keep } from "./keep";
import type { Kept, World } from "../world";

export interface WorldOptions {
    /** The factor by which rehearsed time passes faster than the wall clock. Default 200. */
    readonly speed?: number;
    /** The simulated controllers of the cluster. */
    readonly simulation: SimulationRef;
    readonly env?: NodeJS.ProcessEnv;
    /** Called with each line about the progress. */
    readonly progress?: (line: string) => void;
}

const SPEED = 200;
/** Time until the end of a program is known, in milliseconds. */
const SOON = 500;

export class ApiServerWorld implements World {
    private closing: Promise<void> | undefined;

    private constructor(
        readonly cluster: ApiServerCluster,
        readonly clock: SteadyClock,
        readonly simulator: Simulation,
        private readonly folder: string,
        private readonly removeFolder: () => void,
        private readonly options: WorldOptions,
    ) {}

    /** Starts an API server and puts a fresh, simulated OpenShift cluster on it. @throws BinariesError, BuildError, ControlPlaneError, CrdError */
    static async open(options: WorldOptions): Promise<ApiServerWorld> {
        const env = options.env ?? process.env;
        const clock = new SteadyClock(options.speed ?? SPEED);
        const frozen = clock.hold();
        const cluster = await openApiServer({
            env,
            date: () => new Date(EPOCH + clock.now() * 1000),
            hold: () => clock.hold(),
            ...(options.progress !== undefined && { progress: options.progress }),
        });
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-kubeconfig-"));
        // Also when this process is killed.
        const removeFolder = removeWhenGone(folder);
        try {
            fs.writeFileSync(path.join(folder, "kubeconfig"), cluster.kubeconfig(), { mode: 0o600 });
            const simulator = simulationOf(options.simulation, cluster, clock, env);
            options.progress?.(`custom resources are defined by ${simulator.definedBy}`);
            await simulator.start();
            frozen();
            return new ApiServerWorld(cluster, clock, simulator, folder, removeFolder, options);
        } catch (e) {
            // A connection breaks before the end of its program is known.
            const cause = await Promise.race([cluster.failed.catch((ended: Error) => ended), setTimeout(SOON, e)]);
            removeFolder();
            await cluster.close();
            throw cause;
        }
    }

    /** A kubeconfig file of the cluster; removed by {@link close}. */
    get kubeconfig(): string {
        return path.join(this.folder, "kubeconfig");
    }

    get problems(): readonly string[] {
        return this.simulator.problems;
    }

    /** Passes the cluster to a process of its own, and closes this world. @throws KeepError */
    async keep(): Promise<Kept> {
        const kept = await keep(this.cluster, {
            simulation: this.options.simulation.module,
            speed: this.options.speed ?? SPEED,
            now: this.clock.now(),
            epoch: EPOCH,
            ...(this.options.env !== undefined && { env: this.options.env }),
        });
        await this.close();
        return kept;
    }

    resync(): void {
        this.simulator.resync();
    }

    /** Stops the simulation and the API server; safe to call twice. */
    close(): Promise<void> {
        return (this.closing ??= (async () => {
            this.simulator.stop();
            await this.cluster.close();
            this.removeFolder();
        })());
    }
}
