import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { Kube } from "../kube";
import { remainingProblem } from "../remainingProblem";

/**
 * A gate that passes when the published models are ready. From 3.5 on a model becomes ready once a tier names it: nothing earlier can
 * wait for that.
 */
export function modelsPublished(
    namespace: string,
    models: readonly string[],
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return gate(
        "models-published",
        {
            kind: "models-published",
            until: "the published models are ready",
            record: { namespace, models: models.join(" ") },
            check: (kube) => requirePublished(kube, namespace, models),
        },
        opts,
    );
}

/** Waits until the MaaSModelRefs of models are ready. @throws Error with the first that is not within 10 minutes */
export async function requirePublished(
    kube: Pick<Kube, "now" | "until">,
    namespace: string,
    models: readonly string[],
): Promise<void> {
    const waiting = new Set(models);
    const deadline = (await kube.now()) + 10 * 60_000;
    for (const model of models) {
        const reference = {
            apiVersion: "maas.opendatahub.io/v1alpha1",
            plural: "maasmodelrefs",
            namespace,
            name: model,
        };
        const problem = await remainingProblem(kube, reference, { deadline }, (object) => {
            const phase = object?.status?.["phase"];
            return phase === "Ready" ? undefined : String(phase ?? "not reconciled");
        });
        if (problem !== undefined) {
            throw new Error(
                `MaaSModelRef ${namespace}/${model} is ${problem} and not Ready within 10 minutes (${waiting.size} of ${models.length} are not ready): it needs its model, a subscription and an authorization policy`,
            );
        }
        waiting.delete(model);
    }
}
