import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { packageOf } from "../olm/catalogue";
import { duration } from "../durations";
import { K } from "../kind-names";
import {
    type ConditionSpec,
    conditionOf,
    type Controller,
    isTrue,
    itself,
    keyOf,
    ownerOf,
    type Pass,
    splitKey,
    type World,
} from "../world";
import { counterVolume } from "./counterVolume";

const OPERATOR = "kuadrant-operator-controller-manager";
/**
 * The dependencies that Kuadrant's operator looks for when its process starts, by its names for them. Source:
 * docs/sources/connectivity-link.md#missing-dependency.
 */
const DEPENDENCIES: readonly { readonly label: string; readonly crds: readonly string[] }[] = [
    {
        label: "Gateway API provider (istio / envoy gateway)",
        crds: ["wasmplugins.extensions.istio.io", "envoyfilters.networking.istio.io", "peerauthentications.security.istio.io"],
    },
    { label: "Authorino Operator", crds: ["authorinos.operator.authorino.kuadrant.io"] },
    { label: "Limitador Operator", crds: ["limitadors.limitador.kuadrant.io"] },
];

/**
 * The process of Kuadrant's operator: it looks for its dependencies once, when it starts, and never again. A restart
 * (a new pod template, a recreated Deployment) looks again.
 */
class Process {
    private started: string | undefined;
    private missing: readonly string[] = [];

    constructor(private readonly world: World) {}

    /** The dependencies that were missing when the process started; undefined while it does not run. */
    probe(): readonly string[] | undefined {
        const csv = this.world.operator("rhcl-operator");
        const deployment = csv && this.world.get(K.Deployment, csv.metadata.namespace!, OPERATOR);
        if (
            !csv ||
            !deployment ||
            !isTrue(deployment, "Available") ||
            conditionOf(deployment, "Progressing")?.reason !== "NewReplicaSetAvailable"
        ) {
            return undefined;
        }
        const run = `${deployment.metadata.uid}/${deployment.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? ""}`;
        if (run !== this.started) {
            this.started = run;
            this.missing = DEPENDENCIES.filter(({ crds }) => !crds.every((crd) => this.world.defined(crd))).map(
                ({ label }) => label,
            );
        }
        return this.missing;
    }
}

/**
 * Kuadrant: its operands, once it has found what it needs. Source:
 * Kuadrant/kuadrant-operator@v1.3.1:internal/controller/state_of_the_world.go, docs/sources/connectivity-link.md#kuadrant.
 */
export class KuadrantOperator implements Controller {
    readonly name = "kuadrant";
    readonly watches: Controller["watches"];
    private readonly process: Process;

