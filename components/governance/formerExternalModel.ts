import type { Kube, KubeObject } from "../kube";
import { isGone, untilObject } from "../untilObject";

const FORMER = { apiVersion: "maas.opendatahub.io/v1alpha1", plural: "externalmodels" } as const;
const MINUTES = 5;

/**
 * Deletes the ExternalModel that an earlier release had for a model, before the one of the present release is created: the
 * controllers of both would make a route of the same path. It is gone already when Pulumi comes to delete it.
 * Source: docs/sources/maas.md#external-models.
 *
 * @throws Error when it is somebody else's, or does not go
 */
export async function removeFormerExternalModel(
    kube: Pick<Kube, "now" | "get" | "delete" | "until">,
    { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<void> {
    const kind = { ...FORMER, namespace };
    const former = await kube.get(kind, name);
    if (former === undefined) {
        return;
    }
    const remedy = `oc delete externalmodels.maas.opendatahub.io ${name} -n ${namespace}`;
    if (!isOurs(former)) {
        throw new Error(
            `ExternalModel ${namespace}/${name} of maas.opendatahub.io exists and is not this program's; with it the model would have two routes. Delete it, and run this again: ${remedy}`,
        );
    }
    await kube.delete(kind, name);
    await untilObject(kube, {
        kind,
        name,
        within: MINUTES,
        reached: isGone,
        otherwise: `ExternalModel ${namespace}/${name} of maas.opendatahub.io is not gone after ${MINUTES} minutes: its finalizers are served by maas-controller. Look at oc get externalmodels.maas.opendatahub.io ${name} -n ${namespace} -o yaml`,
    });
}

/** Whether Pulumi wrote an object. */
function isOurs({ metadata }: KubeObject): boolean {
    const writers = (metadata as { managedFields?: { manager?: string }[] }).managedFields ?? [];
    return writers.some(({ manager }) => manager?.startsWith("pulumi-kubernetes") === true);
}
