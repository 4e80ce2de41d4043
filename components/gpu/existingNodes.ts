/** A gate that looks for nodes that others have created. */
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { EXPECTED_LABEL, EXPECTED_NODES } from "../../catalogue/records";
import { gate, RECORDS_NAMESPACE } from "../gate";
import { formerName } from "../formerName";

const MINUTES = 5;

/** Arguments of {@link existingNodes}. All are plain: policies and reports read them from the plan. */
export interface ExistingNodesArgs {
    readonly pool: string;
    /** The instance type whose GPUs the nodes have. */
    readonly instanceType: string;
    /** The number of nodes that the pool needs. */
    readonly nodes: number;
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** Its name in earlier versions of this program. */
    readonly former: string;
}

/** Labels as a selector of the API: `a=b,c=d`. */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
    return Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
}

/**
 * Waits until enough nodes carry the labels; not for long, since this program does not create them. A record says what is
 * expected, as a MachineSet does for nodes that are created: policies and reports read it, and a rehearsal simulates these
 * nodes.
 */
export function existingNodes(name: string, args: ExistingNodesArgs, opts: pulumi.CustomResourceOptions = {}): pulumi.Resource {
    const { pool, instanceType, nodes, nodeSelector, former } = args;
    const record = { pool, instanceType, nodes: String(nodes), nodeSelector: JSON.stringify(nodeSelector) };
    const expected = new ConfigMap(
        `${name}-expected`,
        {
            metadata: { name: `${name}-expected`, namespace: RECORDS_NAMESPACE, labels: { [EXPECTED_LABEL]: EXPECTED_NODES } },
            data: record,
        },
        { ...opts, ...formerName(`${former}-expected`) },
    );
    return gate(
        name,
        {
            kind: "nodes-exist",
            until: `the nodes of pool ${pool} exist`,
            record,
            check: async (kube) => {
                let matching: readonly string[] = [];
                const enough = await kube.untilAll(
                    { apiVersion: "v1", plural: "nodes" },
                    selectorOf(nodeSelector),
                    (objects) => {
                        matching = objects.map(({ metadata }) => metadata.name);
                        return matching.length >= nodes ? true : undefined;
                    },
                    (await kube.now()) + MINUTES * 60_000,
                );
                if (enough === undefined) {
                    throw new Error(
                        `pool ${pool}: ${matching.length} of ${nodes} nodes have the labels ${selectorOf(nodeSelector)} (${matching.join(", ") || "none"}); ` +
                            "correct existing.nodeSelector or replicas, or remove existing so that the program creates the nodes",
                    );
                }
            },
        },
        { ...opts, dependsOn: [expected], ...formerName(former) },
    );
}
