/** The log of a container, as kubectl logs reads it. */
import { KubeError, pathOf } from "./objects";
import type { Transport } from "./transport";

/** The container, and how much of its log. */
export interface LogQuery {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
    /** The container before it was restarted. */
    readonly previous?: boolean;
    /** Lines of the last seconds alone. Default: all. */
    readonly sinceSeconds?: number;
    /** The last lines. Default: all. */
    readonly lines?: number;
    /** The last bytes; earlier ones are read and dropped. */
    readonly bytes: number;
}

/** The end of a log. */
export interface Log {
    /** Whole lines, each with its time in front. */
    readonly text: string;
    /** Whether there were more bytes than wanted. */
    readonly cut: boolean;
    /** Why it ends in the middle. Undefined: as far as the API server tells, it does not. */
    readonly broken?: string;
}

/** Reads the end of a log. @throws KubeError in the words of the API server or of the node */
export async function logOf(transport: Transport, query: LogQuery): Promise<Log> {
    const { namespace, pod, container, previous = false, sinceSeconds, lines, bytes } = query;
    const options = new URLSearchParams({
        container,
        timestamps: "true",
        ...(previous && { previous: "true" }),
        ...(sinceSeconds !== undefined && { sinceSeconds: String(sinceSeconds) }),
        ...(lines !== undefined && { tailLines: String(lines) }),
    });
    const path = `${pathOf({ apiVersion: "v1", plural: "pods", namespace })}/${encodeURIComponent(pod)}/log?${options.toString()}`;
    const { code, body, size, broken } = await transport.tail(path, bytes);
    if (code === NO_CONTENT) {
        throw new KubeError(`pod ${namespace}/${pod} is on no node`, code);
    }
    if (code !== OK) {
        transport.parse({ code, body: body.toString("utf8"), at: 0, retryAfter: undefined }, `log of ${container}`);
        throw new KubeError(`log of ${container}: HTTP ${code}`, code);
    }
    const cut = size > body.length;
    const text = body.toString("utf8");
    return {
        // It begins in the middle of a line.
        text: cut ? text.slice(text.indexOf("\n") + 1) : text,
        cut,
        ...(broken !== undefined && { broken }),
    };
}

const OK = 200;
/** Answered for a pod that is not scheduled. Source: kubernetes/kubernetes@v1.34.4:pkg/registry/core/pod/strategy.go, LogLocation. */
const NO_CONTENT = 204;
