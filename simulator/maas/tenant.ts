import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { usesAiTenants } from "./maas-tenants";
import { APPLICATIONS, MAAS_NAMESPACE, TENANT, serves, asksForMaas } from "../openshift-ai";
import { type ConditionSpec, type Controller, itself, type Pass, splitKey, type World } from "../world";
import { API_LABELS, tenantStack } from "./tenant-stack";

export const TENANT_FINALIZER = "maas.opendatahub.io/tenant-finalizer";

/**
 * maas-controller's namespace and tenant, and the API that a tenant brings. Source: docs/sources/maas.md#tenant;
 * opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/tenant_reconcile.go.
 */
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
        if (!this.world.get(K.Gateway, namespace, name)) {
            const message = `Gateway ${namespace}/${name} not found`;
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
        const labels = { ...API_LABELS, "app.kubernetes.io/managed-by": "maas-controller" };
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
