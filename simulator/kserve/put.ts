/** Writes what KServe makes. */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import type { World } from "../world";

/** Creates an object, or writes what has changed of it; what an older service of that name has left goes first. */
export async function put(world: World, service: KubeObject, object: KubeObject): Promise<void> {
    const kind = `${object.apiVersion}/${object.kind}`;
    const existing = world.get(kind, object.metadata.namespace ?? "", object.metadata.name);
    const owner = existing?.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (existing === undefined) {
        await world.ensure(object);
    } else if (kind !== K.ServiceAccount && (owner === undefined || owner.uid === service.metadata.uid)) {
        const { apiVersion: _, kind: __, metadata: ___, status: ____, ...body } = object;
        await world.patch(existing, body);
    }
}
