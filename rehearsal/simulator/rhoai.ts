import type { KubeObject } from "../cluster/cluster";
import { packageOf } from "./catalogue";
import type { Definitions } from "./definitions";
import { duration } from "./durations";
import { K } from "./kind-names";
import {
    AWAITED,
    AWAITED_DEFINITIONS,
    AWAITED_OPERATORS,
    type Component,
    COMPONENTS,
    defaultQueues,
    obstacle,
    servingConfig,
} from "./rhoai-components";
import { MONITORING_DEFINITIONS, MONITORING_KINDS, reconcileMonitoring } from "./rhoai-monitoring";
import { hasAiTenants, ownTenant, usesAiTenants } from "./maas-tenants";
import { hasTierScheme, reconcileTierScheme, removeTierScheme } from "./tier-scheme";
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
} from "./world";

export const RHOAI = "rhods-operator";
export const APPLICATIONS = "redhat-ods-applications";
/** Namespace of tenants, subscriptions and auth policies. */
export const MAAS_NAMESPACE = "models-as-a-service";
const DSC_FINALIZER = "datasciencecluster.opendatahub.io/finalizer";
const TENANT_FINALIZER = "maas.opendatahub.io/tenant-finalizer";
const TENANT = "default-tenant";

const PART_OF = "platform.opendatahub.io/part-of";

/**
 * A controller's Deployment in the applications namespace. The DataScienceCluster is not its owner: deleted in the
 * foreground, it would take maas-controller away before the tenant's finalizer is served [inferred].
 */
function controllerDeployment(name: string): KubeObject {
    const labels = { "control-plane": name, "app.kubernetes.io/name": name };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace: APPLICATIONS, labels: { ...labels, [PART_OF]: "datasciencecluster" } },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: { containers: [{ name: "manager", image: `registry.redhat.io/rhoai/${name}` }] },
            },
        },
    };
}

/** Whether a Deployment of the applications namespace serves. */
export function serves(world: World, name: string): boolean {
    const deployment = world.get(K.Deployment, APPLICATIONS, name);
    return deployment !== undefined && !deployment.metadata.deletionTimestamp && isTrue(deployment, "Available");
}

/** On its first start the operator makes the initialization, and what goes with it. Source: facts/platform.md 7.4. */
export class RhoaiOperator implements Controller {
    readonly name = "rhoai";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = {
            [K.ClusterServiceVersion]: (csv) =>
                packageOf(csv.metadata.name) === RHOAI ? ["/operator", ...world.keys(K.DSCInitialization)] : [],
            [K.DSCInitialization]: itself,
            [K.CustomResourceDefinition]: (crd) =>
                MONITORING_DEFINITIONS.includes(crd.metadata.name) ? world.keys(K.DSCInitialization) : [],
            ...Object.fromEntries(MONITORING_KINDS.map((kind) => [kind, () => world.keys(K.DSCInitialization)])),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        if (!this.world.operator(RHOAI)) {
            return;
        }
        if (key === "/operator") {
            if (this.world.all(K.DSCInitialization).length === 0 && pass.waited("start", duration("operand.quick"))) {
                await this.world.ensure({
                    apiVersion: "dscinitialization.opendatahub.io/v2",
                    kind: "DSCInitialization",
                    metadata: { name: "default-dsci" },
                    spec: {
                        applicationsNamespace: APPLICATIONS,
                        monitoring: { managementState: "Managed", namespace: "redhat-ods-monitoring", metrics: {} },
                        trustedCABundle: { managementState: "Managed", customCABundle: "" },
                    },
                });
            }
            return;
        }
        const dsci = this.world.get(K.DSCInitialization, ...splitKey(key));
        if (!dsci || dsci.metadata.deletionTimestamp) {
            return;
        }
        const applications = (dsci.spec?.applicationsNamespace as string | undefined) ?? APPLICATIONS;
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: applications, labels: { "opendatahub.io/generated-namespace": "true" } },
        });
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: dsci.spec?.monitoring?.namespace ?? "redhat-ods-monitoring" },
        });
        if (!pass.waited("initialize", duration("rhoai.dsci"))) {
            await this.world.setStatus(dsci, { phase: "Progressing" });
            return;
        }
        await this.world.ensure({
            apiVersion: "services.platform.opendatahub.io/v1alpha1",
            kind: "Auth",
            metadata: { name: "auth" },
            spec: { adminGroups: ["rhods-admins"], allowedGroups: ["system:authenticated"] },
        });
        await this.world.ensure({
            apiVersion: "services.platform.opendatahub.io/v1alpha1",
            kind: "GatewayConfig",
            metadata: { name: "default-gateway" },
            spec: {},
        });
        await this.world.ensure({
            apiVersion: "infrastructure.opendatahub.io/v1",
            kind: "HardwareProfile",
            metadata: {
                name: "default-profile",
                namespace: applications,
                annotations: { "opendatahub.io/display-name": "default-profile" },
            },
            spec: {
                identifiers: [
                    { displayName: "CPU", identifier: "cpu", minCount: 1, maxCount: 4, defaultCount: 2, resourceType: "CPU" },
                    {
                        displayName: "Memory",
                        identifier: "memory",
                        minCount: "2Gi",
                        maxCount: "8Gi",
                        defaultCount: "4Gi",
                        resourceType: "Memory",
                    },
                ],
            },
        });
        await reconcileMonitoring(this.world, dsci);
        const fault = this.world.faults.notReady("DSCInitialization", dsci.metadata.name);
        const status = fault === undefined ? "True" : "False";
        const reason = fault ?? "ReconcileCompleted";
        await this.world.setStatus(dsci, {
            phase: fault === undefined ? "Ready" : "Error",
            conditions: [
                { type: "ReconcileComplete", status, reason, message: "Reconcile completed successfully" },
                { type: "Available", status, reason, message: "Reconcile completed successfully" },
                { type: "Progressing", status: "False", reason, message: "Reconcile completed successfully" },
                {
                    type: "Degraded",
                    status: fault === undefined ? "False" : "True",
                    reason,
                    message: "Reconcile completed successfully",
                },
            ],
        });
    }
}

