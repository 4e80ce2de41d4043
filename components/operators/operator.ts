import { ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { EXPECTED_LABEL, EXPECTED_OPERATOR, OPERATOR_INSTALLED } from "../../catalogue/records";
import { OperatorGroup, Subscription } from "../../kinds/operators.coreos.com";
import { connectionOf } from "../clusterProvider";
import { gate, RECORDS_NAMESPACE } from "../gate";
import { hooks } from "../hooks";
import type { Kube } from "../kube";
import type { OperatorEntry, OperatorPackage } from "../../catalogue/operators";
import type { Installation } from "./install";

/** What to install from OLM. */
export interface OperatorArgs {
    readonly operator: OperatorPackage;
    readonly entry: OperatorEntry;
    /** The operator is somebody else's: it is checked, and nothing is created but the record of that. Default false. */
    readonly existing?: boolean;
}

/**
 * An operator that is installed through OLM, and the point in the graph after which its custom resources can be used.
 *
 * Depend on the component (`dependsOn: [operator]`): it ends with a gate that approves the one InstallPlan that leads
 * to the pinned ClusterServiceVersion and waits until that has succeeded. A failure is reported at once with the
 * message of OLM or of the operator, and the next `up` checks again. Destroying it removes its namespace last, and
 * with it the ClusterServiceVersion, which deleting a Subscription alone leaves behind.
 * Source: docs/sources/operators.md#install-plans, #installed-is-not-running, docs/sources/pulumi.md#gates.
 */
export class Operator extends pulumi.ComponentResource {
    /** What holds everybody back until the operator runs. */
    public readonly installed: ConfigMap;
    /** Where the operator is, whosever it is. */
    public readonly namespaceName: string;

    constructor(name: string, args: OperatorArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:operators:Operator", name, {}, opts);
        const { operator, entry, existing = false } = args;
        const child = { parent: this };
        const connect = connectionOf(child);
        this.namespaceName = entry.namespace;
        let last: pulumi.Resource[] = [];

        if (existing) {
            last = [
                new ConfigMap(
                    `${name}-expected`,
                    {
                        metadata: {
                            name: `${name}-expected`,
                            namespace: RECORDS_NAMESPACE,
                            labels: { [EXPECTED_LABEL]: EXPECTED_OPERATOR },
                        },
                        data: { package: operator, namespace: entry.namespace, channel: entry.channel, catalog: entry.catalog },
                    },
                    child,
                ),
            ];
        } else {
            const namespace = new Namespace(
                `${name}-namespace`,
                {
                    metadata: {
                        name: entry.namespace,
                        ...(entry.monitored !== false && { labels: { "openshift.io/cluster-monitoring": "true" } }),
                        ...(entry.annotations !== undefined && { annotations: { ...entry.annotations } }),
                    },
                },
                {
                    ...child,
                    hooks: {
                        beforeCreate: hooks(`operator ${operator} is nobody else's`, async () =>
                            refuseForeign(await connect(), operator),
                        ),
                    },
                },
            );
            const group = new OperatorGroup(
                `${name}-group`,
                {
                    metadata: { name: operator, namespace: entry.namespace },
                    spec: entry.watches === "own" ? { targetNamespaces: [entry.namespace] } : {},
                },
                { ...child, dependsOn: [namespace] },
            );
            last = [
                new Subscription(
                    `${name}-subscription`,
                    {
                        // Named as the package: OpenShift AI looks its dependencies up by that name.
                        metadata: { name: operator, namespace: entry.namespace },
                        spec: {
                            name: operator,
                            channel: entry.channel,
                            source: entry.catalog,
                            sourceNamespace: "openshift-marketplace",
                            installPlanApproval: entry.csv === undefined ? "Automatic" : "Manual",
                            ...(entry.csv !== undefined && { startingCSV: entry.csv }),
                            ...(entry.env && {
                                config: { env: Object.entries(entry.env).map(([key, value]) => ({ name: key, value })) },
                            }),
                        },
                    },
                    { ...child, dependsOn: [group] },
                ),
            ];
        }
        this.installed = gate(
            `${name}-installed`,
            {
                kind: OPERATOR_INSTALLED,
                until: `operator ${operator} runs`,
                record: {
                    package: operator,
                    ...(existing ? { existing: entry.namespace } : { channel: entry.channel }),
                    ...(entry.csv !== undefined && { csv: entry.csv }),
                },
                check: (kube) => waitUntilInstalled(kube, { operator, namespace: entry.namespace, csv: entry.csv, existing }),
            },
            { ...child, dependsOn: last },
        );
        this.registerOutputs({ installed: this.installed.metadata.name });
    }
}

async function waitUntilInstalled(kube: Kube, installation: Installation): Promise<void> {
    const { install } = await import("./install");
    try {
        await install(kube, installation);
    } catch (error) {
        throw new Error(`operator ${installation.operator}: ${(error as Error).message}`, { cause: error });
    }
}

/** Nothing of somebody else's is taken over: an operator that is there already must be named as such. */
async function refuseForeign(kube: Kube, operator: string): Promise<void> {
    const { subscriptionsOf } = await import("./install");
    const [found] = await subscriptionsOf(kube, operator);
    if (found !== undefined) {
        throw new Error(
            `operator ${operator} is installed already, by Subscription ${found.namespace}/${found.name} (${found.installedCSV ?? "no version yet"}). ` +
                `It was left alone; to use it, set operators.${operator}.existing: true`,
        );
    }
}
