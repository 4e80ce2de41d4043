/** What the parts of the platform share while platform.ts puts them in order. */
import type { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../../stacks/schema";
import type { ClusterFacts } from "../cluster";
import type { Operators } from "../layer";

/** What is known before anything but operators and nodes is there. */
export interface Stage {
    readonly settings: Settings;
    readonly cluster: ClusterFacts;
    /** The namespace of the gates' records. */
    readonly records: Namespace;
    readonly operators: Operators;
    /** Options of a child of the platform that waits for these resources. */
    readonly after: (...dependsOn: readonly pulumi.Resource[]) => ChildOptions;
}

/** Options of a child of the platform. */
export interface ChildOptions {
    readonly parent: pulumi.ComponentResource;
    readonly dependsOn: pulumi.Resource[];
}
