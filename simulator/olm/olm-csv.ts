import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { type CataloguePackage, definitionsOf, findPackage, type InstallMode, packageOf, versionOf } from "./catalogue";
import type { Definitions } from "../definitions";
import { duration, durationOf } from "../durations";
import { K } from "../kind-names";
import { componentLabel } from "./olm";
import { type Controller, isTrue, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";

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

/**
 * CSVs go from Pending to Succeeded, or fail for the reasons for which OLM fails them. Source:
 * docs/sources/operators.md#installed-is-not-running, #install-modes.
 */
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

/**
 * OLM's own rules and words for install modes. Source:
 * operator-framework/api@3048ccd:pkg/operators/v1alpha1/clusterserviceversion.go.
 */
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
