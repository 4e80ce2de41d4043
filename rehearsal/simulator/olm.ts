import { createHash } from "node:crypto";

import type { KubeObject } from "../cluster/cluster";
import { type CataloguePackage, definitionsOf, findPackage, type InstallMode, packageOf, versionOf } from "./catalogue";
import type { Definitions } from "./definitions";
import { duration, durationOf } from "./durations";
import { K } from "./kind-names";
import { type Controller, isTrue, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "./world";

const CATALOG_NAMESPACE = "openshift-marketplace";

/** `operators.coreos.com/<package>.<namespace>`, cut to what a label's name may be. */
export function componentLabel(name: string, namespace: string): string {
    return `operators.coreos.com/${`${name}.${namespace}`.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "")}`;
}

function short(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 5);
}

/** Subscriptions are resolved namespace by namespace: what is missing becomes one InstallPlan. */
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
                        this.health(subscription),
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
            .filter((step) => step.csv !== undefined) as Step[];
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
        steps: Step[],
        subscriptions: readonly KubeObject[],
        plans: readonly KubeObject[],
    ): Promise<void> {
        const csvs = steps.map((step) => step.csv);
        const required = this.dependencies(namespace, steps, subscriptions);
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
                ...this.catalogHealth(subscription),
                conditions: [
                    this.health(subscription),
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

    /** The packages that the new CSVs need and that nobody provides. */
    private dependencies(
        namespace: string,
        steps: readonly Step[],
        subscriptions: readonly KubeObject[],
    ): { name: string; csv: string }[] {
        const provided = new Set([
            ...subscriptions.map((subscription) => subscription.spec.name as string),
            ...this.world.all(K.ClusterServiceVersion).map((csv) => packageOf(csv.metadata.name)),
        ]);
        const missing = new Map<string, string>();
        const visit = (name: string): void => {
            for (const required of findPackage(name)?.requires ?? []) {
                if (!provided.has(required) && !missing.has(required)) {
                    const found = findPackage(required)!;
                    missing.set(required, found.channels[found.defaultChannel]!.at(-1)!);
                    visit(required);
                }
            }
        };
        steps.forEach(({ csv }) => visit(packageOf(csv)!));
        return [...missing].map(([name, csv]) => ({ name, csv }));
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
            ...this.catalogHealth(subscription),
            conditions: [
                this.health(subscription),
                ...(["InstallPlanPending", "ResolutionFailed"] as const)
                    .filter((type) => subscription.status?.conditions?.some((c: { type: string }) => c.type === type))
                    .map((type) => ({ type, status: "False" as const, reason: "", message: "" })),
            ],
        });
    }

    private health({ spec }: KubeObject): { type: string; status: "True" | "False"; reason: string; message: string } {
        const healthy = this.world.get(K.CatalogSource, spec.sourceNamespace, spec.source) !== undefined;
        return healthy
            ? {
                  type: "CatalogSourcesUnhealthy",
                  status: "False",
                  reason: "AllCatalogSourcesHealthy",
                  message: "all available catalogsources are healthy",
              }
            : {
                  type: "CatalogSourcesUnhealthy",
                  status: "True",
                  reason: "UnhealthyCatalogSourceFound",
                  message: `targeted catalogsource ${spec.sourceNamespace}/${spec.source} missing`,
              };
    }

    private catalogHealth({ spec, status }: KubeObject): { catalogHealth?: object[] } {
        const source = this.world.get(K.CatalogSource, spec.sourceNamespace, spec.source);
        if (!source || status?.catalogHealth) {
            return {};
        }
        const { apiVersion, kind, metadata } = source;
        return {
            catalogHealth: [
                {
                    catalogSourceRef: {
                        apiVersion,
                        kind,
                        name: metadata.name,
                        namespace: metadata.namespace,
                        uid: metadata.uid,
                        resourceVersion: metadata.resourceVersion,
                    },
                    healthy: true,
                    lastUpdated: this.world.timestamp(),
                },
            ],
        };
    }
}

interface Step {
    readonly subscription: KubeObject;
    readonly csv: string;
}

