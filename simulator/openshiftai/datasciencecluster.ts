import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { packageOf } from "../olm/catalogue";
import type { Definitions } from "../definitions";
import { duration } from "../durations";
import { K } from "../kind-names";
import { ownTenant } from "../maas/maas-tenants";
import { RHOAI, APPLICATIONS, MAAS_NAMESPACE, TENANT, releaseOf, serves, asksForMaas } from "../openshift-ai";
import {
    AWAITED,
    AWAITED_DEFINITIONS,
    AWAITED_OPERATORS,
    type Component,
    COMPONENTS,
    componentsOf,
    defaultQueues,
    obstacle,
    servingConfig,
} from "./rhoai-components";
import { reconcileTierScheme, removeTierScheme } from "../maas/tier-scheme";
import { type ConditionSpec, conditionOf, type Controller, itself, ownerOf, type Pass, splitKey, type World } from "../world";
import { controllerDeployment, PART_OF } from "./controller-deployment";

const DSC_FINALIZER = "datasciencecluster.opendatahub.io/finalizer";
/**
 * The DataScienceCluster: its components, one by one, each with its condition. Source:
 * red-hat-data-services/rhods-operator@rhoai-3.4.1:internal/controller/status/status.go,
 * docs/sources/openshift-ai.md#components.
 */
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
        for (const [field, component] of componentsOf(releaseOf(this.world))) {
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
        if (field === "kueue" && releaseOf(this.world).defaultQueues === "always") {
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

    /** maas-controller's bundle; the condition mirrors the tenant's. Source: docs/sources/maas.md#switch. */
    private async modelsAsService(dsc: KubeObject, pass: Pass): Promise<ConditionSpec | undefined> {
        const wanted = asksForMaas(dsc);
        const { modelsAsServiceCondition: type, governance, tenancy } = releaseOf(this.world);
        if (governance === "tiers") {
            if (!wanted) {
                await removeTierScheme(this.world, dsc);
                return { type, status: "False", reason: "Removed", message: "Component ManagementState is set to Removed" };
            }
            return pass.waited("maas", duration("rhoai.maas-controller"))
                ? { type, ...(await reconcileTierScheme(this.world, dsc)) }
                : { type, status: "False", reason: "NotReady", message: "maas-api is being deployed" };
        }
        const many = tenancy === "AITenant";
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
