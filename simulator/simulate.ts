/** The module that a rehearsal loads to play OpenShift and the products. */
import type { SimulationModule } from "../rehearsal/simulation";
import { Simulator, type SimulatorOptions } from "./simulator";

export const simulate: SimulationModule["simulate"] = (cluster, clock, { crds, options }) =>
    new Simulator(cluster, clock, { ...(options as Omit<SimulatorOptions, "crds">), crds });
