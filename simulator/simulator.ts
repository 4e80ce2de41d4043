import type { Clock } from "../rehearsal/clock";
import { ApiError, type Cluster, type KubeObject } from "../rehearsal/cluster/cluster";
import type { Admission } from "../rehearsal/cluster/memory";
import { shippedKinds } from "../rehearsal/cluster/served-kinds";
import fixture from "./data/openshift-aws.json";
import { ClusterAutoscalers, MachineAutoscalers } from "./openshift/autoscaler";
import { definitionsOf, findPackage, permissiveDefinition } from "./olm/catalogue";
import { Claims } from "./openshift/claims";
import { DataScienceClusters } from "./openshiftai/datasciencecluster";
import { Definitions, type DefinitionSource } from "./definitions";
import { type Fault, Faults } from "./faults";
import { GivenSecrets, GivenTokens } from "./given/given";
import { GivenDeployments, GivenNodes, GivenOperators } from "./given/given-cluster";
import { GivenAuthorities, GivenExternalSecrets, TrustedWebhooks } from "./given/given-identity";
import { FeatureDiscovery, GpuOperator } from "./nvidia/gpu";
import { GatewayClasses, Gateways, HttpRoutes } from "./openshift/ingress";
import { KuadrantOperands, KuadrantOperator, KuadrantPolicies } from "./kuadrant/kuadrant";
import { ClusterQueues, LocalQueues } from "./kueue/kueue";
import { MaasAuthPolicies, MaasSubscriptions, ModelRefs } from "./maas/maas";
import { AiTenants, ExternalModels } from "./maas/maas-tenants";
import { Machines, MachineSets, nodeObject, nodeStatus } from "./openshift/machines";
import { ModelController } from "./openshiftai/model-controller";
import { OAuthServer } from "./openshift/oauth";
import { CatalogOperator } from "./olm/olm";
import { csvObject, CsvOperator, GroupOperator } from "./olm/olm-csv";
import { PlanOperator } from "./olm/olm-plan";
import { CertificateRollouts, Challenges, ClusterMonitoring, ModelMonitors, TrustedBundle } from "./openshift/openshift";
import { Operands } from "./operands";
import { Namespaces, Router, ServiceCa } from "./openshift/platform";
import { InferenceServices } from "./kserve/predictive";
import { Quotas } from "./openshift/quotas";
import { RhoaiOperator } from "./openshiftai/rhoai";
import { ModelAutoscalers, ScaledObjects } from "./kserve/scaling";
import { seedObjects } from "./openshift/seed";
import { Services } from "./openshift/services";
import { LlmServices } from "./kserve/serving";
import { type Site, siteOf, type SiteWishes } from "./openshift/site";
import { Tenants } from "./maas/tenant";
import { VaultServers } from "./vault/vault";
import { Workloads } from "./openshift/workloads";
import { type Controller, World } from "./world";

export interface SimulatorOptions {
    /** What goes wrong. Default: nothing. */
    readonly faults?: readonly Fault[];
    /** What the cluster is to be called, and where it is to be. Default: as simulator/data/openshift-aws.json says. */
    readonly site?: SiteWishes;
    /**
     * The CustomResourceDefinitions of an operator (an OLM package), or of `openshift`: what a fresh cluster has.
     * What it does not give is made permissive. Default: gives none.
     */
    readonly crds?: DefinitionSource;
}

/** How many seeds are written at a time. */
const PARALLEL = 16;
/** Where somebody else's operator lives, when it is not in the namespace that its product recommends. */
const FOREIGN_NAMESPACE = "openshift-operators";

/**
 * Plays everything that makes a cluster of it: OLM, machine-api, OpenShift's own operators, and the operators and
 * operands that are installed. It works on any {@link Cluster} through its API alone, is driven by events, and lets
 * time pass on the clock. Durations, catalogue, fixture and simple operands are data (rehearsal/data).
 */
export class Simulator {
    private readonly world: World;
    private readonly definitions: Definitions;
    private readonly faults: Faults;
    private unadmit: (() => void) | undefined;

    constructor(
        private readonly cluster: Cluster,
        private readonly clock: Clock,
        private readonly options: SimulatorOptions = {},
    ) {
        this.faults = new Faults(options.faults ?? []);
        this.world = new World(cluster, clock, this.faults);
        this.definitions = new Definitions(this.world, options.crds ?? (() => []));
        for (const controller of this.controllers()) {
            this.world.add(controller);
        }
    }

    /** What went wrong in the simulation itself (not in what is simulated); empty in a sound rehearsal. */
    get problems(): readonly string[] {
        return this.world.problems;
    }

    /** Puts up a fresh OpenShift cluster, then begins to play. */
    async start(): Promise<void> {
        const release = this.clock.hold();
        try {
            if (this.cluster.kind === "api-server") {
                await this.openshiftDefinitions();
            }
            this.world.site = (await this.present()) ?? siteOf(this.options.site);
            await this.seed();
            this.world.listen();
            await this.refusals();
        } finally {
            release();
        }
    }

