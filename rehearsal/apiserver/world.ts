/** A real API server with the simulated world on it: what a rehearsal brings its stack up on. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { EPOCH } from "../cluster/memory";
import { crdSource } from "../crds";
import { Simulator, type SimulatorOptions } from "../simulator/simulator";
import { SteadyClock } from "./clock";
import { type ApiServerCluster, openApiServer } from "./cluster";
import { type Kept, keep } from "./keep";

export interface WorldOptions {
    /** How much faster than the wall clock rehearsed time passes. Default 200. */
    readonly speed?: number;
    /** What goes wrong. */
    readonly faults?: SimulatorOptions["faults"];
    readonly env?: NodeJS.ProcessEnv;
    /** Told what is going on, a line at a time. */
    readonly progress?: (line: string) => void;
}

const SPEED = 200;

export class ApiServerWorld {
    private closing: Promise<void> | undefined;

    private constructor(
        readonly cluster: ApiServerCluster,
        readonly clock: SteadyClock,
        readonly simulator: Simulator,
        private readonly folder: string,
        private readonly options: WorldOptions,
    ) {}

    /** Starts an API server and puts a fresh, simulated OpenShift cluster on it. @throws BinariesError, BuildError, ControlPlaneError, CrdError */
    static async open(options: WorldOptions = {}): Promise<ApiServerWorld> {
        const env = options.env ?? process.env;
        const source = crdSource(env);
        const clock = new SteadyClock(options.speed ?? SPEED);
        const cluster = await openApiServer({
            env,
            date: () => new Date(EPOCH + clock.now() * 1000),
            hold: () => clock.hold(),
            ...(options.progress !== undefined && { progress: options.progress }),
        });
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "maas-kubeconfig-"));
        try {
            options.progress?.(`custom resources are defined by ${source.describe}`);
            fs.writeFileSync(path.join(folder, "kubeconfig"), cluster.kubeconfig(), { mode: 0o600 });
            const simulator = new Simulator(cluster, clock, {
                crds: (operator) => source.of(operator),
                ...(options.faults !== undefined && { faults: options.faults }),
            });
            await simulator.start();
            return new ApiServerWorld(cluster, clock, simulator, folder, options);
        } catch (e) {
            fs.rmSync(folder, { recursive: true, force: true });
            await cluster.close();
            throw e;
        }
    }

    /** A file with which clients reach the cluster; gone when the world is closed. */
    get kubeconfig(): string {
        return path.join(this.folder, "kubeconfig");
    }

    /** Hands everything over to a process of its own; this world is then closed. @throws KeepError */
    async keep(stopCommand?: string): Promise<Kept> {
        const kept = await keep(this.cluster, {
            speed: this.options.speed ?? SPEED,
            now: this.clock.now(),
            epoch: EPOCH,
            ...(stopCommand !== undefined && { stopCommand }),
            ...(this.options.env !== undefined && { env: this.options.env }),
        });
        await this.close();
        return kept;
    }

    /** Ends the simulation and the API server; safe to call twice. */
    close(): Promise<void> {
        return (this.closing ??= (async () => {
            this.simulator.stop();
            await this.cluster.close();
            fs.rmSync(this.folder, { recursive: true, force: true });
        })());
    }
}