/** Whether Models-as-a-Service is switched on. Where the AI gateway has a switch, that one is the master: 3.5. */
/** Whether Models-as-a-Service is switched on. */
export function asksForMaas(dsc: KubeObject): boolean {
    const { kserve, aigateway } = (dsc.spec?.components ?? {}) as {
        kserve?: { managementState?: string; modelsAsService?: { managementState?: string } };
        aigateway?: { managementState?: string; modelsAsAService?: { managementState?: string } };
    };
    const [parent, child] =
        aigateway?.managementState === undefined ? [kserve, kserve?.modelsAsService] : [aigateway, aigateway.modelsAsAService];
    return parent?.managementState === "Managed" && child?.managementState === "Managed";
}

/** The DataScienceCluster: its components, one by one, each with its condition. */
export class DataScienceClusters implements Controller {
    readonly name = "datasciencecluster";
    readonly watches: Controller["watches"];

    constructor(
        private readonly world: World,
        private readonly definitions: Definitions,
    ) {
        const all = (): string[] => world.keys(K.DataScienceCluster);
        this.watches = {
            [K.DataScienceCluster]: itself,
            [K.DSCInitialization]: all,
            [K.ClusterServiceVersion]: (csv) =>
                [RHOAI, ...AWAITED_OPERATORS].includes(packageOf(csv.metadata.name) ?? "") ? all() : [],
            ...Object.fromEntries(AWAITED.map((kind) => [kind, all])),
            [K.Namespace]: (namespace) => (namespace.metadata.labels?.["kueue.openshift.io/managed"] === "true" ? all() : []),
            [K.Deployment]: (deployment) => (deployment.metadata.namespace === APPLICATIONS ? all() : []),
            [K.Tenant]: all,
            [K.MaasTenantConfig]: all,
            [K.AITenant]: all,
            [K.Gateway]: (gateway) => (gateway.metadata.name === "maas-default-gateway" ? all() : []),
            [K.CustomResourceDefinition]: (crd) =>
                AWAITED_DEFINITIONS.includes(crd.metadata.name) ||
                crd.metadata.name.endsWith("opendatahub.io") ||
                crd.metadata.name.endsWith("kueue.x-k8s.io") ||
                crd.metadata.name.includes("kserve.io") ||
                crd.metadata.name.startsWith("inferencepool")
                    ? all()
                    : [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const dsc = this.world.get(K.DataScienceCluster, ...splitKey(key));
        if (!dsc || !this.world.operator(RHOAI)) {
            return;
        }
        if (dsc.metadata.deletionTimestamp) {
            await this.end(dsc, pass);
            return;
        }
        await this.world.finalize(dsc, DSC_FINALIZER);
        if (!this.world.all(K.DSCInitialization).some((dsci) => dsci.status?.phase === "Ready")) {
            await this.world.setStatus(dsc, {
                phase: "Not Ready",
                observedGeneration: dsc.metadata.generation,
                conditions: [
                    {
                        type: "Ready",
                        status: "False",
                        reason: "DSCInitializationNotReady",
                        message: "DSCInitialization is not ready",
                    },
                ],
            });
            return;
        }
        const conditions: ConditionSpec[] = [];
        const version = this.version();
        for (const [field, component] of Object.entries(COMPONENTS).filter(
            ([, { since }]) => since === undefined || since <= version,
        )) {
            const state = (dsc.spec?.components?.[field]?.managementState as string | undefined) ?? "Removed";
            if (state === "Removed") {
                await this.tearDown(component);
                conditions.push({
                    type: component.condition,
                    status: "False",
                    reason: "Removed",
                    message: `Component ManagementState is set to ${state}`,
                });
                continue;
            }
            conditions.push(await this.component(dsc, field, component, pass));
        }
        const maas = await this.modelsAsService(dsc, pass);
        if (maas) {
            conditions.push(maas);
        }
        const pending = conditions.filter((c) => c.status !== "True" && c.reason !== "Removed");
        const fault = this.world.faults.notReady("DataScienceCluster", dsc.metadata.name);
        const ready = pending.length === 0 && fault === undefined;
        const message = ready
            ? ""
            : fault !== undefined
              ? "not ready in this rehearsal"
              : `Some components are not ready: ${pending.map((c) => c.type.replace(/Ready$/, "").toLowerCase()).join(",")}`;
        const reason = ready ? "Ready" : (fault ?? "NotReady");
        await this.world.setStatus(dsc, {
            phase: ready ? "Ready" : "Not Ready",
            observedGeneration: dsc.metadata.generation,
            release: { name: "OpenShift AI Self-Managed", version: this.world.operator(RHOAI)!.spec.version },
            conditions: [
                { type: "Ready", status: ready ? "True" : "False", reason, message },
                { type: "ProvisioningSucceeded", status: "True", reason: "Provisioned", message: "" },
                { type: "ComponentsReady", status: pending.length === 0 ? "True" : "False", reason, message },
                ...conditions,
            ],
        });
    }

    /** The version of OpenShift AI that runs. */
    private version(): string {
        return String(this.world.operator(RHOAI)?.spec?.version ?? "");
    }

    private async component(
        dsc: KubeObject,
        field: string,
        { condition, deployments: own, stage, namespaceField, parts = {} }: Component,
        pass: Pass,
    ): Promise<ConditionSpec> {
        const settings = dsc.spec.components[field] as Record<string, unknown>;
        const on = Object.entries(parts).flatMap(([part, brings]) =>
            (settings[part] as { managementState?: string } | undefined)?.managementState === "Managed" ? [brings] : [],
        );
        const deployments = [...own, ...on.flatMap((part) => part.deployments)];
        const prevented = obstacle(this.world, field, String(settings["managementState"]));
        if (prevented !== undefined) {
            return { type: condition, status: "False", reason: "Error", message: prevented };
        }
        const namespace = namespaceField === undefined ? undefined : settings[namespaceField];
        if (typeof namespace === "string") {
            await this.world.ensure({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        }
        const waiting = (message: string): ConditionSpec => ({ type: condition, status: "False", reason: "NotReady", message });
        if (stage !== undefined && !(await this.definitions.bring(RHOAI, stage))) {
            return waiting(`${field} is waiting for definitions: ${this.definitions.missing(RHOAI, stage).join(", ")}`);
        }
        for (const part of on) {
            if (!(await this.definitions.bring(RHOAI, part.stage))) {
                return waiting(`${field} is waiting for definitions: ${this.definitions.missing(RHOAI, part.stage).join(", ")}`);
            }
        }
        if (!pass.waited(field, duration("rhoai.component"))) {
            return waiting(`${field} is being deployed`);
        }
        for (const name of deployments) {
            await this.world.ensure(controllerDeployment(name));
        }
        if (field === "kserve") {
            await this.world.ensure(servingConfig(APPLICATIONS));
        }
        if (field === "kueue" && this.version() < "3.5") {
            await this.queues(settings);
        }
        if (field === "dashboard") {
            await this.world.ensure({
                apiVersion: "opendatahub.io/v1alpha",
                kind: "OdhDashboardConfig",
                metadata: {
                    name: "odh-dashboard-config",
                    namespace: APPLICATIONS,
                    annotations: { "opendatahub.io/managed": "false" },
                    labels: { "app.kubernetes.io/part-of": "rhods-dashboard", "app.opendatahub.io/rhods-dashboard": "true" },
                },
                spec: {
                    dashboardConfig: { modelAsService: true, maasAuthPolicies: true, genAiStudio: false, disableKueue: true },
                },
            });
        }
        const down = deployments.filter((name) => !serves(this.world, name));
        return down.length === 0
            ? { type: condition, status: "True", reason: "Ready", message: "" }
            : waiting(`deployments are not ready: ${down.join(", ")}`);
    }

    /** Each when its kind is served: that of the queues comes with the Kueue that the first one makes. */
    private async queues(settings: Record<string, unknown>): Promise<void> {
        for (const object of defaultQueues(settings, this.world.all(K.Namespace))) {
            const [group] = object.apiVersion.split("/");
            if (this.world.defined(`${object.kind.toLowerCase()}s.${group}`)) {
                await this.world.ensure(object);
            }
        }
    }

    private async tearDown({ deployments }: Pick<Component, "deployments">): Promise<void> {
        for (const name of deployments) {
            const deployment = this.world.get(K.Deployment, APPLICATIONS, name);
            if (deployment && !deployment.metadata.deletionTimestamp && deployment.metadata.labels?.[PART_OF] !== undefined) {
                await this.world.delete(deployment);
            }
        }
    }

    /** maas-controller's bundle; the condition mirrors the tenant's. Source: facts/maas.md 9.2. */
    private async modelsAsService(dsc: KubeObject, pass: Pass): Promise<ConditionSpec | undefined> {
        const wanted = asksForMaas(dsc);
        const type = this.version() < "3.5" ? "ModelsAsServiceReady" : "ModelsAsAServiceReady";
        if (hasTierScheme(this.version())) {
            if (!wanted) {
                await removeTierScheme(this.world, dsc);
                return { type, status: "False", reason: "Removed", message: "Component ManagementState is set to Removed" };
            }
            return pass.waited("maas", duration("rhoai.maas-controller"))
                ? { type, ...(await reconcileTierScheme(this.world, dsc)) }
                : { type, status: "False", reason: "NotReady", message: "maas-api is being deployed" };
        }
        const many = hasAiTenants(this.version());
        const tenant = many ? ownTenant(this.world) : this.world.get(K.Tenant, MAAS_NAMESPACE, TENANT);
        if (!wanted) {
            if (tenant && !tenant.metadata.deletionTimestamp) {
                await this.world.delete(tenant, "Foreground");
            } else if (!tenant) {
                await this.tearDown({ deployments: ["maas-controller"] });
            }
            return { type, status: "False", reason: "Removed", message: "Component ManagementState is set to Removed" };
        }
        if (
            !(await this.definitions.bring(RHOAI, "maas")) ||
            (many && !(await this.definitions.bring(RHOAI, "3.5"))) ||
            !pass.waited("maas", duration("rhoai.maas-controller"))
        ) {
            return { type, status: "False", reason: "NotReady", message: "maas-controller is being deployed" };
        }
        await this.world.ensure(controllerDeployment("maas-controller"));
        await this.world.ensure({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "maas-parameters", namespace: APPLICATIONS, ownerReferences: [ownerOf(dsc)] },
            data: {
                "gateway-namespace": "openshift-ingress",
                "gateway-name": "maas-default-gateway",
                "app-namespace": APPLICATIONS,
                "api-key-max-expiration-days": "90",
                "metadata-cache-ttl": "60",
                "authz-cache-ttl": "60",
                "cluster-audience": "https://kubernetes.default.svc",
                "payload-processing-replicas": "1",
            },
        });
        const ready = conditionOf(tenant, "Ready");
        return ready?.status === "True"
            ? { type, status: "True", reason: "Ready", message: "" }
            : {
                  type,
                  status: "False",
                  reason: ready?.reason ?? "TenantNotFound",
                  message: ready?.message ?? `Tenant ${MAAS_NAMESPACE}/${TENANT} does not exist yet`,
              };
    }

    /** The tenant goes first, in the foreground; the controllers after it. */
    private async end(dsc: KubeObject, pass: Pass): Promise<void> {
        const tenants = [...this.world.all(K.Tenant), ...this.world.all(K.AITenant)];
        if (tenants.length > 0) {
            for (const tenant of tenants.filter(({ metadata }) => !metadata.deletionTimestamp)) {
                await this.world.delete(tenant, "Foreground");
            }
            return;
        }
        if (pass.waited("end", duration("finalizer.release"))) {
            await this.tearDown({
                deployments: ["maas-controller", ...Object.values(COMPONENTS).flatMap(({ deployments }) => deployments)],
            });
            await this.world.unfinalize(dsc, DSC_FINALIZER);
        }
    }
}

/** maas-controller's namespace and tenant, and the API that a tenant brings. Source: facts/maas.md 10, 11. */
export class Tenants implements Controller {
    readonly name = "maas-tenant";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const tenant = (): string[] => [`${MAAS_NAMESPACE}/${TENANT}`];
        this.watches = {
            [K.Tenant]: itself,
            [K.Deployment]: (deployment) =>
                deployment.metadata.namespace === APPLICATIONS && deployment.metadata.name.startsWith("maas-") ? tenant() : [],
            [K.Gateway]: tenant,
            [K.Authorino]: tenant,
            [K.Secret]: (secret) => (secret.metadata.name === "maas-db-config" ? tenant() : []),
            [K.Namespace]: (namespace) => (namespace.metadata.name === MAAS_NAMESPACE ? tenant() : []),
            [K.ConfigMap]: (config) => (config.metadata.name === "cluster-monitoring-config" ? tenant() : []),
            [K.CustomResourceDefinition]: (crd) => (crd.metadata.name === "authconfigs.authorino.kuadrant.io" ? tenant() : []),
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const tenant = this.world.get(K.Tenant, namespace, name);
        if (!serves(this.world, "maas-controller") || usesAiTenants(this.world)) {
            return;
        }
        if (tenant?.metadata.deletionTimestamp) {
            if (tenant.metadata.finalizers?.includes(TENANT_FINALIZER) && pass.waited("release", duration("finalizer.release"))) {
                await this.removeStack(tenant);
                await this.world.unfinalize(tenant, TENANT_FINALIZER);
            }
            return;
        }
        if (!tenant) {
            const dsc = this.world.all(K.DataScienceCluster)[0];
            if (dsc && !dsc.metadata.deletionTimestamp && asksForMaas(dsc)) {
                await this.world.ensure({
                    apiVersion: "v1",
                    kind: "Namespace",
                    metadata: { name: MAAS_NAMESPACE, labels: { "app.kubernetes.io/managed-by": "maas-controller" } },
                });
                if (pass.waited("tenant", duration("maas.tenant"))) {
                    await this.world.ensure({
                        apiVersion: "maas.opendatahub.io/v1alpha1",
                        kind: "Tenant",
                        metadata: { name: TENANT, namespace: MAAS_NAMESPACE, finalizers: [TENANT_FINALIZER] },
                        spec: { gatewayRef: { namespace: "openshift-ingress", name: "maas-default-gateway" } },
                    });
                }
            }
            return;
        }
        await this.world.finalize(tenant, TENANT_FINALIZER);
        const blocked = this.blocked(tenant);
        if (blocked) {
            await this.report(tenant, blocked.phase, blocked.conditions);
            // The controller looks again after its requeue time; what changed meanwhile is found then.
            pass.waited(`requeue ${Math.floor(this.world.clock.now())}`, duration("maas.requeue"));
            return;
        }
        await this.stack(tenant);
        const up = serves(this.world, "maas-api");
        const fault = this.world.faults.notReady("Tenant", name);
        if (!up || fault !== undefined) {
            await this.report(tenant, "Pending", [
                {
                    type: "Ready",
                    status: "False",
                    reason: fault ?? "DeploymentsNotReady",
                    message: "deployments are not ready: maas-api",
                },
                { type: "DependenciesAvailable", status: "True", reason: "DependenciesAvailable" },
                { type: "MaaSPrerequisitesAvailable", status: "True", reason: "PrerequisitesMet" },
                { type: "DeploymentsAvailable", status: "False", reason: "DeploymentsNotReady", message: "maas-api" },
            ]);
            return;
        }
        const warning = this.warning();
        await this.report(tenant, warning ? "Degraded" : "Active", [
            { type: "Ready", status: "True", reason: "Reconciled", message: "Tenant is ready" },
            { type: "DependenciesAvailable", status: "True", reason: "DependenciesAvailable" },
            { type: "MaaSPrerequisitesAvailable", status: "True", reason: "PrerequisitesMet" },
            { type: "DeploymentsAvailable", status: "True", reason: "DeploymentsAvailable" },
            {
                type: "Degraded",
                status: warning ? "True" : "False",
                reason: warning ? "PrerequisitesWarning" : "NoWarnings",
                message: warning ?? "",
            },
        ]);
    }

    private blocked(tenant: KubeObject): { phase: string; conditions: ConditionSpec[] } | undefined {
        if (!this.world.defined("authconfigs.authorino.kuadrant.io")) {
            const message = "AuthConfig CRD authorino.kuadrant.io/v1beta3 not found";
            return {
                phase: "Pending",
                conditions: [
                    { type: "Ready", status: "False", reason: "DependenciesNotAvailable", message },
                    { type: "DependenciesAvailable", status: "False", reason: "DependenciesNotAvailable", message },
                ],
            };
        }
        const { namespace = "openshift-ingress", name = "maas-default-gateway" } = (tenant.spec?.gatewayRef ?? {}) as {
            namespace?: string;
            name?: string;
        };
        const gateway = this.world.get(K.Gateway, namespace, name);
        if (!isTrue(gateway, "Programmed")) {
            const message = gateway ? `Gateway ${namespace}/${name} is not Programmed` : `Gateway ${namespace}/${name} not found`;
            return { phase: "Pending", conditions: [{ type: "Ready", status: "False", reason: "GatewayNotReady", message }] };
        }
        const secret = this.world.get(K.Secret, APPLICATIONS, "maas-db-config");
        if (!secret?.data || !("DB_CONNECTION_URL" in (secret.data as object))) {
            const message = secret
                ? `database Secret ${APPLICATIONS}/maas-db-config has no key DB_CONNECTION_URL`
                : `database Secret ${APPLICATIONS}/maas-db-config not found: create the Secret with key DB_CONNECTION_URL`;
            return {
                phase: "Failed",
                conditions: [
                    { type: "Ready", status: "False", reason: "PrerequisitesNotMet", message },
                    { type: "MaaSPrerequisitesAvailable", status: "False", reason: "PrerequisitesNotMet", message },
                ],
            };
        }
        return undefined;
    }

    private warning(): string | undefined {
        const tls = this.world.all(K.Authorino).some((authorino) => authorino.spec?.listener?.tls?.enabled === true);
        const monitoring = String(
            this.world.get(K.ConfigMap, "openshift-monitoring", "cluster-monitoring-config")?.data?.["config.yaml"] ?? "",
        );
        const warnings = [
            ...(tls ? [] : ["Authorino TLS is not configured"]),
            ...(/enableUserWorkload:\s*true/.test(monitoring) ? [] : ["user workload monitoring is not enabled"]),
        ];
        return warnings.length > 0 ? warnings.join("; ") : undefined;
    }

    private async report(tenant: KubeObject, phase: string, conditions: ConditionSpec[]): Promise<void> {
        const observedGeneration = tenant.metadata.generation;
        await this.world.setStatus(tenant, {
            phase,
            conditions: conditions.map((condition) => ({ ...condition, observedGeneration })),
        });
    }

    private async stack(tenant: KubeObject): Promise<void> {
        const { namespace = "openshift-ingress", name = "maas-default-gateway" } = (tenant.spec?.gatewayRef ?? {}) as {
            namespace?: string;
            name?: string;
        };
        const labels = { "app.kubernetes.io/name": "maas-api", "app.kubernetes.io/managed-by": "maas-controller" };
        for (const object of tenantStack(namespace, name, labels)) {
            await this.world.ensure(object);
        }
    }

    private async removeStack(tenant: KubeObject): Promise<void> {
        const { namespace = "openshift-ingress", name = "maas-default-gateway" } = (tenant.spec?.gatewayRef ?? {}) as {
            namespace?: string;
            name?: string;
        };
        for (const object of tenantStack(namespace, name, {})) {
            await this.world.delete(object);
        }
    }
}

/** The objects of a tenant. Their owner is in another namespace, so the tenant's finalizer deletes them. */
function tenantStack(gatewayNamespace: string, gateway: string, labels: Record<string, string>): KubeObject[] {
    const pods = { app: "maas-api" };
    const target = { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway };
    const meta = (name: string, namespace: string): KubeObject["metadata"] => ({
        name,
        namespace,
        ...(Object.keys(labels).length > 0 && { labels }),
    });
    const deployment = (name: string, namespace: string, selector: Record<string, string>): KubeObject => ({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: meta(name, namespace),
        spec: {
            replicas: 1,
            selector: { matchLabels: selector },
            template: {
                metadata: { labels: selector },
                spec: { containers: [{ name, image: `registry.redhat.io/rhoai/odh-${name}-rhel9` }] },
            },
        },
    });
    return [
        { apiVersion: "v1", kind: "ServiceAccount", metadata: meta("maas-api", APPLICATIONS) },
        deployment("maas-api", APPLICATIONS, pods),
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: {
                ...meta("maas-api", APPLICATIONS),
                annotations: { "service.beta.openshift.io/serving-cert-secret-name": "maas-api-serving-cert" },
            },
            spec: { selector: pods, ports: [{ name: "https", port: 8443, targetPort: 8443, protocol: "TCP" }] },
        },
        {
            apiVersion: "batch/v1",
            kind: "CronJob",
            metadata: meta("maas-api-key-cleanup", APPLICATIONS),
            spec: {
                schedule: "*/15 * * * *",
                concurrencyPolicy: "Forbid",
                jobTemplate: {
                    spec: {
                        template: {
                            spec: {
                                restartPolicy: "Never",
                                containers: [{ name: "cleanup", image: "registry.redhat.io/rhoai/odh-maas-api-rhel9" }],
                            },
                        },
                    },
                },
            },
        },
        {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            metadata: meta("maas-api-route", APPLICATIONS),
            spec: {
                parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway, namespace: gatewayNamespace }],
                rules: ["/v1/models", "/maas-api"].map((value) => ({
                    matches: [{ path: { type: "PathPrefix", value } }],
                    backendRefs: [{ group: "", kind: "Service", name: "maas-api", port: 8443, weight: 1 }],
                })),
            },
        },
        {
            apiVersion: "kuadrant.io/v1",
            kind: "AuthPolicy",
            metadata: { ...meta("maas-api-auth-policy", APPLICATIONS), annotations: { "opendatahub.io/managed": "false" } },
            spec: {
                targetRef: { ...target, kind: "HTTPRoute", name: "maas-api-route" },
                rules: {
                    authentication: {
                        "openshift-identities": { kubernetesTokenReview: { audiences: ["https://kubernetes.default.svc"] } },
                    },
                },
            },
        },
        {
            apiVersion: "kuadrant.io/v1",
            kind: "AuthPolicy",
            metadata: meta("gateway-default-auth", gatewayNamespace),
            spec: {
                targetRef: target,
                defaults: {
                    rules: {
                        authorization: { deny: { patternMatching: { patterns: [{ predicate: 'request.method == "NONE"' }] } } },
                    },
                },
            },
        },
        {
            apiVersion: "kuadrant.io/v1alpha1",
            kind: "TokenRateLimitPolicy",
            metadata: meta("gateway-default-deny", gatewayNamespace),
            spec: {
                targetRef: target,
                defaults: {
                    limits: {
                        "deny-all-by-default": {
                            rates: [{ limit: 0, window: "1m" }],
                            when: [
                                { predicate: '!request.path.startsWith("/maas-api") && !request.path.startsWith("/v1/models")' },
                            ],
                            counters: [{ expression: "auth.identity.userid" }],
                        },
                    },
                },
            },
        },
        {
            apiVersion: "networking.istio.io/v1",
            kind: "DestinationRule",
            metadata: meta("maas-api-backend-tls", gatewayNamespace),
            spec: {
                host: `maas-api.${APPLICATIONS}.svc.cluster.local`,
                trafficPolicy: {
                    portLevelSettings: [{ port: { number: 8443 }, tls: { mode: "SIMPLE", insecureSkipVerify: true } }],
                },
            },
        },
        deployment("payload-processing", gatewayNamespace, { app: "payload-processing" }),
    ];
}

