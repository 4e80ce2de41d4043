import { SteadyClock } from "../../../../rehearsal/apiserver/clock";
import type { Cluster, KubeObject } from "../../../../rehearsal/cluster/cluster";
import { waitUntilGone } from "../../../../rehearsal/providers/kubernetes/wait";

const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "y", uid: "1" } };

/** A cluster in wall time whose watch begins too late to see the deletion. */
function lateWatch(answers: readonly (KubeObject | undefined)[]): Cluster & { asked: number } {
    const cluster = {
        kind: "api-server",
        asked: 0,
        subscribe: () => () => undefined,
        get: () => Promise.resolve(answers[Math.min(cluster.asked++, answers.length - 1)]),
    };
    return cluster as never;
}

const wait = (cluster: Cluster): Promise<KubeObject | undefined> =>
    waitUntilGone(
        {
            cluster,
            clock: new SteadyClock(60),
            dryRun: false,
            status: () => undefined,
            warn: () => undefined,
            reject: () => undefined,
            signal: new AbortController().signal,
        },
        object,
        600,
    );

it("an object that goes between the first question and the watch is found to be gone", async () => {
    const cluster = lateWatch([object, undefined]);
    expect(await wait(cluster)).toBeUndefined();
    expect(cluster.asked).toBe(2);
});

it("another object of its name is another object", async () => {
    expect(await wait(lateWatch([{ ...object, metadata: { ...object.metadata, uid: "2" } }]))).toBeUndefined();
});
