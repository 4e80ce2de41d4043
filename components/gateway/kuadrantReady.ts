import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { conditionOf, type Kube } from "../kube";

const MINUTES = 15;
/** Most restarts of the Deployment: what is missing after them is not in the cluster. */
const RESTARTS = 3;
/** Minutes after which a condition comes from the process that was started again. */
const AGAIN_MINUTES = 3;
const DEPLOYMENT = "kuadrant-operator-controller-manager";

/**
 * A gate that passes when Kuadrant is Ready. Its operator looks up its dependencies once, when its process starts. If one of
 * them came later, the operator reports MissingDependency for ever and enforces nothing: the gate then restarts it.
 * Source: docs/sources/connectivity-link.md#missing-dependency.
 *
 * @param name of the record, unique in the stack
 * @param kuadrant name and namespace of the Kuadrant
 * @param operatorNamespace namespace of the operator
 */
export function kuadrantReady(
    name: string,
    kuadrant: { readonly name: string; readonly namespace: string },
    operatorNamespace: string,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return gate(
        name,
        {
            kind: "dependencies-found",
            until: "Kuadrant's operator has found what it needs",
            record: { object: `Kuadrant ${kuadrant.namespace}/${kuadrant.name}` },
            check: (kube) => waitForKuadrant(kube, kuadrant, operatorNamespace),
        },
        opts,
    );
}

/**
 * Waits until Kuadrant is Ready, and restarts its operator for a dependency that it missed when it started.
 *
 * @throws Error when it is not Ready in time, with what was missing
 */
export async function waitForKuadrant(
    kube: Pick<Kube, "now" | "until" | "patch">,
    kuadrant: { readonly name: string; readonly namespace: string },
    operatorNamespace: string,
): Promise<void> {
    const deadline = (await kube.now()) + MINUTES * 60_000;
    let restarts = 0;
    let missing: string | undefined;
    for (let now = await kube.now(); now < deadline; now = await kube.now()) {
        // Within AGAIN_MINUTES the same message may still come from the process before the restart.
        let handled: string | undefined;
        const ready = await kube.until(
            { apiVersion: "kuadrant.io/v1beta1", plural: "kuadrants", namespace: kuadrant.namespace },
            kuadrant.name,
            async (object) => {
                const condition = conditionOf(object, "Ready");
                if (condition?.status === "True") {
                    return true;
                }
                if (condition?.reason === "MissingDependency" && restarts < RESTARTS && condition.message !== handled) {
                    missing = handled = condition.message;
                    restarts++;
                    await restart(kube, operatorNamespace);
                }
                return undefined;
            },
            Math.min(deadline, now + AGAIN_MINUTES * 60_000),
        );
        if (ready !== undefined) {
            return;
        }
    }
    throw new Error(
        `Kuadrant ${kuadrant.namespace}/${kuadrant.name} was not Ready within ${MINUTES} minutes` +
            (restarts > 0
                ? `, although Deployment ${operatorNamespace}/${DEPLOYMENT} was restarted ${restarts} times for: ${missing}`
                : ""),
    );
}

/** A changed pod template starts a new process, which looks up its dependencies again. */
async function restart(kube: Pick<Kube, "now" | "patch">, namespace: string): Promise<void> {
    const restartedAt = new Date(await kube.now()).toISOString();
    await kube.patch({ apiVersion: "apps/v1", plural: "deployments", namespace }, DEPLOYMENT, {
        spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": restartedAt } } } },
    });
}
