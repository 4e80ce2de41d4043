/**
 * The contract of a layer: a folder of components/ whose `index.ts` exports which operators it needs for given settings
 * (`operators`, a {@link OperatorsOf}) and the component or function that builds it. A layer imports no other layer: what it
 * needs of others it gets from platform.ts, which alone says what comes before what.
 */
import type * as pulumi from "@pulumi/pulumi";

import type { OperatorPackage } from "../catalogue/operators";
import type { Settings } from "../stacks/schema";

/** The operators that a layer needs for given settings; empty where it needs none. */
export type OperatorsOf = (settings: Settings) => readonly OperatorPackage[];

/** An operator that runs. Depend on it before you use its kinds. */
export interface InstalledOperator extends pulumi.ComponentResource {
    /** Namespace of the operator, whoever installed it. */
    readonly namespaceName: string;
}

/** The operators of a stack. @throws Error naming an operator that no layer has asked for */
export type Operators = (operator: OperatorPackage) => InstalledOperator;
