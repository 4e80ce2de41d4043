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

/** The line that is printed when the cluster cannot be asked. @param problem what is wrong and what to do, without a full stop */
export function unasked(problem: string): string {
    return `Cannot connect to the cluster: ${problem}.`;
}

/** The line for a failure of the cluster. @param code the HTTP status of its answer; 0 when there was none */
export function toldBy({ message, code }: { readonly message: string; readonly code: number }): string {
    const problem = message.replace(/\.$/, "");
    if (code === 0 || code === UNAUTHORIZED) {
        return unasked(problem);
    }
    return code === FORBIDDEN
        ? `The cluster does not allow it: ${problem}. --explain prints the rights that the command needs.`
        : `The cluster answered with an error: ${problem}.`;
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** Whether a cluster refused a request for want of rights. */
export function isForbidden(error: unknown): error is Error {
    return error instanceof Error && error.name === "KubeError" && (error as { code?: number }).code === FORBIDDEN;
}
