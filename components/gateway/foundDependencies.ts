import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";

const MINUTES = 15;
/** A Deployment is restarted this often at most: what is missing then is truly missing. */
const RESTARTS = 3;
/** After so long a verdict is the new process's own. */
const AGAIN_MINUTES = 3;
const DEPLOYMENT = "kuadrant-operator-controller-manager";

/**
 * Kuadrant's operator looks for what it needs once, when its process starts. If something came later, it says
 * MissingDependency for ever and enforces nothing: then it is restarted, while Kuadrant is being waited for.
 * Source: docs/sources/connectivity-link.md#missing-dependency.
 *
 * @param name of the record, unique in the stack
 * @param kuadrant which Kuadrant
 * @param operatorNamespace where the operator runs
 */
export function foundDependencies(
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
            check: (kube) => healed(kube, kuadrant, operatorNamespace),
        },
        opts,
    );
}

/**
 * Waits until Kuadrant is Ready, and restarts its operator for what it missed when it started.
 *
 * @throws Error when it is not Ready in time, with what was missing
 */
export async function healed(
    kube: Pick<Kube, "now" | "until" | "patch">,
    kuadrant: { readonly name: string; readonly namespace: string },
    operatorNamespace: string,
): Promise<void> {
    const deadline = (await kube.now()) + MINUTES * 60_000;
    let restarts = 0;
    let missing: string | undefined;
    for (let now = await kube.now(); now < deadline; now = await kube.now()) {
        // For so long, the same verdict may still be that of the process before.
        let judged: string | undefined;
        const found = await kube.until(
            { apiVersion: "kuadrant.io/v1beta1", plural: "kuadrants", namespace: kuadrant.namespace },
            kuadrant.name,
            async (object) => {
                const ready = readiness(object);
                if (ready?.status === "True") {
                    return true;
                }
                if (ready?.reason === "MissingDependency" && restarts < RESTARTS && ready.message !== judged) {
                    missing = judged = ready.message;
                    restarts++;
                    await restart(kube, operatorNamespace);
                }
                return undefined;
            },
            Math.min(deadline, now + AGAIN_MINUTES * 60_000),
        );
        if (found !== undefined) {
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

/** A new pod template is a new process, which looks anew. */
async function restart(kube: Pick<Kube, "now" | "patch">, namespace: string): Promise<void> {
    const restartedAt = new Date(await kube.now()).toISOString();
    await kube.patch({ apiVersion: "apps/v1", plural: "deployments", namespace }, DEPLOYMENT, {
        spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": restartedAt } } } },
    });
}

function readiness(object: KubeObject | undefined): { status: string; reason?: string; message?: string } | undefined {
    const conditions = object?.status?.["conditions"] as
        readonly { type: string; status: string; reason?: string; message?: string }[] | undefined;
    return conditions?.find((c) => c.type === "Ready");
}