    /** Ends it; what is on the cluster stays. */
    stop(): void {
        this.unadmit?.();
        this.world.stop();
    }

    /** Lets every controller look again, between two runs: what stood in its way may be gone. */
    resync(): void {
        this.world.resync();
    }

    private controllers(): Controller[] {
        const { world, definitions } = this;
        return [
            new Namespaces(world),
            new GroupOperator(world),
            new CatalogOperator(world),
            new PlanOperator(world, definitions),
            new CsvOperator(world, definitions),
            new Workloads(world),
            new Claims(world),
            new Services(world),
            new ServiceCa(world),
            new VaultServers(world),
            new Router(world),
            new CertificateRollouts(world),
            new TrustedBundle(world),
            new ClusterMonitoring(world),
            new ModelMonitors(world),
            new Challenges(world),
            new OAuthServer(world),
            new MachineSets(world),
            new Machines(world),
            new MachineAutoscalers(world),
            new ClusterAutoscalers(world),
            new FeatureDiscovery(world),
            new GpuOperator(world),
            new GatewayClasses(world, definitions),
            new Gateways(world),
            new HttpRoutes(world),
            new KuadrantOperator(world),
            new KuadrantOperands(world),
            new KuadrantPolicies(world),
            new RhoaiOperator(world),
            new DataScienceClusters(world, definitions),
            new ClusterQueues(world),
            new LocalQueues(world),
            new Tenants(world),
            new AiTenants(world),
            new ExternalModels(world),
            new ModelController(world),
            new LlmServices(world),
            new ScaledObjects(world),
            new ModelAutoscalers(world),
            new InferenceServices(world),
            new GivenTokens(world),
            new GivenSecrets(world),
            new GivenAuthorities(world),
            new GivenExternalSecrets(world, definitions),
            new TrustedWebhooks(world),
            new GivenNodes(world),
            new GivenDeployments(world),
            new GivenOperators(world),
            new Quotas(world),
            new ModelRefs(world),
            new MaasSubscriptions(world),
            new MaasAuthPolicies(world),
            new Operands(world, definitions),
        ];
    }

    /** A real API server serves nothing of OpenShift: its kinds become CustomResourceDefinitions. */
    private async openshiftDefinitions(): Promise<void> {
        const shipped = new Map(
            (this.options.crds?.("openshift") ?? []).map((object) => [
                (object as KubeObject).metadata.name,
                object as KubeObject,
            ]),
        );
        const kinds = new Map<string, { name: string; kind: string; versions: string[]; scope: string }>();
        for (const { group, plural, kind, version, namespaced } of shippedKinds().openshift) {
            const name = `${plural}.${group}`;
            const known = kinds.get(name) ?? { name, kind, versions: [], scope: namespaced ? "Namespaced" : "Cluster" };
            kinds.set(name, { ...known, versions: [...known.versions, version] });
        }
        for (const [name, definition] of kinds) {
            if (!shipped.has(name)) {
                shipped.set(name, permissiveDefinition(definition) as KubeObject);
            }
        }
        await inParallel([...shipped.values()], (definition) => this.put(definition));
        await inParallel([...shipped.keys()], async (name) => {
            for (;;) {
                const found = await this.cluster.get({
                    apiVersion: "apiextensions.k8s.io/v1",
                    kind: "CustomResourceDefinition",
                    name,
                });
                if (
                    (found?.status?.conditions as { type: string; status: string }[] | undefined)?.some(
                        (c) => c.type === "Established" && c.status === "True",
                    )
                ) {
                    return;
                }
                await new Promise<void>((resolve) => this.clock.after(10, resolve));
            }
        });
    }

    /** Where the cluster is that another simulation has begun; undefined for one that is empty. */
    private async present(): Promise<Site | undefined> {
        const config = { apiVersion: "config.openshift.io/v1", name: "cluster" };
        const infrastructure = await this.cluster.get({ ...config, kind: "Infrastructure" });
        if (infrastructure === undefined) {
            return undefined;
        }
        const infrastructureName = String(infrastructure.status?.infrastructureName);
        const ingress = await this.cluster.get({ ...config, kind: "Ingress" });
        const sets = await this.cluster.list("machine.openshift.io/v1beta1", "MachineSet", "openshift-machine-api");
        const workers = `${infrastructureName}-worker-`;
        return siteOf({
            infrastructureName,
            region: infrastructure.status?.platformStatus?.aws?.region as string | undefined,
            domain: ingress?.spec?.domain as string | undefined,
            zones: sets
                .map(({ metadata }) => metadata.name)
                .filter((name) => name.startsWith(workers))
                .map((name) => name.slice(workers.length))
                .sort(),
        });
    }

