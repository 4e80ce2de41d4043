/** Opens a real kube-apiserver as the cluster of a rehearsal. */
import { type ControlPlaneBinaries, findBinaries } from "./binaries";
import { ApiServerCluster } from "./cluster";
import { type Connection, type ControlPlane, startControlPlane } from "./server";
import { openStrictFront } from "./strict";

export interface ApiServerOptions {
    /** The programs of the control plane. Default: found, or built. */
    readonly binaries?: ControlPlaneBinaries;
    /** The environment in which they are looked for. Default: that of this process. */
    readonly env?: NodeJS.ProcessEnv;
    /** Called with each line about the progress. */
    readonly progress?: (line: string) => void;
    /** The time in the `Date` header of answers through the kubeconfig. Default: the time of day. */
    readonly date?: () => Date;
    /** Keeps the rehearsed time from passing while the API server, or a controller of its own, works. Default: it passes. */
    readonly hold?: () => () => void;
}

/**
 * Starts a control plane on this machine and connects to it.
 *
 * @throws BinariesError, BuildError or ControlPlaneError when there is none to be had
 */
export async function openApiServer(options: ApiServerOptions = {}): Promise<ApiServerCluster> {
    const progress = options.progress ?? (() => undefined);
    const binaries = options.binaries ?? (await findBinaries(options.env ?? process.env, progress));
    progress(`starting kube-apiserver and etcd (from ${binaries.source})`);
    const controlPlane = await startControlPlane({ binaries });
    try {
        return await connect(controlPlane, controlPlane, options);
    } catch (e) {
        await controlPlane.stop();
        throw e;
    }
}

/**
 * Connects to an API server that another process has started.
 *
 * @param serving what the front that the kubeconfig points at shows as its certificate
 */
export async function connect(
    connection: Connection & { readonly serving: { readonly cert: string; readonly key: string } },
    controlPlane: ControlPlane | undefined,
    options: Pick<ApiServerOptions, "date" | "hold"> & { readonly port?: number } = {},
): Promise<ApiServerCluster> {
    const front = await openStrictFront({
        connection,
        serving: connection.serving,
        ...(options.date && { date: options.date }),
        ...(options.hold && { hold: options.hold }),
        ...(options.port !== undefined && { port: options.port }),
    });
    return new ApiServerCluster(connection, front, controlPlane, options.hold);
}
