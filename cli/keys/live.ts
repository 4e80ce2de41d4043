/** Groups and subscriptions of the cluster. */
import { tenantNamespace } from "../../catalogue/tenancy";
import type { Settings } from "../../stacks/schema";
import type { Access } from "../command";
import { clusterOf } from "../maasApi/address";
import type { Live } from "./audit";

export const liveAccess: readonly Access[] = [
    { does: "reads", what: "Groups (user.openshift.io)", rights: "list groups: cluster administrators" },
    { does: "reads", what: "MaaSSubscriptions", rights: "list maassubscriptions in the tenant's namespace" },
];

/** @throws KubeError when there is no cluster, or it may not be read */
export async function readLive(settings: Settings, tenant: string | undefined): Promise<Live> {
    const kube = await clusterOf(settings);
    const [groups, subscriptions] = await Promise.all([
        kube.list({ apiVersion: "user.openshift.io/v1", plural: "groups" }),
        kube.list({
            apiVersion: "maas.opendatahub.io/v1alpha1",
            plural: "maassubscriptions",
            namespace: tenantNamespace(tenant),
        }),
    ]);
    return {
        groups: new Map(groups.map((group) => [group.metadata.name, (group["users"] as string[] | null | undefined) ?? []])),
        subscriptions: new Set(subscriptions.map(({ metadata }) => metadata.name)),
    };
}