    private async seed(): Promise<void> {
        const seeds = seedObjects(this.world.site);
        await inParallel(
            seeds.filter(({ kind }) => kind === "Namespace"),
            (object) => this.put(object),
        );
        await inParallel(
            seeds.filter(({ kind }) => kind !== "Namespace"),
            (object) => this.put(object),
        );
        const { zones, region } = this.world.site;
        await inParallel(zones, async (zone) => {
            const index = zones.indexOf(zone);
            const address = `10.0.${index * 16}.10`;
            const name = `ip-${address.replace(/\./g, "-")}.${region}.compute.internal`;
            const type = fixture.controlPlane.instanceType;
            const node = nodeObject(
                name,
                zone,
                type,
                { "node-role.kubernetes.io/control-plane": "", "node-role.kubernetes.io/master": "" },
                {
                    taints: [{ key: "node-role.kubernetes.io/master", effect: "NoSchedule" }],
                    providerID: `aws:///${zone}/i-0000000000000000${index}`,
                },
            );
            const { conditions, ...status } = nodeStatus(type, address, name);
            await this.put({ ...node, status: { ...status, conditions: this.world.conditions([], conditions as []) } });
        });
        for (const fault of this.faults.all) {
            if (fault.type === "foreign") {
                await this.foreign(fault.operator);
            }
        }
    }

    /** Creates an object and writes its status; what exists is left alone. */
    private async put({ status, ...object }: KubeObject): Promise<void> {
        try {
            await this.cluster.create(object as KubeObject, { fieldManager: "cluster-bootstrap" });
        } catch (error) {
            if (error instanceof ApiError && error.reason === "AlreadyExists") {
                return;
            }
            throw error;
        }
        if (status !== undefined) {
            const { apiVersion, kind, metadata } = object as KubeObject;
            await this.cluster.mergePatch(
                { apiVersion, kind, name: metadata.name, namespace: metadata.namespace },
                { status },
                { fieldManager: "cluster-bootstrap", subresource: "status" },
            );
        }
    }

    /** An operator that somebody installed before: Subscription, CSV, definitions, all of it running. */
    private async foreign(name: string): Promise<void> {
        const found = findPackage(name)!;
        const channel = found.channels[found.defaultChannel]!;
        const csv = channel.at(-1)!;
        const own = !found.modes.includes("AllNamespaces");
        const namespace = own ? `${name}-by-others` : FOREIGN_NAMESPACE;
        if (own) {
            await this.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
            await this.put({
                apiVersion: "operators.coreos.com/v1",
                kind: "OperatorGroup",
                metadata: { name, namespace },
                spec: { targetNamespaces: [namespace] },
            });
        }
        for (const definition of definitionsOf(name)) {
            await this.put(permissiveOrShipped(this.options.crds?.(found.crdsOf ?? name) ?? [], definition));
        }
        const time = this.world.timestamp();
        const succeeded = {
            phase: "Succeeded",
            reason: "InstallSucceeded",
            message: "install strategy completed with no errors",
            lastUpdateTime: time,
            lastTransitionTime: time,
        };
        await this.put({ ...csvObject(csv, name, namespace), status: { ...succeeded, conditions: [succeeded] } });
        await this.put({
            apiVersion: "operators.coreos.com/v1alpha1",
            kind: "Subscription",
            metadata: { name, namespace },
            spec: {
                name,
                channel: found.defaultChannel,
                source: found.catalog,
                sourceNamespace: "openshift-marketplace",
                installPlanApproval: "Automatic",
            },
            status: { installedCSV: csv, currentCSV: csv, state: "AtLatestKnown", lastUpdated: time },
        });
    }

    /** Objects that are to be refused: by the cluster in memory itself, elsewhere by an admission policy. */
    private async refusals(): Promise<void> {
        const refused = this.faults.all.filter((fault) => fault.type === "refuse");
        if (refused.length === 0) {
            return;
        }
        if ("admit" in this.cluster) {
            this.unadmit = (this.cluster as { admit(admission: Admission): () => void }).admit((object) =>
                this.faults.refused(object.kind, object.metadata.name),
            );
            return;
        }
        for (const [i, fault] of refused.entries()) {
            const name = `rehearsal-refuses-${i}`;
            const same = `object.kind == ${JSON.stringify(fault.kind)}${fault.name === "*" ? "" : ` && object.metadata.name == ${JSON.stringify(fault.name)}`}`;
            await this.put({
                apiVersion: "admissionregistration.k8s.io/v1",
                kind: "ValidatingAdmissionPolicy",
                metadata: { name },
                spec: {
                    failurePolicy: "Fail",
                    matchConstraints: {
                        resourceRules: [
                            { apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: ["*"] },
                        ],
                    },
                    validations: [{ expression: `!(${same})`, message: this.faults.refused(fault.kind, fault.name)! }],
                },
            });
            await this.put({
                apiVersion: "admissionregistration.k8s.io/v1",
                kind: "ValidatingAdmissionPolicyBinding",
                metadata: { name },
                spec: { policyName: name, validationActions: ["Deny"] },
            });
        }
    }
}

function permissiveOrShipped(shipped: readonly object[], definition: Parameters<typeof permissiveDefinition>[0]): KubeObject {
    return ((shipped as KubeObject[]).find((object) => object.metadata.name === definition.name) ??
        permissiveDefinition(definition)) as KubeObject;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
    const queue = [...items];
    await Promise.all(
        Array.from({ length: PARALLEL }, async () => {
            for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
                await work(item);
            }
        }),
    );
}