/** The one gateway on which OpenShift AI's model controller asks for tokens by itself. */
const INFERENCE_GATEWAY = "openshift-ingress/openshift-ai-inference";
const BOOTSTRAP = "security.opendatahub.io/authorino-tls-bootstrap";

/** odh-model-controller: TLS from an annotated Gateway to Authorino, and who may call. Source: facts/maas.md 5. */
export class ModelController implements Controller {
    readonly name = "odh-model-controller";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const annotated = (): string[] =>
            world
                .all(K.Gateway)
                .filter((gateway) => gateway.metadata.annotations?.[BOOTSTRAP] === "true")
                .map(keyOf);
        this.watches = {
            [K.Gateway]: (gateway) => (gateway.metadata.annotations?.[BOOTSTRAP] === "true" ? [keyOf(gateway)] : []),
            // A restart of the controller looks at all gateways; a change of Authorino does not.
            [K.Deployment]: (deployment) => (deployment.metadata.name === "odh-model-controller" ? annotated() : []),
            [K.LLMInferenceService]: annotated,
            "networking.istio.io/v1alpha3/EnvoyFilter": () => [],
        };
    }

    async reconcile(key: string): Promise<void> {
        const gateway = this.world.get(K.Gateway, ...splitKey(key));
        const authorino = this.world.all(K.Authorino)[0];
        if (
            !gateway ||
            gateway.metadata.deletionTimestamp ||
            !serves(this.world, "odh-model-controller") ||
            authorino?.spec?.listener?.tls?.enabled !== true
        ) {
            return;
        }
        const { name, namespace } = gateway.metadata;
        await this.world.ensure({
            apiVersion: "networking.istio.io/v1alpha3",
            kind: "EnvoyFilter",
            metadata: { name: `${name}-authn-ssl`, namespace: namespace!, ownerReferences: [ownerOf(gateway)] },
            spec: {
                priority: -1,
                targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name }],
                configPatches: [
                    {
                        applyTo: "CLUSTER",
                        patch: {
                            operation: "ADD",
                            value: {
                                name: "kuadrant-auth-service",
                                type: "STRICT_DNS",
                                connect_timeout: "1s",
                                dns_lookup_family: "V4_ONLY",
                            },
                        },
                    },
                ],
            },
        });
        if (keyOf(gateway) === INFERENCE_GATEWAY && gateway.metadata.annotations?.["opendatahub.io/managed"] !== "false") {
            await this.world.ensure(inferenceAuthentication(gateway));
        }
    }
}

/** Who may call models on the gateway of llm-d: whoever may read their service. Source: facts/platform.md 9.1. */
function inferenceAuthentication(gateway: KubeObject): KubeObject {
    const { name, namespace } = gateway.metadata;
    return {
        apiVersion: "kuadrant.io/v1",
        kind: "AuthPolicy",
        metadata: { name: `${name}-authn`, namespace: namespace!, ownerReferences: [ownerOf(gateway)] },
        spec: {
            targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name },
            rules: {
                authentication: {
                    kubernetes: { kubernetesTokenReview: { audiences: ["https://kubernetes.default.svc"] } },
                },
                authorization: {
                    access: {
                        kubernetesSubjectAccessReview: {
                            user: { expression: "auth.identity.user.username" },
                            resourceAttributes: {
                                group: { value: "serving.kserve.io" },
                                resource: { value: "llminferenceservices" },
                                verb: { value: "get" },
                                namespace: { expression: 'request.path.split("/")[1]' },
                                name: { expression: 'request.path.split("/")[2]' },
                            },
                        },
                    },
                },
            },
        },
    };
}