/** Approved InstallPlans bring definitions, CSVs and the Subscriptions of dependencies. */
export class PlanOperator implements Controller {
    readonly name = "olm-plan";
    readonly watches: Controller["watches"];

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {
        const plans = (object: KubeObject): string[] => world.inNamespace(K.InstallPlan, object.metadata.namespace!).map(keyOf);
        this.watches = {
            [K.InstallPlan]: itself,
            [K.OperatorGroup]: plans,
            [K.CustomResourceDefinition]: () =>
                world
                    .all(K.InstallPlan)
                    .filter((plan) => plan.status?.phase === "Installing")
                    .map(keyOf),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const plan = this.world.get(K.InstallPlan, namespace, name);
        // The catalogue operator writes the status of a new plan first: what it would bring.
        if (!plan?.status?.plan || plan.status.phase === "Complete" || plan.metadata.deletionTimestamp) {
            return;
        }
        if (!plan.spec.approved) {
            await this.world.setStatus(plan, { phase: "RequiresApproval" });
            return;
        }
        const groups = this.world.inNamespace(K.OperatorGroup, namespace).length;
        if (groups !== 1) {
            await this.world.setStatus(plan, {
                phase: "Installing",
                conditions: [
                    {
                        type: "Installed",
                        status: "False",
                        reason: "InstallCheckFailed",
                        message:
                            groups === 0
                                ? "no operator group found that is managing this namespace"
                                : `more than one operator group(s) are managing this namespace count=${groups}`,
                    },
                ],
            });
            return;
        }
        await this.world.setStatus(plan, { phase: "Installing" });
        if (!pass.waited("unpack", duration("olm.unpack"))) {
            return;
        }
        const csvs = plan.spec.clusterServiceVersionNames as string[];
        for (const csv of csvs) {
            await this.definitions.bring(packageOf(csv)!);
        }
        for (const csv of csvs) {
            const found = packageOf(csv)!;
            await this.world.ensure(csvObject(csv, found, namespace, this.replaces(csv, found, namespace)));
            if (!this.world.inNamespace(K.Subscription, namespace).some((subscription) => subscription.spec.name === found)) {
                await this.world.ensure(dependencySubscription(found, csv, namespace));
            }
        }
        await this.world.setStatus(plan, {
            phase: "Complete",
            conditions: [{ type: "Installed", status: "True", reason: "", message: "" }],
            plan: (plan.status.plan as object[]).map((step) => ({ ...step, status: "Created" })),
        });
    }

    private replaces(csv: string, name: string, namespace: string): string | undefined {
        return this.world
            .inNamespace(K.ClusterServiceVersion, namespace)
            .find((old) => old.metadata.name !== csv && packageOf(old.metadata.name) === name)?.metadata.name;
    }
}

/** The Subscription that OLM makes for a package that another one needs. */
function dependencySubscription(name: string, csv: string, namespace: string): KubeObject {
    const { catalog, defaultChannel } = findPackage(name)!;
    return {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "Subscription",
        metadata: {
            name: `${name}-${defaultChannel}-${catalog}-${CATALOG_NAMESPACE}`,
            namespace,
            labels: { [componentLabel(name, namespace)]: "", "olm.managed": "true" },
        },
        spec: {
            name,
            channel: defaultChannel,
            source: catalog,
            sourceNamespace: CATALOG_NAMESPACE,
            startingCSV: csv,
            installPlanApproval: "Automatic",
        },
    };
}

/** A ClusterServiceVersion of the catalogue. */
export function csvObject(csv: string, name: string, namespace: string, replaces?: string): KubeObject {
    const found = findPackage(name)!;
    const modes: InstallMode[] = ["OwnNamespace", "SingleNamespace", "MultiNamespace", "AllNamespaces"];
    return {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "ClusterServiceVersion",
        metadata: { name: csv, namespace, labels: { [componentLabel(name, namespace)]: "", "olm.managed": "true" } },
        spec: {
            displayName: name,
            version: /^\d+\.\d+\.\d+/.test(versionOf(csv)) ? versionOf(csv) : "0.0.0",
            ...(replaces !== undefined && { replaces }),
            installModes: modes.map((type) => ({ type, supported: found.modes.includes(type) })),
            install: {
                strategy: "deployment",
                spec: {
                    deployments: found.deployments.map((deployment) => ({ name: deployment, spec: deploymentSpec(deployment) })),
                },
            },
            customresourcedefinitions: {
                owned: definitionsOf(name).flatMap(({ name: crd, kind, versions }) =>
                    versions.map((version) => ({ name: crd, kind, version, displayName: kind })),
                ),
            },
        },
    };
}

function deploymentSpec(name: string): Record<string, unknown> {
    const labels = { "app.kubernetes.io/name": name, "control-plane": "controller-manager" };
    return {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
            metadata: { labels },
            spec: { serviceAccountName: name, containers: [{ name: "manager", image: `registry.redhat.io/rehearsal/${name}` }] },
        },
    };
}

