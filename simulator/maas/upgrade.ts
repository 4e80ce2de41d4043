/**
 * The treatment by maas-controller of 3.5 of objects that 3.4 has left. Source:
 * opendatahub-io/models-as-a-service@v0.2.1:maas-controller/cmd/manager/main.go (the Secret of the database),
 * opendatahub-io/models-as-a-service@v0.2.1:maas-controller/pkg/controller/maas/aitenant_controller.go (the tenant),
 * opendatahub-io/models-as-a-service@v0.2.1:maas-controller/pkg/controller/maas/tenant_reconcile.go (the API),
 * opendatahub-io/models-as-a-service@v0.2.1:maas-controller/pkg/controller/maas/maasauthpolicy_controller.go (the policies).
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import { isTrue, type World } from "../world";
import { modelRefs } from "./generated";
import { APPLICATIONS, MAAS_NAMESPACE, TENANT } from "../openshift-ai";
import { API_LABELS } from "./tenant-stack";

const SECRET = "maas-db-config";
const URL_KEY = "DB_CONNECTION_URL";

/** Copies the Secret of the database once, unless there is one already; a short host name gets the namespace that it was short in. */
export async function copyDatabaseSecret(world: World, infraNamespace: string): Promise<void> {
    const former = world.get(K.Secret, APPLICATIONS, SECRET);
    const url = (former?.data as Record<string, string> | undefined)?.[URL_KEY];
    if (url === undefined || world.get(K.Secret, infraNamespace, SECRET) !== undefined) {
        return;
    }
    const connection = new URL(Buffer.from(url, "base64").toString("utf8"));
    if (!connection.hostname.includes(".")) {
        connection.hostname = `${connection.hostname}.${APPLICATIONS}.svc.cluster.local`;
    }
    await world.ensure({
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
            name: SECRET,
            namespace: infraNamespace,
            labels: { "app.kubernetes.io/managed-by": "maas-controller" },
            annotations: { "maas.opendatahub.io/migrated-from": APPLICATIONS },
        },
        data: { [URL_KEY]: Buffer.from(connection.href).toString("base64") },
    });
}

/** Copies keys and telemetry of the former Tenant where the new object says nothing, and lets that Tenant go; it stays there. */
export async function takeOverTenant(world: World, config: KubeObject): Promise<void> {
    const former = world.get(K.Tenant, MAAS_NAMESPACE, TENANT);
    if (former === undefined || former.metadata.annotations?.["maas.opendatahub.io/migrated-to"] !== undefined) {
        return;
    }
    const said = former.spec as { apiKeys?: object; telemetry?: object };
    const copied = (["apiKeys", "telemetry"] as const).filter((field) => said[field] && !config.spec?.[field]);
    if (copied.length > 0) {
        await world.patch(config, { spec: Object.fromEntries(copied.map((field) => [field, said[field]])) });
    }
    await world.patch(former, {
        metadata: {
            annotations: {
                "maas.opendatahub.io/deprecated-by": "MaasTenantConfig",
                "maas.opendatahub.io/migrated-to": config.metadata.name,
            },
            finalizers: [],
        },
    });
}

/** Removes the former API as soon as the new one serves. Its policy and its job of cleaning up keys stay. */
export async function removeFormerApi(world: World): Promise<void> {
    const deployment = world.get(K.Deployment, APPLICATIONS, "maas-api");
    const ours = deployment?.metadata.labels?.["app.kubernetes.io/part-of"] === API_LABELS["app.kubernetes.io/part-of"];
    if (deployment === undefined || !ours) {
        return;
    }
    for (const [kind, name] of [
        [K.Deployment, "maas-api"],
        [K.Service, "maas-api"],
        [K.HTTPRoute, "maas-api-route"],
    ] as const) {
        const object = world.get(kind, APPLICATIONS, name);
        if (object && !object.metadata.deletionTimestamp) {
            await world.delete(object);
        }
    }
}

/** The policies of single models that 3.4 has made, which ask the former API about keys. */
function formerPolicies(world: World): KubeObject[] {
    return world
        .all(K.MaaSAuthPolicy)
        .flatMap(modelRefs)
        .flatMap(({ namespace, name }) => world.get(K.AuthPolicy, namespace, `maas-auth-${name}`) ?? []);
}

/** Whether the policy of the gateway is not made yet: former policies stay until the new API serves. */
export function gatewayPolicyWaits(world: World, infraNamespace: string): boolean {
    return formerPolicies(world).length > 0 && !isTrue(world.get(K.Deployment, infraNamespace, "maas-api"), "Available");
}

/** Whether the policy of the gateway has taken over from a model's own one. */
export function hasTakenOver(policy: KubeObject | undefined): boolean {
    return isTrue(policy, "Accepted") && isTrue(policy, "Enforced");
}
