/** Values that the parts of the platform share while platform.ts creates them in order. */
import type { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { proxyEnvironment } from "../../catalogue/proxy";
import type { Settings } from "../../stacks/schema";
import type { ClusterFacts } from "../cluster";
import type { Operators } from "../layer";

/** The values that are known before anything but operators and nodes exists. */
export interface Stage {
    readonly settings: Settings;
    readonly cluster: ClusterFacts;
    /** The namespace of the gates' records. */
    readonly records: Namespace;
    readonly operators: Operators;
    /** Options of a child of the platform that waits for these resources. */
    readonly after: (...dependsOn: readonly pulumi.Resource[]) => ChildOptions;
}

/** Variables by which a pod finds the cluster's proxy; undefined where the settings name none. */
export function proxyOf({
    settings,
    cluster,
}: Pick<Stage, "settings" | "cluster">): Readonly<Record<string, string>> | undefined {
    const { proxy } = settings.cluster;
    return proxy && proxyEnvironment(proxy, cluster.domain);
}

/** Options of a child of the platform. */
export interface ChildOptions {
    readonly parent: pulumi.ComponentResource;
    readonly dependsOn: pulumi.Resource[];
}
