import type { KubeObject } from "../rehearsal/cluster/cluster";
import { definitionsOf, packageOf } from "./olm/catalogue";
import type { Definitions } from "./definitions";
import { duration, type DurationName } from "./durations";
import { communityRuns } from "./given/given-identity";
import { vaultReachable } from "./given/vault-reach";
import { K } from "./kind-names";
import { type Operand, operands, type Requirement, resolved, statusOf } from "./operand-data";
import { produce } from "./operand-products";
import { acmeIssuer, dnsObstacle } from "./openshift/acme";
import { type ConditionSpec, type Controller, isTrue, keyOf, ownerOf, type Pass, splitKey, type World } from "./world";

/** Names the operand that a Deployment belongs to. */
const OPERAND = "rehearsal.maas.example.com/operand";

/** Operands that follow simulator/data/operands.json. */
export class Operands implements Controller {
    readonly name = "operands";
    readonly watches: Controller["watches"];
    private readonly byKind = new Map(operands.map((operand) => [operand.kind, operand]));

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {
        const watches: Record<string, Controller["watches"][string]> = {};
        const watch = (kind: string, map: (object: KubeObject) => Iterable<string>): void => {
            const before = watches[kind];
            watches[kind] = before ? (object, type) => [...before(object, type), ...map(object)] : map;
        };
        const awaiting = (kind: string) => (object: KubeObject) =>
            operands
                .filter((operand) =>
                    operand.requires?.some((requirement) => requirement.kind === kind || requirement.kind?.includes("${")),
                )
                .flatMap((operand) =>
                    world
                        .all(operand.kind)
                        .filter((waiting) => this.needs(operand, waiting, object))
                        .map((waiting) => `${operand.kind}|${keyOf(waiting)}`),
                );
        for (const operand of operands) {
            watch(operand.kind, (object) => [`${operand.kind}|${keyOf(object)}`]);
            watch(operand.kind, awaiting(operand.kind));
            for (const requirement of operand.requires ?? []) {
                if (
                    requirement.kind &&
                    !requirement.kind.includes("${") &&
                    !this.byKind.has(requirement.kind) &&
                    !watches[requirement.kind]
                ) {
                    watch(requirement.kind, awaiting(requirement.kind));
                }
            }
        }
        watch(K.ClusterServiceVersion, (csv) => {
            const name = packageOf(csv.metadata.name);
            return operands
                .filter(
                    (operand) =>
                        operand.operator === name || operand.requires?.some((requirement) => requirement.operator === name),
                )
                .flatMap((operand) => [
                    `auto|${operand.kind}`,
                    ...world.keys(operand.kind).map((key) => `${operand.kind}|${key}`),
                ]);
        });
        // The key with which names are proven to an ACME issuer.
        watch(K.Secret, ({ metadata }) =>
            metadata.namespace === "cert-manager"
                ? operands
                      .filter((operand) => operand.tlsSecret !== undefined)
                      .flatMap((operand) => world.keys(operand.kind).map((key) => `${operand.kind}|${key}`))
                : [],
        );
        // The network policies of its controllers decide what a store can reach.
        watch("operator.openshift.io/v1alpha1/ExternalSecretsConfig", () =>
            operands
                .filter((operand) => operand.vault === true)
                .flatMap((operand) => world.keys(operand.kind).map((key) => `${operand.kind}|${key}`)),
        );
        watch(K.Deployment, (deployment) => {
            const of = deployment.metadata.annotations?.[OPERAND];
            return of === undefined ? [] : [of];
        });
        const byDefinition = new Map<string, Set<string>>();
        for (const { kind, operator, stage, requires } of operands) {
            for (const [name, at] of [
                [operator, stage] as const,
                ...(requires ?? []).map(({ operator: other, name: of }) => [other, of] as const),
            ]) {
                for (const definition of name === undefined || at === undefined ? [] : definitionsOf(name, at)) {
                    byDefinition.set(definition.name, (byDefinition.get(definition.name) ?? new Set()).add(kind));
                }
            }
        }
        watch(K.CustomResourceDefinition, (crd) =>
            [...(byDefinition.get(crd.metadata.name) ?? [])].flatMap((kind) => world.keys(kind).map((key) => `${kind}|${key}`)),
        );
        this.watches = watches;
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const at = key.indexOf("|");
        if (key.startsWith("auto|")) {
            await this.automatic(this.byKind.get(key.slice(at + 1))!, pass);
            return;
        }
        const operand = this.byKind.get(key.slice(0, at))!;
        const object = this.world.get(operand.kind, ...splitKey(key.slice(at + 1)));
        if (!object || !this.runs(operand)) {
            return;
        }
        if (object.metadata.deletionTimestamp) {
            if (operand.finalizer && pass.waited("release", duration("finalizer.release"))) {
                await this.world.unfinalize(object, operand.finalizer);
            }
            return;
        }
        if (operand.finalizer) {
            await this.world.finalize(object, operand.finalizer);
        }
        const fault = this.world.faults.notReady(object.kind, object.metadata.name);
        if (fault !== undefined || !this.requirementsMet(operand, object)) {
            await this.unmet(operand, object, fault);
            return;
        }
        for (const namespace of operand.namespaces ?? []) {
            await this.world.ensure({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        }
        if (operand.stage && !(await this.definitions.bring(operand.operator!, operand.stage))) {
            return;
        }
        const deployments = await this.deploy(operand, object);
        if (
            !deployments.every((deployment) => isTrue(deployment, "Available")) ||
            !pass.waited("ready", duration(this.seconds(operand, object)))
        ) {
            return;
        }
        await produce(this.world, operand, object);
        await this.world.setStatus(object, statusOf(operand.ready, object));
    }

    /** Whether the controller of an operand runs; that of External Secrets may be the community's. */
    private runs({ operator, kind }: Operand): boolean {
        return (
            operator === undefined ||
            this.world.operator(operator) !== undefined ||
            (kind.startsWith("external-secrets.io/") && communityRuns(this.world))
        );
    }

    private async automatic(operand: Operand, pass: Pass): Promise<void> {
        if (
            !operand.auto ||
            !operand.operator ||
            !this.world.operator(operand.operator) ||
            !pass.waited("auto", duration("operand.quick"))
        ) {
            return;
        }
        const at = operand.kind.lastIndexOf("/");
        for (const { name, spec } of operand.auto) {
            await this.world.ensure({
                apiVersion: operand.kind.slice(0, at),
                kind: operand.kind.slice(at + 1),
                metadata: { name },
                spec,
            });
        }
    }

    private async unmet(operand: Operand, object: KubeObject, fault: string | undefined): Promise<void> {
        const status = statusOf(operand.unmet ?? {}, object);
        const conditions = (status.conditions as ConditionSpec[] | undefined) ?? [];
        const blamed =
            fault === undefined
                ? conditions
                : (conditions.length > 0
                      ? conditions
                      : ((statusOf(operand.ready, object).conditions as ConditionSpec[] | undefined) ?? [])
                  ).map((condition) => ({
                      ...condition,
                      status: condition.type === "Degraded" ? ("True" as const) : ("False" as const),
                      reason: fault,
                      message: "not ready in this rehearsal",
                  }));
        const written = { ...status, ...(blamed.length > 0 && { conditions: blamed }) };
        if (Object.keys(written).length > 0) {
            await this.world.setStatus(object, written);
        }
        if (operand.vault === true) {
            await this.warn(
                object,
                "InvalidProviderConfig",
                `unable to log in with ${object.spec?.provider?.vault?.auth?.jwt === undefined ? "Kubernetes" : "JWT"} auth: ${
                    vaultReachable(this.world, object) ? "permission denied" : "dial tcp: i/o timeout"
                }`,
            );
        }
    }

    /** The condition of such an object hides the cause; an Event has it. */
    private async warn(object: KubeObject, reason: string, message: string): Promise<void> {
        const { name, namespace = "default" } = object.metadata;
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Event",
            metadata: { name: `${name}.${reason.toLowerCase()}`, namespace },
            type: "Warning",
            reason,
            message,
            lastTimestamp: this.world.timestamp(),
            involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name },
        });
    }

    /** A name that is proven by a DNS record takes minutes; a signature takes none. */
    private seconds(operand: Operand, object: KubeObject): DurationName {
        return operand.tlsSecret !== undefined && acmeIssuer(this.world, object) ? "certificate.acme" : operand.seconds;
    }

    private requirementsMet(operand: Operand, object: KubeObject): boolean {
        if (operand.tlsSecret !== undefined && dnsObstacle(this.world, object) !== undefined) {
            return false;
        }
        if (operand.vault === true && !vaultReachable(this.world, object)) {
            return false;
        }
        return (operand.requires ?? []).every((requirement) => {
            if (requirement.operator !== undefined) {
                return (
                    this.world.operator(requirement.operator) !== undefined &&
                    this.definitions.served(requirement.operator, requirement.name)
                );
            }
            const name = resolved(requirement.name, object);
            const elsewhere =
                requirement.namespace?.startsWith("${spec.") && resolved(requirement.namespace, object) === undefined;
            if (name === undefined || elsewhere === true) {
                // The object does not say it: it needs something else, or nothing.
                return true;
            }
            const found = this.required(requirement, object, name);
            return found !== undefined && (requirement.condition === undefined || isTrue(found, requirement.condition));
        });
    }

    private required(requirement: Requirement, object: KubeObject, name: string): KubeObject | undefined {
        const kind =
            resolved(requirement.kind!, object) ??
            requirement.kind!.replace(/\$\{[^}]+\}/, requirement.kind!.includes("external-secrets") ? "SecretStore" : "Issuer");
        const namespace = requirement.namespace === undefined ? "" : (resolved(requirement.namespace, object) ?? "");
        return this.world.get(kind, namespace, name) ?? this.world.get(kind, "", name);
    }

    private needs(operand: Operand, waiting: KubeObject, object: KubeObject): boolean {
        return (operand.requires ?? []).some(
            (requirement) => requirement.kind !== undefined && resolved(requirement.name, waiting) === object.metadata.name,
        );
    }

    private async deploy(operand: Operand, object: KubeObject): Promise<KubeObject[]> {
        const found = [];
        for (const { namespace, names } of operand.deployments ?? []) {
            for (const template of names) {
                const name = resolved(template, object)!;
                const inNamespace = resolved(namespace, object)!;
                const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": object.metadata.name };
                const owned = object.metadata.namespace === undefined || object.metadata.namespace === inNamespace;
                const created = await this.world.ensure({
                    apiVersion: "apps/v1",
                    kind: "Deployment",
                    metadata: {
                        name,
                        namespace: inNamespace,
                        labels,
                        annotations: { [OPERAND]: `${operand.kind}|${keyOf(object)}` },
                        ...(owned && { ownerReferences: [ownerOf(object)] }),
                    },
                    spec: {
                        replicas: 1,
                        selector: { matchLabels: labels },
                        template: {
                            metadata: { labels },
                            spec: { containers: [{ name: "main", image: `registry.redhat.io/rehearsal/${name}` }] },
                        },
                    },
                });
                found.push(this.world.get(K.Deployment, inNamespace, name) ?? created);
            }
        }
        return found;
    }
}
