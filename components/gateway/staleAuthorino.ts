/** A gate that removes an Authorino that is too old, so that Connectivity Link brings its own. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { staleAuthorinos } from "../../catalogue/authorino";
import { gate } from "../gate";
import type { Kube } from "../kube";

const OLM = "operators.coreos.com/v1alpha1";

/** Deletes what {@link staleAuthorinos} finds, the Subscription first: it would install the version again. */
export async function removeStaleAuthorinos(kube: Pick<Kube, "list" | "delete">): Promise<void> {
    const all = await kube.list({ apiVersion: OLM, plural: "subscriptions" });
    for (const { namespace, name, csv } of staleAuthorinos(all)) {
        await kube.delete({ apiVersion: OLM, plural: "subscriptions", namespace }, name);
        await kube.delete({ apiVersion: OLM, plural: "clusterserviceversions", namespace }, csv);
    }
}

/** Deletes the Subscription and the ClusterServiceVersion of each Authorino of the channel of previews. */
export function staleAuthorinoRemoved(name: string, opts: pulumi.CustomResourceOptions): ConfigMap {
    return gate(
        name,
        {
            kind: "nothing-stale",
            until: "no Authorino of an earlier Connectivity Link exists",
            record: { channel: "tech-preview-v1" },
            check: removeStaleAuthorinos,
        },
        opts,
    );
}
