/** The logs of the containers of pods, as `oc adm must-gather` has them: of what runs, and of what ran before it was restarted. */
import type { KubeError, KubeObject, Log, LogQuery } from "../../components/kube";
import { conditionOf } from "../../components/kube";
import type { Reader } from "./reader";

/** How much of a log is read. */
export interface LogBounds {
    /** Of a container that runs; the one before may have ended long ago, and is not bound. */
    readonly sinceSeconds: number;
    /** The last lines of each container. */
    readonly lines: number;
}

/** The last bytes of a log that are written. */
export const LOG_BYTES = 2 * 1024 * 1024;
/** Logs that are read at once. */
const AT_ONCE = 6;

/**
 * Pods of users, whose logs are theirs: notebooks, workspaces, runs of pipelines. Sources: kubeflow/kubeflow@v1.10.0:components/notebook-controller/controllers/notebook_controller.go,
 * devfile/devworkspace-operator@v0.34.0:pkg/constants/metadata.go, kubeflow/pipelines@2.4.0:backend/src/common/util/consts.go.
 */
const OF_USERS = ["notebook-name", "controller.devfile.io/devworkspace_id", "pipeline/runid"];

const FORBIDDEN = 403;
/** The node of a pod does not answer the API server. */
const AWAY = /dial tcp|i\/o timeout|no route to host|connection refused|TLS handshake timeout/;

interface Container extends Omit<LogQuery, "bytes"> {
    readonly node: string;
}

interface Status {
    readonly name: string;
    readonly restartCount?: number;
    readonly lastState?: { readonly terminated?: object };
}

/** The file of a log. */
export function logFile({ namespace, pod, container, previous }: LogQuery | Container): string {
    return `${namespace}/pods/${pod}/${container}/${previous === true ? "previous" : "current"}.log`;
}

/**
 * Reads the logs of pods. What cannot be read is noted: one line for a namespace whose logs are forbidden, and for a node that is away.
 *
 * @param write takes each log
 * @returns notes on logs that are not whole
 */
export async function gatherLogs(
    log: (query: LogQuery) => Promise<Log>,
    pods: readonly KubeObject[],
    { sinceSeconds, lines }: LogBounds,
    reader: Reader,
    write: (file: string, text: string) => void,
): Promise<readonly string[]> {
    const partial: string[] = [];
    const forbidden = new Map<string, [message: string, containers: number]>();
    const away = new Map<string, [message: string, containers: number]>();
    const waiting = pods.filter(isOfPlatform).flatMap((pod) => containersOf(pod, { sinceSeconds, lines }, reader));
    const next = async (): Promise<void> => {
        for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
            const { namespace, node, ...query } = one;
            const refused = forbidden.get(namespace) ?? away.get(node);
            if (refused !== undefined) {
                refused[1]++;
                continue;
            }
            const onRefusal = ({ code, message }: KubeError): boolean => {
                const [all, key] = code === FORBIDDEN ? [forbidden, namespace] : [away, node];
                if (code !== FORBIDDEN && !(code >= 500 && AWAY.test(message))) {
                    return false;
                }
                const before = all.get(key);
                all.set(key, [before?.[0] ?? message, (before?.[1] ?? 0) + 1]);
                return true;
            };
            const file = logFile(one);
            const read = await reader.read(file, () => log({ namespace, ...query, bytes: LOG_BYTES }), onRefusal);
            if (read !== undefined) {
                write(file, read.text);
                if (read.cut) {
                    partial.push(`${file}: the last ${LOG_BYTES} bytes`);
                }
                if (read.broken !== undefined) {
                    partial.push(`${file}: ends in the middle: ${read.broken}`);
                }
            }
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    forbidden.forEach(([message, count], namespace) => reader.note(`logs of ${count} containers in ${namespace}: ${message}`));
    away.forEach(([message, count], node) => reader.note(`logs of ${count} containers on node ${node}: ${message}`));
    return partial.sort();
}

function isOfPlatform({ metadata }: KubeObject): boolean {
    const { labels = {} } = metadata as { labels?: Readonly<Record<string, string>> };
    return OF_USERS.every((label) => labels[label] === undefined);
}

/** The containers of a pod that have a log, those of its start first. */
function containersOf(pod: KubeObject, { sinceSeconds, lines }: LogBounds, reader: Reader): readonly Container[] {
    const { name, namespace = "" } = pod.metadata;
    const { spec = {}, status = {} } = pod;
    const node = spec["nodeName"];
    if (typeof node !== "string" || node === "") {
        const { reason, message } = conditionOf({ status }, "PodScheduled") ?? {};
        const why = [reason, message].filter(Boolean).join(": ");
        reader.note(`logs of ${namespace}/${name}: the pod is on no node${why === "" ? "" : `: ${why}`}`);
        return [];
    }
    const of = (field: string): readonly { readonly name: string }[] => (spec[field] ?? []) as { name: string }[];
    const statuses = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"].flatMap(
        (field) => (status[field] ?? []) as Status[],
    );
    return [...of("initContainers"), ...of("containers"), ...of("ephemeralContainers")].flatMap(({ name: container }) => {
        const common = { namespace, pod: name, container, lines, node };
        const { restartCount = 0, lastState } = statuses.find((one) => one.name === container) ?? {};
        const restarted = restartCount > 0 || lastState?.terminated !== undefined;
        return [{ ...common, sinceSeconds }, ...(restarted ? [{ ...common, previous: true }] : [])];
    });
}
