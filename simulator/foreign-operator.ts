import type { KubeObject } from "../rehearsal/cluster/cluster";
import type { DefinitionSource } from "./definitions";
import { put } from "./bootstrap";
import type { World } from "./world";
import { definitionsOf, findPackage, permissiveDefinition } from "./olm/catalogue";
import { csvObject } from "./olm/olm-csv";

/** The namespace of somebody else's operator that is not in the one that its product recommends. */
const FOREIGN_NAMESPACE = "openshift-operators";

/** An operator that somebody installed before: Subscription, CSV, definitions, all of it running. */
export async function installByOthers(world: World, crds: DefinitionSource, name: string): Promise<void> {
    const found = findPackage(name)!;
    const channel = found.channels[found.defaultChannel]!;
    const csv = channel.at(-1)!;
    const own = !found.modes.includes("AllNamespaces");
    const namespace = own ? `${name}-by-others` : FOREIGN_NAMESPACE;
    if (own) {
        await put(world.cluster, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        await put(world.cluster, {
            apiVersion: "operators.coreos.com/v1",
            kind: "OperatorGroup",
            metadata: { name, namespace },
            spec: { targetNamespaces: [namespace] },
        });
    }
    for (const definition of definitionsOf(name)) {
        await put(world.cluster, permissiveOrShipped(crds(found.crdsOf ?? name), definition));
    }
    const time = world.timestamp();
    const succeeded = {
        phase: "Succeeded",
        reason: "InstallSucceeded",
        message: "install strategy completed with no errors",
        lastUpdateTime: time,
        lastTransitionTime: time,
    };
    await put(world.cluster, { ...csvObject(csv, name, namespace), status: { ...succeeded, conditions: [succeeded] } });
    await put(world.cluster, {
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

function permissiveOrShipped(shipped: readonly object[], definition: Parameters<typeof permissiveDefinition>[0]): KubeObject {
    return ((shipped as KubeObject[]).find((object) => object.metadata.name === definition.name) ??
        permissiveDefinition(definition)) as KubeObject;
}
