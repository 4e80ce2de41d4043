/** Rehearsals on a simulated OpenShift cluster that takes after what the stack says of its own. */
import * as path from "node:path";

import { MemoryWorld } from "../rehearsal/memoryWorld";
import * as rehearsal from "../rehearsal/rehearse";
import type { Rehearsal } from "../rehearsal/result";
import type { SimulationRef } from "../rehearsal/simulation";
import type { SimulatorOptions } from "./simulator";
import { siteOfStack } from "./stackFile";

/** The options of a rehearsal, and the faults of the simulated world. */
export interface RehearseOptions extends Omit<rehearsal.RehearseOptions, "simulation"> {
    /** Faults to play. Default: none. */
    readonly faults?: SimulatorOptions["faults"];
    /** Seed of random decisions in the simulated world. Default 0. */
    readonly seed?: SimulatorOptions["seed"];
}

/** The simulation of an OpenShift cluster. */
export function simulation(options: Omit<SimulatorOptions, "crds"> = {}): SimulationRef {
    return { module: path.join(__dirname, "simulate.ts"), options };
}

/** Rehearses a stack. @throws ProjectError when there is no such project, stack or policy pack, or a file of them cannot be read */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
    return rehearsal.rehearse(simulated(options));
}

/** Opens a cluster for several runs of a stack. */
export async function openSession(options: RehearseOptions): Promise<rehearsal.RehearsalSession> {
    return rehearsal.RehearsalSession.open(simulated(options));
}

/** A fresh, simulated OpenShift cluster in memory. */
export function openMemoryWorld(faults?: SimulatorOptions["faults"], site?: SimulatorOptions["site"]): Promise<MemoryWorld> {
    return MemoryWorld.open(simulation({ ...(faults !== undefined && { faults }), ...(site !== undefined && { site }) }));
}

/** The options of a rehearsal, with the simulation that they ask for. */
export function simulated({ faults, seed, ...options }: RehearseOptions): rehearsal.RehearseOptions {
    const site = siteOfStack(options.projectDir, options.stack);
    return {
        ...options,
        simulation: simulation({ site, ...(faults !== undefined && { faults }), ...(seed !== undefined && { seed }) }),
    };
}
