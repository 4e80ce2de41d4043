import { type ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { EXPECTED_OPERATOR, OPERATOR_INSTALLED } from "../../catalogue/records";
import { OperatorGroup, Subscription } from "../../kinds/operators.coreos.com";
import { connectionOf } from "../clusterProvider";
import { describedBy } from "../component";
import { expectedRecord } from "../expected";
import { gate } from "../gate";
import { hooks } from "../hooks";
import type { Kube } from "../kube";
import type { OperatorEntry, OperatorPackage } from "../../catalogue/operators";
import { install, type Installation, subscriptionsOf } from "./install";
import { InstallError } from "./verdict";

/** The operator to install from OLM. Everything must be known in a plan: gates look for it in the cluster. */
export interface OperatorArgs {
    readonly operator: OperatorPackage;
    readonly entry: OperatorEntry;
    /**
     * Somebody else installed the operator: the component checks it and creates nothing but records of what it expects.
     * Default: false.
     */
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
    /** The record of the gate that waits until the operator runs. */
    public readonly installed: ConfigMap;
    /** The namespace of the operator, whoever installed it. */
    public readonly namespaceName: string;

    constructor(name: string, args: OperatorArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { operator, entry, existing = false } = args;
        const { namespace, channel, catalog, csv } = entry;
        super("maas:operators:Operator", name, describedBy({ operator, existing, namespace, channel, catalog, csv }), opts);
        this.namespaceName = namespace;
        const before = existing ? this.expected(name, operator, entry) : this.subscription(name, operator, entry);
        this.installed = gate(
            `${name}-installed`,
            {
                kind: OPERATOR_INSTALLED,
                until: `operator ${operator} runs`,
                record: {
                    package: operator,
                    ...(existing ? { existing: namespace } : { channel }),
                    ...(csv !== undefined && { csv }),
                },
                check: (kube) => waitUntilInstalled(kube, { operator, namespace, csv, existing }),
            },
            { parent: this, dependsOn: [before] },
        );
        this.registerOutputs({ installed: this.installed.metadata.name, namespaceName: this.namespaceName });
    }

    /** A record of the operator that somebody else is expected to have installed. */
    private expected(name: string, operator: OperatorPackage, { namespace, channel, catalog }: OperatorEntry): ConfigMap {
        return expectedRecord(name, EXPECTED_OPERATOR, { package: operator, namespace, channel, catalog }, { parent: this });
    }

    /** Namespace, OperatorGroup and Subscription. */
    private subscription(name: string, operator: OperatorPackage, entry: OperatorEntry): pulumi.Resource {
        const metadata = { name: operator, namespace: entry.namespace };
        const { watches } = entry;
        const watched = typeof watches === "object" ? watches.namespace : watches === "own" ? entry.namespace : undefined;
        const group = new OperatorGroup(
            `${name}-group`,
            { metadata, spec: watched === undefined ? {} : { targetNamespaces: [watched] } },
            { parent: this, dependsOn: [this.namespace(name, operator, entry)] },
        );
        return new Subscription(
            `${name}-subscription`,
            {
                // It has the name of the package: OpenShift AI looks for its dependencies by that name.
                metadata,
                spec: {
                    name: operator,
                    channel: entry.channel,
                    source: entry.catalog,
                    sourceNamespace: entry.catalogNamespace ?? "openshift-marketplace",
                    installPlanApproval: entry.csv === undefined ? "Automatic" : "Manual",
                    ...(entry.csv !== undefined && { startingCSV: entry.csv }),
                    ...podsOf(entry),
                },
            },
            { parent: this, dependsOn: [group] },
        );
    }

    /** The namespace, created only where nobody else has installed the operator. */
    private namespace(name: string, operator: OperatorPackage, entry: OperatorEntry): Namespace {
        const connect = connectionOf({ parent: this });
        return new Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: entry.namespace,
                    ...(entry.scrapedBy !== "workloads" && { labels: { "openshift.io/cluster-monitoring": "true" } }),
                    ...(entry.annotations !== undefined && { annotations: { ...entry.annotations } }),
                },
            },
            {
                parent: this,
                hooks: {
                    beforeCreate: hooks(`operator ${operator} is not installed by others`, async () =>
                        refuseForeign(await connect(), operator),
                    ),
                },
            },
        );
    }
}

/** The settings of the operator's pods in a Subscription. */
function podsOf({ env, tolerations }: OperatorEntry) {
    return env === undefined && tolerations === undefined
        ? {}
        : {
              config: {
                  ...(env && { env: Object.entries(env).map(([key, value]) => ({ name: key, value })) }),
                  ...(tolerations && {
                      tolerations: tolerations.map(({ key, value, effect }) => ({
                          key,
                          operator: value === undefined ? ("Exists" as const) : ("Equal" as const),
                          ...(value !== undefined && { value }),
                          ...(effect !== undefined && { effect }),
                      })),
                  }),
              },
          };
}

const remedies = {
    namespace: ({ namespace }: Installation): string =>
        `see \`oc get subscriptions,installplans,csv,pods,events -n ${namespace}\`, fix what stops it, then run \`pulumi up\` again.`,
    catalog: ({ operator }: Installation): string =>
        `\`oc get packagemanifests ${operator} -o yaml\` lists the channels and versions of the catalogs; fix the catalog, or set operators.${operator}.channel and csv, then run \`pulumi up\` again.`,
};

async function waitUntilInstalled(kube: Kube, installation: Installation): Promise<void> {
    try {
        await install(kube, installation);
    } catch (error) {
        const { operator } = installation;
        const remedy =
            error instanceof InstallError && error.where !== undefined ? `. Remedy: ${remedies[error.where](installation)}` : "";
        throw new Error(`operator ${operator}: ${(error as Error).message.replace(/[.\s]+$/, "")}${remedy}`, { cause: error });
    }
}

/** @throws Error when somebody else has installed the operator: the settings must say so before it is used */
async function refuseForeign(kube: Kube, operator: string): Promise<void> {
    const [found] = await subscriptionsOf(kube, operator);
    if (found !== undefined) {
        throw new Error(
            `operator ${operator} is already installed, by Subscription ${found.namespace}/${found.name} (${found.installedCSV ?? "no version yet"}). ` +
                `It was not changed; to use it, set operators.${operator}.existing: true`,
        );
    }
}
