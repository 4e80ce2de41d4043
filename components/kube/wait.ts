/** Waits for objects to become what is wanted, between changes of them, and through restarts of the API server. */
import { crdName, type KindPath, KubeError, type KubeObject, pathOf } from "./objects";
import type { Transport } from "./transport";

/** Milliseconds for which an API server that has answered before may be away, and after how many it is asked again. */
const AWAY = 180_000;
const AWAY_PAUSE = 5000;

/** Looks at objects. @returns what is wanted, or undefined to wait for the next change */
export type Judge<T> = (items: readonly KubeObject[]) => T | undefined | Promise<T | undefined>;

/** The state that is waited for. */
export interface Wait<T> {
    readonly kind: KindPath;
    /** Selectors of a list, as its query. */
    readonly selector: Readonly<Record<string, string>>;
    readonly judge: Judge<T>;
    /** On the cluster's clock, in ms. */
    readonly deadline: number;
}

/**
 * Waits until `judge` is content. Once the cluster has answered, it may be away for some minutes: API servers restart while
 * their configuration is rolled out. The deadline holds then too, by the cluster's last answer and the time since.
 *
 * @returns undefined when the deadline passed
 * @throws what the judge throws; KubeError when the cluster refuses, has never answered, or is away for too long
 */
export async function waitFor<T>(transport: Transport, wait: Wait<T>): Promise<T | undefined> {
    let awaySince: number | undefined;
    const judge: Judge<T> = (items) => {
        awaySince = undefined;
        return wait.judge(items);
    };
    for (;;) {
        try {
            return await watched(transport, { ...wait, judge });
        } catch (error) {
            awaySince ??= performance.now();
            const comesBack = error instanceof KubeError && error.passing && transport.hasAnswered;
            if (!comesBack || performance.now() - awaySince > AWAY) {
                throw error;
            }
            const left = wait.deadline - transport.estimatedNow();
            if (left <= 0) {
                return undefined;
            }
            await new Promise((resolve) => setTimeout(resolve, Math.min(AWAY_PAUSE, left)));
        }
    }
}

async function watched<T>(transport: Transport, { kind, selector, judge, deadline }: Wait<T>): Promise<T | undefined> {
    for (;;) {
        // A list tells the version from which to watch, also while there is nothing in it.
        const answer = await transport.send({
            method: "GET",
            path: `${pathOf(kind)}?${new URLSearchParams(selector).toString()}`,
            within: Math.max(0, deadline - transport.estimatedNow()) + transport.timeOuts.lastAnswer,
        });
        const list =
            answer.code === 404
                ? undefined
                : (transport.parse(answer, kind.plural) as unknown as {
                      metadata: { resourceVersion: string };
                      items: KubeObject[];
                  });
        const verdict = await judge(list?.items ?? []);
        if (verdict !== undefined) {
            return verdict;
        }
        const left = Math.ceil((deadline - answer.at) / 1000);
        if (left <= 0) {
            return undefined;
        }
        // While the kind does not exist, its CRD is what changes.
        const [path, chosen] =
            list === undefined
                ? [CRDS, { fieldSelector: `metadata.name=${crdName(kind)}` }]
                : [pathOf(kind), { ...selector, resourceVersion: list.metadata.resourceVersion }];
        const query = new URLSearchParams({ watch: "1", timeoutSeconds: String(left), ...chosen });
        await transport.watch(`${path}?${query.toString()}`, left);
    }
}

const CRDS = pathOf({ apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" });