/** CSVs go from Pending to Succeeded, or fail for the reasons for which OLM fails them. */
export class CsvOperator implements Controller {
    readonly name = "olm-csv";
    readonly watches: Controller["watches"];

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {
        const all = (): string[] => world.keys(K.ClusterServiceVersion);
        this.watches = {
            [K.ClusterServiceVersion]: (csv) => [
                keyOf(csv),
                ...(csv.status?.phase === "Succeeded" && csv.spec.replaces
                    ? [`${csv.metadata.namespace}/${csv.spec.replaces}`]
                    : []),
            ],
            [K.OperatorGroup]: (group) => world.inNamespace(K.ClusterServiceVersion, group.metadata.namespace!).map(keyOf),
            [K.CustomResourceDefinition]: () =>
                world
                    .all(K.ClusterServiceVersion)
                    .filter((csv) => csv.status?.phase === "Pending")
                    .map(keyOf),
            [K.Deployment]: (deployment) =>
                (deployment.metadata.ownerReferences ?? [])
                    .filter((owner) => owner.kind === "ClusterServiceVersion")
                    .map((owner) => `${deployment.metadata.namespace}/${owner.name}`),
            [K.Namespace]: (_, type) => (type === "DELETED" ? all() : []),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const csv = this.world.get(K.ClusterServiceVersion, namespace, name);
        const found = csv && packageOf(name);
        if (!csv || !found || csv.metadata.deletionTimestamp) {
            return;
        }
        const successor = this.world
            .inNamespace(K.ClusterServiceVersion, namespace)
            .find((other) => other.spec.replaces === name);
        if (successor) {
            await this.giveWay(csv, successor, pass);
            return;
        }
        const refused = await this.group(csv, findPackage(found)!);
        if (refused) {
            await this.phase(csv, "Failed", refused.reason, refused.message);
            return;
        }
        if (csv.status?.phase === undefined || csv.status.phase === "Failed") {
            if (csv.status?.reason !== "InstallCheckFailed") {
                await this.phase(csv, "Pending", "RequirementsUnknown", "requirements not yet checked");
            } else if (this.world.faults.of("csv-failed", found) === undefined) {
                await this.phase(csv, "Pending", "NeedsReinstall", "calculated deployment install is bad");
            } else {
                return;
            }
        }
        const missing = this.definitions.missing(found);
        if (missing.length > 0) {
            await this.phase(csv, "Pending", "RequirementsNotMet", "one or more requirements couldn't be found", {
                requirementStatus: missing.map((crd) => ({
                    group: "apiextensions.k8s.io",
                    version: "v1",
                    kind: "CustomResourceDefinition",
                    name: crd,
                    status: "NotPresent",
                    message: "CRD is not present",
                })),
            });
            return;
        }
        if (!pass.waited("requirements", duration("olm.requirements"))) {
            return;
        }
        if (csv.status?.phase !== "Succeeded") {
            if (csv.status?.phase !== "Installing") {
                await this.phase(csv, "InstallReady", "AllRequirementsMet", "all requirements found, attempting install");
            }
            await this.phase(csv, "Installing", "InstallSucceeded", "waiting for install components to report healthy");
        }
        const failure = this.world.faults.of("csv-failed", found);
        const deployments = [];
        for (const { name: deployment, spec } of csv.spec.install.spec.deployments as { name: string; spec: object }[]) {
            deployments.push(
                await this.world.ensure({
                    apiVersion: "apps/v1",
                    kind: "Deployment",
                    metadata: {
                        name: deployment,
                        namespace,
                        labels: {
                            "olm.owner": name,
                            "olm.owner.namespace": namespace,
                            "olm.owner.kind": "ClusterServiceVersion",
                        },
                        ownerReferences: [{ ...ownerOf(csv), blockOwnerDeletion: false }],
                    },
                    spec,
                }),
            );
        }
        if (failure) {
            if (pass.waited("deadline", duration("olm.deadline"))) {
                const message =
                    failure.message ??
                    `install failed: deployment ${deployments[0]!.metadata.name} not ready before timeout: deployment "${deployments[0]!.metadata.name}" exceeded its progress deadline`;
                await this.phase(csv, "Failed", "InstallCheckFailed", message);
            }
            return;
        }
        const healthy = deployments.every((deployment) =>
            isTrue(this.world.get(K.Deployment, namespace, deployment.metadata.name), "Available"),
        );
        if (healthy && pass.waited("install", durationOf("olm.install", found))) {
            await this.phase(csv, "Succeeded", "InstallSucceeded", "install strategy completed with no errors");
        }
    }

    /** A CSV that was replaced is deleted once its successor runs. */
    private async giveWay(csv: KubeObject, successor: KubeObject, pass: Pass): Promise<void> {
        await this.phase(csv, "Replacing", "BeingReplaced", `being replaced by csv: ${successor.metadata.name}`);
        if (successor.status?.phase === "Succeeded" && pass.waited("replace", duration("olm.requirements"))) {
            await this.world.delete(csv);
        }
    }

    /** Makes a CSV a member of the OperatorGroup of its namespace. @returns why it cannot be one */
    private async group(csv: KubeObject, found: CataloguePackage): Promise<{ reason: string; message: string } | undefined> {
        const { namespace = "", name } = csv.metadata;
        const groups = this.world.inNamespace(K.OperatorGroup, namespace);
        if (groups.length === 0) {
            return { reason: "NoOperatorGroup", message: "csv in namespace with no operatorgroups" };
        }
        if (groups.length > 1) {
            return {
                reason: "TooManyOperatorGroups",
                message: "csv created in namespace with multiple operatorgroups, can't pick one automatically",
            };
        }
        const targets = (groups[0]!.spec?.targetNamespaces as string[] | undefined) ?? [""];
        const unsupported = unsupportedMode(found.modes, namespace, targets);
        if (unsupported) {
            return { reason: "UnsupportedOperatorGroup", message: unsupported };
        }
        const other = this.world.all(K.ClusterServiceVersion).find((candidate) => {
            const elsewhere =
                candidate.metadata.namespace !== namespace && packageOf(candidate.metadata.name) === packageOf(name);
            const scope = candidate.metadata.annotations?.["olm.targetNamespaces"]?.split(",") ?? [];
            return (
                elsewhere &&
                candidate.status?.phase === "Succeeded" &&
                (scope.includes("") || targets.includes("") || scope.some((target) => targets.includes(target)))
            );
        });
        if (other && csv.status?.phase !== "Succeeded") {
            return { reason: "InterOperatorGroupOwnerConflict", message: "intersecting operatorgroups provide the same APIs" };
        }
        await this.world.patch(csv, {
            metadata: {
                annotations: {
                    "olm.operatorGroup": groups[0]!.metadata.name,
                    "olm.operatorNamespace": namespace,
                    "olm.targetNamespaces": targets.join(","),
                },
            },
        });
        return undefined;
    }

    private async phase(csv: KubeObject, phase: string, reason: string, message: string, more: object = {}): Promise<void> {
        const current = this.world.get(K.ClusterServiceVersion, csv.metadata.namespace!, csv.metadata.name) ?? csv;
        if (current.status?.phase === phase && current.status.reason === reason && current.status.message === message) {
            if (Object.keys(more).length > 0) {
                await this.world.setStatus(current, { ...more });
            }
            return;
        }
        const time = this.world.timestamp();
        const entry = { phase, reason, message, lastTransitionTime: time, lastUpdateTime: time };
        Object.assign(
            csv,
            await this.world.setFields(current, {
                ...entry,
                ...more,
                conditions: [...((current.status?.conditions as object[] | undefined) ?? []), entry],
            }),
        );
    }
}

/** OLM's own rules and words for install modes. Source: operator-framework/api InstallModeSet.Supports. */
export function unsupportedMode(
    modes: readonly InstallMode[],
    namespace: string,
    targets: readonly string[],
): string | undefined {
    const all = targets.length === 1 && targets[0] === "";
    const has = (mode: InstallMode): boolean => modes.includes(mode);
    const refuse = (mode: InstallMode, what: string): string =>
        `${mode} InstallModeType not supported, cannot configure to watch ${what}`;
    if (all) {
        return has("AllNamespaces") ? undefined : refuse("AllNamespaces", "all namespaces");
    }
    if (targets.includes(namespace) && !has("OwnNamespace")) {
        return refuse("OwnNamespace", "own namespace");
    }
    if (targets.length === 1 && !has("SingleNamespace") && !has("MultiNamespace") && targets[0] !== namespace) {
        return refuse("SingleNamespace", "one namespace");
    }
    if (targets.length > 1 && !has("MultiNamespace")) {
        return refuse("MultiNamespace", `${targets.length} namespaces`);
    }
    return undefined;
}

/** OperatorGroups say which namespaces they select. */
export class GroupOperator implements Controller {
    readonly name = "olm-group";
    readonly watches: Controller["watches"] = { [K.OperatorGroup]: itself };

    constructor(private readonly world: World) {}

    async reconcile(key: string): Promise<void> {
        const group = this.world.get(K.OperatorGroup, ...splitKey(key));
        const namespaces = (group?.spec?.targetNamespaces as string[] | undefined) ?? [""];
        if (group && JSON.stringify(group.status?.namespaces) !== JSON.stringify(namespaces)) {
            await this.world.setStatus(group, { namespaces, lastUpdated: this.world.timestamp() });
        }
    }
}

/** Whether a ClusterServiceVersion is of an earlier version than another. */
function earlier(csv: string, than: string): boolean {
    return versionOf(csv).localeCompare(versionOf(than), "en", { numeric: true }) < 0;
}
