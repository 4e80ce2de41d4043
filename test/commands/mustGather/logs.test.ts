/** Which logs `maas must-gather` reads, and what becomes of those that cannot be read. */
import { KubeError, type KubeObject, type Log, type LogQuery } from "../../../components/kube";
import { gatherLogs, logFile } from "../../../cli/mustGather/logs";
import { Reader } from "../../../cli/mustGather/reader";
import { inProcess } from "../helper";

const BOUNDS = { sinceSeconds: 60, lines: 5 };

function pod(name: string, fields: { namespace?: string; node?: string; labels?: object; status?: object; spec?: object } = {}) {
    const { namespace = "a", node = "n", labels = {}, status = {}, spec = {} } = fields;
    const containers = [{ name: "main" }];
    return { metadata: { name, namespace, labels }, spec: { nodeName: node, containers, ...spec }, status } as KubeObject;
}

/** Gathers with answers by the file of a log. */
async function gather(pods: readonly KubeObject[], answers: Record<string, Log | Error> = {}, alive = true) {
    const controller = new AbortController();
    const reader = new Reader(
        () => Promise.resolve(alive),
        (message) => message,
        controller.signal,
    );
    const files = new Map<string, string>();
    const asked: LogQuery[] = [];
    const log = (query: LogQuery): Promise<Log> => {
        asked.push(query);
        const answer = answers[logFile(query)] ?? { text: `${logFile(query)}\n`, cut: false };
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const partial = await gatherLogs(log, pods, BOUNDS, reader, (file, text) => files.set(file, text));
    return { files: [...files.keys()], asked, unread: reader.unread, lost: reader.lost, partial };
}

it("reads all containers of a pod, and those before a restart without a bound in time", async () => {
    const status = {
        initContainerStatuses: [{ name: "first", restartCount: 0 }],
        containerStatuses: [{ name: "main", restartCount: 2, lastState: { terminated: { exitCode: 1 } } }],
    };
    const { files, asked } = await gather([
        pod("p", { status, spec: { initContainers: [{ name: "first" }], ephemeralContainers: [{ name: "debug" }] } }),
    ]);
    expect(files).toEqual([
        "a/pods/p/first/current.log",
        "a/pods/p/main/current.log",
        "a/pods/p/main/previous.log",
        "a/pods/p/debug/current.log",
    ]);
    expect(asked.map(({ previous, sinceSeconds, lines }) => [previous, sinceSeconds, lines])).toEqual([
        [undefined, 60, 5],
        [undefined, 60, 5],
        [true, undefined, 5],
        [undefined, 60, 5],
    ]);
});

it.each(["notebook-name", "controller.devfile.io/devworkspace_id", "pipeline/runid"])(
    "reads no log of a pod of a user: %s",
    async (label) => {
        const { asked, unread } = await gather([pod("p", { labels: { [label]: "x" } })]);
        expect([asked, unread]).toEqual([[], []]);
    },
);

it("goes on after each log that cannot be read", async () => {
    const { files, unread, partial } = await gather([pod("p"), pod("q"), pod("r"), pod("s", { node: "" }), pod("t")], {
        "a/pods/p/main/current.log": new KubeError("log of main: waiting to start: ContainerCreating", 400),
        "a/pods/q/main/current.log": { text: "half", cut: false, broken: "aborted" },
        "a/pods/r/main/current.log": new KubeError('pods "r" not found', 404),
    });
    expect(files).toEqual(["a/pods/q/main/current.log", "a/pods/t/main/current.log"]);
    expect(unread).toEqual([
        "logs of a/s: the pod is on no node",
        "a/pods/p/main/current.log: log of main: waiting to start: ContainerCreating",
        'a/pods/r/main/current.log: pods "r" not found',
    ]);
    expect(partial).toEqual(["a/pods/q/main/current.log: ends in the middle: aborted"]);
});

it("asks a namespace that is forbidden, and a node that is away, a few times at most, and tells each once", async () => {
    const many = (namespace: string, node: string): KubeObject[] =>
        Array.from({ length: 30 }, (_, i) => pod(`p${i}`, { namespace, node }));
    const [forbidden, away] = [
        new KubeError("pods is forbidden", 403),
        new KubeError("dial tcp 10.0.0.1:10250: i/o timeout", 500),
    ];
    const pods = [...many("b", "n"), ...many("c", "gone"), ...many("d", "n")];
    const answers = Object.fromEntries(
        pods.flatMap(({ metadata: { namespace, name } }) =>
            namespace === "d" ? [] : [[`${namespace}/pods/${name}/main/current.log`, namespace === "b" ? forbidden : away]],
        ),
    );
    const { files, asked, unread } = await gather(pods, answers);
    expect(files).toHaveLength(30);
    expect(asked.length).toBeLessThan(30 + 2 * 7);
    expect(unread).toEqual([
        "logs of 30 containers in b: pods is forbidden",
        "logs of 30 containers on node gone: dial tcp 10.0.0.1:10250: i/o timeout",
    ]);
});

it("asks on after one connection that broke, and no more when the cluster is gone or the login has ended", async () => {
    const pods = Array.from({ length: 20 }, (_, i) => pod(`p${i}`));
    const broke = { "a/pods/p0/main/current.log": new KubeError("the cluster cannot be reached: ECONNRESET", 0, true) };
    const once = await gather(pods, broke);
    expect([once.files.length, once.unread.length, once.lost]).toEqual([19, 1, undefined]);
    const gone = await gather(pods, broke, false);
    expect(gone.lost).toBe("the cluster cannot be reached: ECONNRESET");
    expect(gone.unread.at(-1)).toMatch(/^\d+ more: not asked for, as the cluster does not answer any more: /);
    const ended = await gather(pods, { "a/pods/p0/main/current.log": new KubeError("log in again (oc login)", 401) });
    expect(ended.lost).toBe("log in again (oc login)");
});

it.each<[readonly string[], string]>([
    [["--since", "yesterday"], '--since is "yesterday"; expected a time such as 30m, 24h or 7d.'],
    [["--since", "0h"], '--since is "0h"'],
    [["--lines", "0"], '--lines is "0"; expected a number of lines'],
    [["--lines", "1.5"], '--lines is "1.5"'],
    [["--no-logs", "--since", "1h"], "--no-logs and --since exclude each other."],
])("%j", async (words, message) => {
    const { code, err } = await inProcess("must-gather", "llm-d", "--out", "/tmp/not-made", ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});