    constructor(private readonly world: World) {
        this.process = new Process(world);
        const all = (): string[] => ["process/", ...world.keys(K.Kuadrant)];
        this.watches = {
            [K.Kuadrant]: itself,
            [K.ClusterServiceVersion]: (csv) => (packageOf(csv.metadata.name) === "rhcl-operator" ? all() : []),
            [K.Deployment]: (deployment) => (deployment.metadata.name === OPERATOR ? all() : []),
            [K.Authorino]: all,
            [K.Limitador]: all,
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const missing = this.process.probe();
        const kuadrant = key === "process/" ? undefined : this.world.get(K.Kuadrant, ...splitKey(key));
        if (!kuadrant || kuadrant.metadata.deletionTimestamp || missing === undefined) {
            return;
        }
        if (missing.length > 0) {
            await this.ready(kuadrant, {
                status: "False",
                reason: "MissingDependency",
                message: missing
                    .map(
                        (label) =>
                            `[${label}] is not installed, please restart Kuadrant Operator pod once dependency has been installed`,
                    )
                    .join(", "),
            });
            return;
        }
        if (!pass.waited("reconcile", duration("kuadrant.reconcile"))) {
            return;
        }
        const namespace = kuadrant.metadata.namespace!;
        const limitador = await this.world.ensure({
            apiVersion: "limitador.kuadrant.io/v1alpha1",
            kind: "Limitador",
            metadata: { name: "limitador", namespace, ownerReferences: [ownerOf(kuadrant)] },
            spec: {},
        });
        const authorino = await this.world.ensure({
            apiVersion: "operator.authorino.kuadrant.io/v1beta1",
            kind: "Authorino",
            metadata: { name: "authorino", namespace, ownerReferences: [ownerOf(kuadrant)] },
            spec: {
                clusterWide: true,
                supersedingHostSubsets: true,
                listener: { tls: { enabled: false } },
                oidcServer: { tls: { enabled: false } },
            },
        });
        const fault = this.world.faults.notReady("Kuadrant", kuadrant.metadata.name);
        if (fault !== undefined) {
            await this.ready(kuadrant, { status: "False", reason: fault, message: "Kuadrant is not ready in this rehearsal" });
        } else if (!isTrue(limitador, "Ready")) {
            await this.ready(kuadrant, {
                status: "False",
                reason: "LimitadorNotReady",
                message: conditionOf(limitador, "Ready")?.message || "status conditions not found",
            });
        } else if (!isTrue(authorino, "Ready")) {
            await this.ready(kuadrant, {
                status: "False",
                reason: "AuthorinoNotReady",
                message: conditionOf(authorino, "Ready")?.message || "status conditions not found",
            });
        } else {
            await this.ready(kuadrant, { status: "True", reason: "Ready", message: "Kuadrant is ready" });
        }
    }

    private async ready(kuadrant: KubeObject, condition: Omit<ConditionSpec, "type">): Promise<void> {
        await this.world.setStatus(kuadrant, {
            observedGeneration: kuadrant.metadata.generation,
            conditions: [{ type: "Ready", ...condition }],
        });
    }
}

/**
 * Authorino and Limitador: a Deployment and a Service each. Source:
 * docs/sources/connectivity-link.md#kuadrant, #authorino-tls, #limitador.
 */
export class KuadrantOperands implements Controller {
    readonly name = "kuadrant-operands";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const owner = (object: KubeObject): string[] =>
            (object.metadata.ownerReferences ?? [])
                .filter((o) => o.kind === "Authorino" || o.kind === "Limitador")
                .map((o) => `${o.kind}|${object.metadata.namespace}/${o.name}`);
        this.watches = {
            [K.Authorino]: (object) => [`Authorino|${keyOf(object)}`],
            [K.Limitador]: (object) => [`Limitador|${keyOf(object)}`],
            [K.Deployment]: owner,
            [K.Service]: owner,
            [K.Secret]: (secret) => [
                ...world.inNamespace(K.Authorino, secret.metadata.namespace!).map((a) => `Authorino|${keyOf(a)}`),
                ...world.inNamespace(K.Limitador, secret.metadata.namespace!).map((l) => `Limitador|${keyOf(l)}`),
            ],
            [K.ClusterServiceVersion]: (csv) =>
                ["authorino-operator", "limitador-operator"].includes(packageOf(csv.metadata.name) ?? "")
                    ? [
                          ...world.keys(K.Authorino).map((key) => `Authorino|${key}`),
                          ...world.keys(K.Limitador).map((key) => `Limitador|${key}`),
                      ]
                    : [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [kind = "", rest = ""] = key.split("|");
        const authorino = kind === "Authorino";
        const object = this.world.get(authorino ? K.Authorino : K.Limitador, ...splitKey(rest));
        const operator = authorino ? "authorino-operator" : "limitador-operator";
        if (
            !object ||
            object.metadata.deletionTimestamp ||
            !this.world.operator(operator) ||
            !pass.waited("reconcile", duration("authorino.reconcile"))
        ) {
            return;
        }
        const { name, namespace } = object.metadata;
        const labels: Record<string, string> = authorino
            ? { "authorino-resource": name, "control-plane": "controller-manager" }
            : { app: "limitador", "limitador-resource": name };
        const meta = (child: string): KubeObject["metadata"] => ({
            name: child,
            namespace: namespace!,
            labels,
            ownerReferences: [ownerOf(object)],
        });
        const workload = authorino ? name : `limitador-${name}`;
        const services = authorino
            ? [
                  {
                      name: `${name}-authorino-authorization`,
                      ports: [
                          ["grpc", 50051],
                          ["http", 5001],
                      ] as const,
                  },
                  { name: `${name}-authorino-oidc`, ports: [["http", 8083]] as const },
                  { name: `${name}-controller-metrics`, ports: [["http", 8080]] as const },
              ]
            : [
                  {
                      name: `limitador-${name}`,
                      ports: [
                          ["http", 8080],
                          ["grpc", 8081],
                      ] as const,
                  },
              ];
        for (const service of services) {
            await this.world.ensure({
                apiVersion: "v1",
                kind: "Service",
                metadata: meta(service.name),
                spec: {
                    selector: labels,
                    ports: service.ports.map(([port, number]) => ({
                        name: port,
                        port: number,
                        targetPort: number,
                        protocol: "TCP",
                    })),
                },
            });
        }
        await counterVolume(this.world, object, meta(workload));
        const certificate =
            authorino && object.spec?.listener?.tls?.enabled === true
                ? (object.spec.listener.tls.certSecretRef?.name as string | undefined)
                : undefined;
        const tls = authorino && object.spec?.listener?.tls?.enabled === true;
        const storage = (object.spec?.storage?.redis ?? object.spec?.storage?.["redis-cached"]) as
            { configSecretRef?: { name?: string } } | undefined;
        const wanted = authorino ? (tls ? (certificate ?? "") : undefined) : storage && (storage.configSecretRef?.name ?? "");
        const secret = wanted === undefined ? undefined : this.world.get(K.Secret, namespace!, wanted);
        const broken = wanted !== undefined && (authorino ? !secret : !("URL" in ((secret?.data as object | undefined) ?? {})));
        const deployment = await this.world.ensure({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: meta(workload),
            spec: {
                replicas: object.spec?.replicas ?? 1,
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: {
                        containers: [
                            { name: authorino ? "authorino" : "limitador", image: `registry.redhat.io/rhcl-1/${name}-rhel9` },
                        ],
                    },
                },
            },
        });
        const fault = this.world.faults.notReady(kind, name);
        const up = isTrue(this.world.get(K.Deployment, namespace!, workload) ?? deployment, "Available");
        const ready = up && !broken && fault === undefined;
        const generation = object.metadata.generation;
        await this.world.setStatus(object, {
            ...(!authorino && { observedGeneration: generation }),
            conditions: [
                ready
                    ? { type: "Ready", status: "True", reason: authorino ? "Provisioned" : "Ready", message: `${kind} is ready` }
                    : {
                          type: "Ready",
                          status: "False",
                          reason: fault ?? (broken ? "SecretNotFound" : "DeploymentNotReady"),
                          message: broken ? `Secret "${wanted}" not found` : `${kind} deployment is not ready yet`,
                      },
            ],
        });
    }
}
