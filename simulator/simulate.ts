/** The module that a rehearsal loads to play OpenShift and the products. */
import type { SimulationModule } from "../rehearsal/simulation";
import { crdSource, generatedCrds } from "./crds/crds";
import { kindSchemas } from "./schemas";
import { Simulator, type SimulatorOptions } from "./simulator";

export const schemas = kindSchemas;

/** A cluster in memory validates objects against the schemas of this project. @throws CrdError */
export const simulate: SimulationModule["simulate"] = (cluster, clock, { env, options }) => {
    const source = cluster.kind === "memory" ? generatedCrds() : crdSource(env);
    const simulator = new Simulator(cluster, clock, {
        ...(options as Omit<SimulatorOptions, "crds">),
        crds: (operator) => source.of(operator),
    });
    return {
        definedBy: source.describe,
        problems: simulator.problems,
        start: () => simulator.start(),
        stop: () => simulator.stop(),
        resync: () => simulator.resync(),
    };
};
