/** The messages between this process and the one that drives the engine. */
import type { EngineEvent } from "@pulumi/pulumi/automation";

import type { KeptOptions } from "../result";

/** Sent once, first. */
export interface Start {
    readonly kind: "start";
    /** The `pulumi` command. */
    readonly command: string;
    readonly project: string;
    readonly stack: string;
}

/** Sent for each run. */
export interface Act {
    readonly kind: "act";
    readonly action: "preview" | "up" | "destroy";
    readonly policyPack?: string;
    /** A JSON file. */
    readonly policyConfig?: string;
    /** Destroy with the program running, for its delete hooks. */
    readonly runProgram?: boolean;
    /** Go on, after a failure, with what does not depend on it. */
    readonly continueOnError?: boolean;
}

export type ToDriver = Start | Act;

/** A resource in the engine's state. */
export interface StateResource extends KeptOptions {
    readonly urn: string;
    readonly type: string;
    readonly custom?: boolean;
    readonly id?: string;
    readonly parent?: string;
    readonly inputs?: Record<string, unknown>;
    readonly dependencies?: readonly string[];
    readonly propertyDependencies?: Record<string, readonly string[] | null>;
    readonly external?: boolean;
    readonly customTimeouts?: { readonly create?: number; readonly update?: number; readonly delete?: number };
    readonly resourceHooks?: Record<string, readonly string[]>;
    readonly importID?: string;
    readonly delete?: boolean;
}

export type FromDriver =
    | { readonly kind: "ready" }
    | { readonly kind: "event"; readonly event: EngineEvent }
    | {
          readonly kind: "done";
          /** The error with which the engine's command ended. */
          readonly error?: string;
          readonly resources: readonly StateResource[];
          readonly outputs: Readonly<Record<string, unknown>>;
      }
    | { readonly kind: "broken"; readonly message: string };
