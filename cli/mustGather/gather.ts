/** Collects what a support case needs: the state of a stack, its objects and the logs of its pods, without secrets. */
import { stringify } from "yaml";

import type { Kube, KubeObject } from "../../components/kube";
import { modelOf } from "../../rehearsal/report/model";
import type { Plan } from "../../rehearsal/result";
import { type Status, statusOf } from "../status/status";
import { gatherLogs, type LogBounds } from "./logs";
import { type Place, placesOf } from "./places";
import { Reader, Refusals } from "./reader";
import { Redactor } from "./redact";

/** What is gathered from, and where it goes. */
export interface Gathering {
    readonly kube: Kube;
    readonly plan: Plan;
    readonly settings: object;
    /** Undefined: no logs. */
    readonly logs: LogBounds | undefined;
    /** Takes each file, by its path in the folder. */
    readonly write: (file: string, text: string) => void;
    /** Told how far it is. */
    readonly tell?: (message: string) => void;
    readonly signal: AbortSignal;
}

/** What was gathered, and what not. */
export interface Gathered {
    readonly files: readonly string[];
    /** Undefined when it could not be found out. */
    readonly status: Status | undefined;
    readonly unread: readonly string[];
    /** Logs that are not whole. */
    readonly partial: readonly string[];
    /** Why the cluster was not asked to the end; undefined when it was. */
    readonly lost: string | undefined;
}

/**
 * Reads everything. What cannot be read is listed, and does not end it. The values of the Secrets that may be read are removed from
 * everything else too, wherever they stand.
 *
 * @throws what `write` throws, and the reason of the signal
 */
export async function gather({
    kube,
    plan,
    settings,
    logs,
    write: put,
    tell = () => undefined,
    signal,
}: Gathering): Promise<Gathered> {
    let redactor = new Redactor();
    const answers = (): Promise<boolean> =>
        kube.version().then(
            () => true,
            () => false,
        );
    const reader = new Reader(answers, (message) => redactor.text(message), signal);
    const files: string[] = [];
    const write = (file: string, text: string): void => {
        files.push(file);
        put(file, text);
    };
    const status = await reader.read("status", () => statusOf(kube, plan, (requests) => tell(`status: ${requests} requests`)));
    const foreign = (status?.operators ?? []).flatMap(({ namespace }) => namespace ?? []);
    const { all, ours } = placesOf(modelOf(plan).items, foreign);
    const forbidden = new Refusals();
    const list = (place: Place): Promise<KubeObject[] | undefined> => {
        tell(`reading ${nameOf(place)}, ${files.length} files`);
        return reader.read(
            nameOf(place),
            () => kube.list(place),
            (error) => forbidden.take(place, error),
        );
    };
    const [secrets, others] = [all.filter(isSecrets), all.filter((place) => !isSecrets(place))];
    // Their values are removed from all that is written.
    const known = new Map<Place, KubeObject[]>();
    for (const place of secrets) {
        known.set(place, (await list(place)) ?? []);
    }
    redactor = new Redactor([...known.values()].flat());
    const writeObjects = (place: Place, objects: readonly object[]): void => {
        if (objects.length > 0) {
            const documents = objects.map((one) => stringify(redactor.object(one), { lineWidth: 0 }));
            write(`${nameOf(place)}.yaml`, documents.join("---\n"));
        }
    };
    if (status !== undefined) {
        write("status.json", `${JSON.stringify(redactor.object(status), null, 2)}\n`);
    }
    write("settings.yaml", stringify(redactor.object(settings), { lineWidth: 0 }));
    known.forEach((objects, place) =>
        writeObjects(
            place,
            objects.map((one) => ({ kind: "Secret", ...one })),
        ),
    );
    const pods: KubeObject[] = [];
    for (const place of others) {
        const objects = (await list(place)) ?? [];
        writeObjects(place, objects);
        if (place.plural === "pods" && place.apiVersion === "v1" && ours.has(place.namespace ?? "")) {
            pods.push(...objects);
        }
    }
    forbidden.notes().forEach((note) => reader.note(note));
    let partial: readonly string[] = [];
    if (logs !== undefined) {
        partial = await gatherLogs(
            (query) => kube.log(query),
            pods,
            logs,
            reader,
            (file, text) => {
                tell(`log ${file}, ${files.length} files`);
                write(file, redactor.log(text));
            },
        );
    }
    return { files: files.sort(), status, unread: reader.unread, partial, lost: reader.lost };
}

function isSecrets({ apiVersion, plural }: Place): boolean {
    return apiVersion === "v1" && plural === "secrets";
}

/** The path of the file of a place, without its extension. */
function nameOf({ namespace, plural }: Place): string {
    return `${namespace ?? "cluster"}/${plural}`;
}
