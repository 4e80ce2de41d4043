import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { asksForMaas, releaseOf, serves } from "../openshift-ai";
import { API_LABELS } from "./tenant-stack";
import { GatewayPolicies } from "./gateway-policies";
import { DEFAULT, gatewayOfTenant, INGRESS } from "./tenant-names";
import { copyDatabaseSecret, removeFormerApi, takeOverTenant } from "./upgrade";
import { type ConditionSpec, type Controller, isTrue, itself, type Pass, splitKey, type World } from "../world";

const TENANTS_NAMESPACE = "ai-tenants";
const CONFIG = "default-tenant";
const FINALIZER = "maas.opendatahub.io/aitenant-finalizer";

/** Whether the cluster's OpenShift AI has AITenants in place of the one Tenant. */
export function usesAiTenants(world: World): boolean {
    return releaseOf(world).tenancy === "AITenant";
}

/** The namespace of a tenant. */
export function namespaceOfTenant(tenant: string): string {
    return tenant === DEFAULT ? DEFAULT : `ai-tenant-${tenant}`;
}

/** The tenant of a namespace. */
export function tenantOfNamespace(namespace: string): string {
    return namespace.replace(/^ai-tenant-/, "");
}

/** The gateway of a tenant, as an HTTPRoute names its parent. */
export function gatewayRef(name: string): { group: string; kind: string; name: string; namespace: string } {
    return { group: "gateway.networking.k8s.io", kind: "Gateway", name, namespace: INGRESS };
}

/** The status of Models-as-a-Service in the DataScienceCluster: the state of the product's own tenant. */
export function ownTenant(world: World): KubeObject | undefined {
    return world.get(K.MaasTenantConfig, DEFAULT, CONFIG);
}

/** Whether a namespace is a tenant's. */
export function isTenantNamespace(world: World, namespace: string): boolean {
    return world.get(K.MaasTenantConfig, namespace, CONFIG) !== undefined;
}

/**
 * maas-controller's tenants from 3.5 on: a namespace, an API and a policy for each. Source:
 * docs/sources/maas.md#tenants-of-35.
 */
export class AiTenants implements Controller {
    readonly name = "maas-aitenants";
    readonly watches: Controller["watches"];
    private readonly gatewayPolicies: GatewayPolicies;

    constructor(private readonly world: World) {
        this.gatewayPolicies = new GatewayPolicies(world);
        const all = (): string[] => [`${TENANTS_NAMESPACE}/${DEFAULT}`, ...world.keys(K.AITenant)];
        this.watches = {
            [K.AITenant]: itself,
            [K.MaasTenantConfig]: all,
            [K.Gateway]: all,
            [K.DataScienceCluster]: all,
            [K.Deployment]: (deployment) => (deployment.metadata.name.startsWith("maas-") ? all() : []),
            [K.Secret]: (secret) => (secret.metadata.name === "maas-db-config" ? all() : []),
            [K.Namespace]: (namespace) => (namespace.metadata.name.startsWith("ai-tenant") ? all() : []),
            [K.Tenant]: all,
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const { world } = this;
        if (!usesAiTenants(world) || !serves(world, "maas-controller")) {
            return;
        }
        const [, name] = splitKey(key);
        const tenant = world.get(K.AITenant, TENANTS_NAMESPACE, name);
        if (tenant?.metadata.deletionTimestamp) {
            if (pass.waited("release", duration("finalizer.release"))) {
                await this.remove(name);
                await world.unfinalize(tenant, FINALIZER);
            }
            return;
        }
        await this.gatewayPolicies.start();
        const dsc = world.all(K.DataScienceCluster)[0];
        if (!tenant) {
            if (name === DEFAULT && dsc && !dsc.metadata.deletionTimestamp && asksForMaas(dsc)) {
                await this.makeDefault(pass);
            }
            return;
        }
        await world.finalize(tenant, FINALIZER);
        const namespace = namespaceOfTenant(name);
        await world.ensure({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name: namespace,
                labels: { "ai-gateway.opendatahub.io/tenant": name, "maas.opendatahub.io/managed-by-aitenant": "true" },
            },
        });
        const config = await world.ensure({
            apiVersion: "maas.opendatahub.io/v1alpha1",
            kind: "MaasTenantConfig",
            metadata: { name: CONFIG, namespace },
            spec: {},
        });
        if (name === DEFAULT) {
            await takeOverTenant(this.world, config);
        }
        const gateway = (tenant.spec?.gateway?.name as string | undefined) ?? gatewayOfTenant(name);
        const obstacle = this.obstacle(gateway);
        if (obstacle === undefined) {
            await this.stack(name, gateway);
        }
        const api = name === DEFAULT ? "maas-api" : `maas-api-${name}`;
        const fault = world.faults.notReady("AITenant", name);
        const why =
            obstacle ??
            (fault !== undefined
                ? { reason: fault, message: "the tenant is not ready in this rehearsal" }
                : isTrue(world.get(K.Deployment, this.infraNamespace, api), "Available")
                  ? undefined
                  : { reason: "DeploymentsNotReady", message: `deployments are not ready: ${api}` });
        if (name === DEFAULT && why === undefined) {
            await removeFormerApi(this.world);
        }
        const condition: ConditionSpec =
            why === undefined
                ? { type: "Ready", status: "True", reason: "Reconciled", message: "tenant is ready" }
                : { type: "Ready", status: "False", ...why };
        const observedGeneration = (object: KubeObject): object => ({ observedGeneration: object.metadata.generation });
        await world.setStatus(config, {
            phase: why === undefined ? "Active" : "Pending",
            infraNamespace: this.infraNamespace,
            conditions: [{ ...condition, ...observedGeneration(config) }],
        });
        await world.setStatus(tenant, {
            phase: why === undefined ? "Active" : "Pending",
            tenantNamespace: namespace,
            gatewayRef: { name: gateway, namespace: INGRESS },
            conditions: [{ ...condition, ...observedGeneration(tenant) }],
        });
    }

