/** The cluster that a command asks, and what is said when it cannot be asked. */

/** Connects, and sees that the cluster answers and accepts the login. @throws KubeError, whose message `main` prints */
export async function openCluster(
    context: string | undefined,
    kubeconfig: string | undefined,
): Promise<import("../components/kube").Kube> {
    const { Kube } = await import("../components/kube");
    const kube = await Kube.connect(context, kubeconfig);
    await kube.version();
    return kube;
}

/** The line that is printed then. @param problem what is wrong and what to do, without a full stop */
export function unasked(problem: string): string {
    return `Cannot connect to the cluster: ${problem}.`;
}
