import type { KubeObject } from "../rehearsal/cluster/cluster";
import { isMap } from "../rehearsal/cluster/json";
import data from "./data/operands.json";
import { definitionsOf, packageOf } from "./olm/catalogue";
import type { Definitions } from "./definitions";
import { duration, type DurationName } from "./durations";
import { communityRuns } from "./given/given-identity";
import { K } from "./kind-names";
import { acmeIssuer, dnsObstacle } from "./openshift/openshift";
import { type ConditionSpec, type Controller, isTrue, keyOf, ownerOf, type Pass, splitKey, type World } from "./world";

type StatusData = Readonly<Record<string, unknown>> & {
    readonly conditions?: Readonly<Record<string, readonly [ConditionSpec["status"], string, string]>>;
};

/** What must be there before an operand becomes ready. A name that the object does not state asks for nothing. */
interface Requirement {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name: string;
    /** The condition that must be True. */
    readonly condition?: string;
    /** An operator that must run instead of an object. */
    readonly operator?: string;
}

/** A row of simulator/data/operands.json. */
interface Operand {
    readonly kind: string;
    readonly operator?: string;
    readonly stage?: string;
    readonly seconds: DurationName;
    readonly auto?: readonly { readonly name: string; readonly spec: object }[];
    readonly requires?: readonly Requirement[];
    readonly namespaces?: readonly string[];
    readonly deployments?: readonly { readonly namespace: string; readonly names: readonly string[] }[];
    readonly finalizer?: string;
    readonly tlsSecret?: string;
    /** Writes the Secret of an ExternalSecret, of a CredentialsRequest, of a database, or the route of an ExternalModel. */
    readonly externalSecret?: boolean;
    readonly credentials?: boolean;
    readonly database?: boolean;
    readonly externalModel?: boolean;
    /** A store that is a Vault: the network policy of the controllers must let them reach it. */
    readonly vault?: boolean;
    readonly unmet?: StatusData;
    readonly ready: StatusData;
}

/** Names the operand that a Deployment belongs to. */
const OPERAND = "rehearsal.maas.example.com/operand";

const operands = data.operands as unknown as readonly Operand[];

/** Replaces `${path}` by what the object states there; undefined when it states nothing. */
function resolved(text: string, object: KubeObject): string | undefined {
    let missing = false;
    const result = text.replace(/\$\{([^}]+)\}/g, (_, path: string) => {
        const start: unknown = path === "name" || path === "namespace" ? object.metadata : object;
        const value = path.split(".").reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), start);
        missing ||= value === undefined;
        return String(value ?? "");
    });
    return missing ? undefined : result;
}

function statusOf({ conditions, ...rest }: StatusData, object: KubeObject): Record<string, unknown> {
    return {
        ...rest,
        ...(conditions && {
            conditions: Object.entries(conditions).map(([type, [status, reason, message]]) => ({
                type,
                status,
                reason,
                message: resolved(message, object) ?? message,
            })),
        }),
    };
}

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
        await this.produce(operand, object);
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

    /** The objects that others wait for. Their content says that it is rehearsed; no secret is made up. */
    private async produce(operand: Operand, object: KubeObject): Promise<void> {
        const namespace = object.metadata.namespace ?? "";
        const secret = (
            name: string,
            data: Record<string, string>,
            type = "Opaque",
            where = namespace,
            owned = true,
        ): Promise<KubeObject> =>
            this.world.ensure({
                apiVersion: "v1",
                kind: "Secret",
                type,
                metadata: { name, namespace: where, ...(owned && { ownerReferences: [ownerOf(object)] }) },
                data: Object.fromEntries(
                    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
                ),
            });
        if (operand.tlsSecret !== undefined) {
            const text = Buffer.from(`rehearsal ${keyOf(object)}`).toString("base64");
            const certificate = `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
            // cert-manager leaves the Secret when the Certificate goes.
            await secret(
                resolved(operand.tlsSecret, object)!,
                { "tls.crt": certificate, "tls.key": "rehearsal", "ca.crt": certificate },
                "kubernetes.io/tls",
                namespace || "cert-manager",
                false,
            );
        }
        if (operand.externalSecret) {
            const keys = (object.spec?.data as { secretKey: string }[] | undefined) ?? [];
            const templated = Object.keys((object.spec?.target?.template?.data as object | undefined) ?? {});
            const names = templated.length > 0 ? templated : keys.map(({ secretKey }) => secretKey);
            const template = (object.spec?.target?.template?.metadata ?? {}) as { labels?: object; annotations?: object };
            const made = await secret(
                (object.spec?.target?.name as string | undefined) ?? object.metadata.name,
                Object.fromEntries(names.map((key) => [key, "rehearsal"])),
            );
            const { labels = {}, annotations = {} } = template;
            await this.world.patch(made, {
                metadata: {
                    labels: { "reconcile.external-secrets.io/managed": "true", ...labels },
                    annotations: { ...annotations },
                },
            });
        }
        if (operand.credentials) {
            const { name, namespace: where } = object.spec.secretRef as { name: string; namespace: string };
            await secret(name, { aws_access_key_id: "rehearsal", aws_secret_access_key: "rehearsal" }, "Opaque", where, false);
        }
        if (operand.database) {
            const name = object.metadata.name;
            await secret(`${name}-app`, {
                username: "app",
                password: "rehearsal",
                dbname: "app",
                uri: `postgresql://app:rehearsal@${name}-rw.${namespace}:5432/app`,
            });
        }
        if (operand.externalModel) {
            const prefix = `/${namespace}/${object.metadata.name}`;
            await this.world.ensure({
                apiVersion: "v1",
                kind: "Service",
                metadata: { name: object.metadata.name, namespace, ownerReferences: [ownerOf(object)] },
                spec: { type: "ExternalName", externalName: object.spec.endpoint },
            });
            await this.world.ensure({
                apiVersion: "gateway.networking.k8s.io/v1",
                kind: "HTTPRoute",
                metadata: { name: object.metadata.name, namespace, ownerReferences: [ownerOf(object)] },
                spec: {
                    parentRefs: [
                        {
                            group: "gateway.networking.k8s.io",
                            kind: "Gateway",
                            name: "maas-default-gateway",
                            namespace: "openshift-ingress",
                        },
                    ],
                    rules: [
                        {
                            matches: [{ path: { type: "PathPrefix", value: prefix } }],
                            backendRefs: [{ group: "", kind: "Service", name: object.metadata.name, port: 443, weight: 1 }],
                        },
                    ],
                },
            });
        }
    }
}

/** Whether the network policy of External Secrets lets its controllers reach the server of a store. */
function vaultReachable(world: World, store: KubeObject): boolean {
    const server = (store.spec?.provider?.vault as { server?: string } | undefined)?.server;
    if (server === undefined) {
        return true;
    }
    const config = world.get("operator.openshift.io/v1alpha1/ExternalSecretsConfig", "", "cluster");
    if (config === undefined && communityRuns(world)) {
        return true;
    }
    const policies = (config?.spec?.controllerConfig?.networkPolicies ?? []) as {
        egress: { ports?: { port: number }[] }[];
    }[];
    const port = Number(new URL(server).port || "443");
    return policies.some(({ egress }) =>
        egress.some(({ ports }) => ports === undefined || ports.some((allowed) => allowed.port === port)),
    );
}