    /** Namespace of the MaaS APIs and of the Secret with their database. */
    private get infraNamespace(): string {
        return releaseOf(this.world).apiNamespace;
    }

    private async makeDefault(pass: Pass): Promise<void> {
        for (const name of [TENANTS_NAMESPACE, this.infraNamespace]) {
            await this.world.ensure({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        }
        await copyDatabaseSecret(this.world, this.infraNamespace);
        if (pass.waited("tenant", duration("maas.tenant"))) {
            await this.world.ensure({
                apiVersion: "maas.opendatahub.io/v1alpha1",
                kind: "Config",
                metadata: { name: "default" },
                spec: {},
            });
            await this.world.ensure({
                apiVersion: "maas.opendatahub.io/v1alpha1",
                kind: "AITenant",
                metadata: { name: DEFAULT, namespace: TENANTS_NAMESPACE, finalizers: [FINALIZER] },
                spec: { gateway: { name: gatewayOfTenant(DEFAULT) } },
            });
        }
    }

    private obstacle(gateway: string): { reason: string; message: string } | undefined {
        const object = this.world.get(K.Gateway, INGRESS, gateway);
        if (!isTrue(object, "Programmed")) {
            return {
                reason: "GatewayNotReady",
                message: `Gateway ${INGRESS}/${gateway} ${object ? "is not Programmed" : "not found"}`,
            };
        }
        if (!(object!.spec.listeners as { hostname?: string }[]).some((listener) => listener.hostname !== undefined)) {
            return { reason: "GatewayNotReady", message: `Gateway ${INGRESS}/${gateway} has no listener with a hostname` };
        }
        const secret = this.world.get(K.Secret, this.infraNamespace, "maas-db-config");
        return "DB_CONNECTION_URL" in ((secret?.data as object | undefined) ?? {})
            ? undefined
            : {
                  reason: "PrerequisitesNotMet",
                  message: `database Secret ${this.infraNamespace}/maas-db-config with key DB_CONNECTION_URL not found`,
              };
    }

    private objects(name: string, gateway: string): KubeObject[] {
        const suffix = name === DEFAULT ? "" : `-${name}`;
        const labels = { ...API_LABELS, "app.kubernetes.io/instance": `maas-api${suffix}` };
        return [
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name: `maas-api${suffix}`, namespace: this.infraNamespace, labels },
                spec: {
                    replicas: 1,
                    selector: { matchLabels: labels },
                    template: {
                        metadata: { labels },
                        spec: { containers: [{ name: "maas-api", image: "registry.redhat.io/rhoai/odh-maas-api-rhel9" }] },
                    },
                },
            },
            {
                apiVersion: "gateway.networking.k8s.io/v1",
                kind: "HTTPRoute",
                metadata: { name: `maas-api-route${suffix}`, namespace: this.infraNamespace },
                spec: {
                    parentRefs: [gatewayRef(gateway)],
                    rules: [
                        {
                            matches: [{ path: { type: "PathPrefix", value: "/maas-api" } }],
                            backendRefs: [{ group: "", kind: "Service", name: `maas-api${suffix}`, port: 8443, weight: 1 }],
                        },
                    ],
                },
            },
        ];
    }

    private async stack(name: string, gateway: string): Promise<void> {
        for (const role of name === DEFAULT
            ? []
            : [
                  { role: `aitenant-${name}-tenant-admin`, namespace: namespaceOfTenant(name) },
                  { role: `aitenant-${name}-object-admin`, namespace: TENANTS_NAMESPACE },
              ]) {
            await this.world.ensure({
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: "Role",
                metadata: { name: role.role, namespace: role.namespace },
                rules: [{ apiGroups: ["maas.opendatahub.io"], resources: ["*"], verbs: ["*"] }],
            });
        }
        for (const object of this.objects(name, gateway)) {
            await this.world.ensure(object);
        }
    }

    private async remove(name: string): Promise<void> {
        for (const object of this.objects(name, gatewayOfTenant(name))) {
            await this.world.delete(object);
        }
        const config = this.world.get(K.MaasTenantConfig, namespaceOfTenant(name), CONFIG);
        if (config) {
            await this.world.delete(config);
        }
    }
}
