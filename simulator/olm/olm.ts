import { createHash } from "node:crypto";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { findPackage, packageOf, versionOf } from "./catalogue";
import { duration } from "../durations";
import { CATALOG_NAMESPACE, catalogCondition, catalogHealth } from "./catalog-health";
import { dependencies, type Resolution } from "./dependencies";
import { K } from "../kind-names";
import { type Controller, ownerOf, type Pass, splitKey, type World } from "../world";

/** `operators.coreos.com/<package>.<namespace>`, cut to what a label's name may be. */
export function componentLabel(name: string, namespace: string): string {
    return `operators.coreos.com/${`${name}.${namespace}`.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "")}`;
}

function short(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 5);
}

/**
 * Subscriptions are resolved namespace by namespace: what is missing becomes one InstallPlan. Source:
 * operator-framework/operator-lifecycle-manager@992bb0977:pkg/controller/operators/catalog/operator.go,
 * docs/sources/operators.md#install-plans.
 */
export class CatalogOperator implements Controller {
    readonly name = "olm-catalog";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const namespace = (object: KubeObject): string[] => [`${object.metadata.namespace ?? ""}/`];
        this.watches = {
            [K.Subscription]: namespace,
            [K.InstallPlan]: namespace,
            [K.ClusterServiceVersion]: namespace,
            [K.CatalogSource]: () => new Set(world.all(K.Subscription).flatMap(namespace)),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace] = splitKey(key);
        const subscriptions = this.world
            .inNamespace(K.Subscription, namespace)
            .filter((subscription) => !subscription.metadata.deletionTimestamp)
            .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
        if (subscriptions.length === 0) {
            return;
        }
        for (const subscription of subscriptions) {
            await this.followInstalled(subscription);
        }
        const current = subscriptions.map((s) => this.world.get(K.Subscription, namespace, s.metadata.name) ?? s);
        const plans = this.world.inNamespace(K.InstallPlan, namespace);
        const busy = plans.some(
            (plan) => plan.status?.phase === "Installing" || (plan.spec.approved && plan.status?.phase !== "Complete"),
        );
        const names = current.map((s) => `${s.metadata.uid}@${s.metadata.generation}`).join();
        if (!pass.waited(`resolve ${short(names)}`, duration("olm.resolve")) || busy) {
            return;
        }
        const unsatisfiable = current
            .map((subscription) => this.problem(subscription))
            .filter((problem) => problem !== undefined);
        if (unsatisfiable.length > 0) {
            for (const subscription of current) {
                await this.world.setStatus(subscription, {
                    lastUpdated: this.world.timestamp(),
                    conditions: [
                        catalogCondition(this.world, subscription),
                        {
                            type: "ResolutionFailed",
                            status: "True",
                            reason: "ConstraintsNotSatisfiable",
                            message: `constraints not satisfiable: ${unsatisfiable.join(", ")}`,
                        },
                    ],
                });
            }
            return;
        }
        const steps = current
            .map((subscription) => ({ subscription, csv: this.next(subscription) }))
            .filter((step) => step.csv !== undefined) as Resolution[];
        if (steps.length > 0) {
            await this.plan(namespace, steps, current, plans);
        }
        for (const subscription of current) {
            if (!steps.some((step) => step.subscription === subscription)) {
                await this.settle(subscription);
            }
        }
    }

    /** The CSV of this Subscription's package in its namespace; an operator that lost its Subscription is adopted. */
    private installed(subscription: KubeObject): KubeObject | undefined {
        const csvs = this.world
            .inNamespace(K.ClusterServiceVersion, subscription.metadata.namespace!)
            .filter((csv) => packageOf(csv.metadata.name) === subscription.spec.name && !csv.metadata.deletionTimestamp);
        const replaced = new Set(csvs.map((csv) => csv.spec.replaces as string | undefined));
        return csvs.find((csv) => !replaced.has(csv.metadata.name)) ?? csvs[0];
    }

    private async followInstalled(subscription: KubeObject): Promise<void> {
        const csv = this.installed(subscription)?.metadata.name;
        if (csv !== undefined && subscription.status?.installedCSV !== csv) {
            await this.world.setStatus(subscription, {
                installedCSV: csv,
                currentCSV: csv,
                state: "AtLatestKnown",
                lastUpdated: this.world.timestamp(),
            });
        }
    }

    private problem({ metadata, spec }: KubeObject): string | undefined {
        const fault = this.world.faults.of("unresolvable", spec.name);
        if (fault) {
            return (
                fault.message ??
                `no operators found in channel ${spec.channel} of package ${spec.name} in the catalog referenced by subscription ${metadata.name}, subscription ${metadata.name} exists`
            );
        }
        const found = findPackage(spec.name);
        const where = `in the catalog referenced by subscription ${metadata.name}, subscription ${metadata.name} exists`;
        if (!this.world.get(K.CatalogSource, spec.sourceNamespace, spec.source)) {
            return `no operators found from catalog ${spec.source} in namespace ${spec.sourceNamespace} referenced by subscription ${metadata.name}, subscription ${metadata.name} exists`;
        }
        if (!found || found.catalog !== spec.source) {
            return `no operators found in package ${spec.name} ${where}`;
        }
        const channel = found.channels[(spec.channel as string | undefined) ?? found.defaultChannel];
        if (!channel) {
            return `no operators found in channel ${spec.channel} of package ${spec.name} ${where}`;
        }
        if (spec.startingCSV && !channel.includes(spec.startingCSV)) {
            return `no operators found with name ${spec.startingCSV} in channel ${spec.channel} of package ${spec.name} ${where}`;
        }
        return undefined;
    }

    /** The CSV that should come next: the first, or the one that replaces what is installed. */
    private next(subscription: KubeObject): string | undefined {
        const { spec, status } = subscription;
        const found = findPackage(spec.name)!;
        const channel = found.channels[spec.channel ?? found.defaultChannel]!;
        const installed = this.installed(subscription);
        if (!installed && !status?.installedCSV) {
            return spec.startingCSV ?? channel.at(-1);
        }
        if (!installed) {
            return undefined;
        }
        if (installed.status?.phase !== "Succeeded") {
            return undefined; // What failed is not upgraded.
        }
        const at = channel.indexOf(installed.metadata.name);
        // An earlier version than all of the channel enters it at its first (by skipRange) [inferred].
        return at < 0 && !earlier(installed.metadata.name, channel[0]!) ? undefined : channel[at + 1];
    }

    private async plan(
        namespace: string,
        steps: Resolution[],
        subscriptions: readonly KubeObject[],
        plans: readonly KubeObject[],
    ): Promise<void> {
        const csvs = steps.map((step) => step.csv);
        const required = dependencies(this.world, steps, subscriptions);
        const names = [...csvs, ...required.map(({ csv }) => csv)];
        const manual = subscriptions.some((subscription) => subscription.spec.installPlanApproval === "Manual");
        const known = plans.find(
            (plan) =>
                (plan.spec.clusterServiceVersionNames as string[]).join() === names.join() && plan.status?.phase !== "Complete",
        );
        const generation = known?.spec.generation ?? plans.length + 1;
        const plan =
            known ??
            (await this.world.ensure({
                apiVersion: "operators.coreos.com/v1alpha1",
                kind: "InstallPlan",
                metadata: {
                    name: `install-${short(`${namespace}/${names.join()}/${generation}`)}`,
                    namespace,
                    labels: Object.fromEntries(
                        steps.map(({ subscription }) => [componentLabel(subscription.spec.name, namespace), ""]),
                    ),
                    ownerReferences: steps.map(({ subscription }) => ({
                        ...ownerOf(subscription),
                        controller: false,
                        blockOwnerDeletion: false,
                    })),
                },
                spec: {
                    approval: manual ? "Manual" : "Automatic",
                    approved: !manual,
                    clusterServiceVersionNames: names,
                    generation,
                },
                status: {
                    phase: manual ? "RequiresApproval" : "Installing",
                    catalogSources: [...new Set(steps.map(({ subscription }) => subscription.spec.source as string))],
                    plan: names.map((csv) => ({
                        resolving: csv,
                        status: "Unknown",
                        resource: {
                            group: "operators.coreos.com",
                            version: "v1alpha1",
                            kind: "ClusterServiceVersion",
                            name: csv,
                            sourceName: findPackage(packageOf(csv)!)!.catalog,
                            sourceNamespace: CATALOG_NAMESPACE,
                            manifest: "{}",
                        },
                    })),
                },
            }));
        const reference = {
            apiVersion: plan.apiVersion,
            kind: plan.kind,
            name: plan.metadata.name,
            namespace,
            uid: plan.metadata.uid,
            resourceVersion: plan.metadata.resourceVersion,
        };
        for (const { subscription, csv } of steps) {
            const pending = !plan.spec.approved;
            if (subscription.status?.installPlanRef?.name === plan.metadata.name && subscription.status.currentCSV === csv) {
                continue;
            }
            await this.world.setStatus(subscription, {
                currentCSV: csv,
                state: "UpgradePending",
                installPlanGeneration: generation,
                installPlanRef: reference,
                installplan: {
                    apiVersion: reference.apiVersion,
                    kind: reference.kind,
                    name: reference.name,
                    uuid: reference.uid,
                },
                lastUpdated: this.world.timestamp(),
                ...catalogHealth(this.world, subscription),
                conditions: [
                    catalogCondition(this.world, subscription),
                    ...(subscription.status?.conditions?.some((c: { type: string }) => c.type === "ResolutionFailed")
                        ? [{ type: "ResolutionFailed", status: "False" as const, reason: "", message: "" }]
                        : []),
                    {
                        type: "InstallPlanPending",
                        status: "True",
                        reason: pending ? "RequiresApproval" : "Installing",
                        message: "",
                    },
                ],
            });
        }
    }

    private async settle(subscription: KubeObject): Promise<void> {
        const installed = this.installed(subscription)?.metadata.name;
        if (installed === undefined) {
            return;
        }
        await this.world.setStatus(subscription, {
            currentCSV: installed,
            installedCSV: installed,
            state: "AtLatestKnown",
            ...(subscription.status?.lastUpdated === undefined && { lastUpdated: this.world.timestamp() }),
            ...catalogHealth(this.world, subscription),
            conditions: [
                catalogCondition(this.world, subscription),
                ...(["InstallPlanPending", "ResolutionFailed"] as const)
                    .filter((type) => subscription.status?.conditions?.some((c: { type: string }) => c.type === type))
                    .map((type) => ({ type, status: "False" as const, reason: "", message: "" })),
            ],
        });
    }
}

/** Whether a ClusterServiceVersion is of an earlier version than another. */
function earlier(csv: string, than: string): boolean {
    return versionOf(csv).localeCompare(versionOf(than), "en", { numeric: true }) < 0;
}
