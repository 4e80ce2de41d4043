/** Whether nodes of somebody else are there: the gate that looks for them. */
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { EXPECTED_LABEL, EXPECTED_NODES } from "../../catalogue/records";
import { gate, RECORDS_NAMESPACE } from "../gate";

const THERE_MINUTES = 5;

/** Nodes that a pool takes as they are. */
export interface NodesThereArgs {
    readonly pool: string;
    /** The type whose GPUs they have. */
    readonly instanceType: string;
    /** How many there must be. */
    readonly nodes: number;
    readonly nodeSelector: Readonly<Record<string, string>>;
}

/** Labels as a selector of the API: `a=b,c=d`. */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
    return Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
}

/**
 * Lets pass when so many nodes carry the labels; they are not waited for long, since nobody here makes them. A record says
 * what is expected, as a MachineSet does of nodes that are created: reports and policies read it, and a rehearsal takes
 * such nodes as given.
 */
export function nodesThere(name: string, args: NodesThereArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { pool, instanceType, nodes, nodeSelector } = args;
    const record = { pool, instanceType, nodes: String(nodes), nodeSelector: JSON.stringify(nodeSelector) };
    const expected = new ConfigMap(
        `${name}-expected`,
        {
            metadata: { name: `${name}-expected`, namespace: RECORDS_NAMESPACE, labels: { [EXPECTED_LABEL]: EXPECTED_NODES } },
            data: record,
        },
        opts,
    );
    return gate(
        name,
        {
            kind: "nodes-there",
            until: `the nodes of pool ${pool} are there`,
            record,
            check: async (kube) => {
                let found: readonly string[] = [];
                const enough = await kube.untilAll(
                    { apiVersion: "v1", plural: "nodes" },
                    selectorOf(nodeSelector),
                    (objects) => {
                        found = objects.map(({ metadata }) => metadata.name);
                        return found.length >= nodes ? true : undefined;
                    },
                    (await kube.now()) + THERE_MINUTES * 60_000,
                );
                if (enough === undefined) {
                    throw new Error(
                        `pool ${pool}: ${found.length} of ${nodes} nodes carry ${selectorOf(nodeSelector)} (${found.join(", ") || "none"}); ` +
                            "correct existing.nodeSelector or replicas, or leave existing out to have them created",
                    );
                }
            },
        },
        { ...opts, dependsOn: [expected] },
    );
}
