/**
 * Whether a model with intelligent routing uses all of its copies, and finds prefixes that a copy has cached. Answers do not say which copy
 * gave them, so the counters of the model servers are compared. Source: docs/sources/llm-d.md, vllm-project/vllm@v0.18.0:vllm/v1/metrics.
 */
import { Unexpected } from "./answers";
import type { Caller, ModelSubject } from "./checks";

/** Requests at once, each with a prompt of its own; and one after the other, with one beginning. */
export const SPREAD = 8;
export const PREFIXED = 4;
/** Seconds between two looks at the counters, and of all: series are scraped every 30 s. */
const LOOK = 15;
const PATIENCE = 150;
/** A cache has blocks of tokens: the beginning that is shared must be longer than one of any size that is usual. */
const PREFIX = Array.from({ length: 400 }, (_, i) => `Rule ${i}: answer briefly.`).join(" ");

/** The counters of a model's servers. */
export interface RoutingCounters {
    /** Finished requests of each pod. */
    readonly finished: ReadonlyMap<string, number>;
    /** Tokens of prompts that a cache had. */
    readonly hits: number;
}

/** Queries of Prometheus for a model. */
export const routingQueries = (namespace: string, model: string): { readonly finished: string; readonly hits: string } => {
    const selector = `{namespace="${namespace}",llm_isvc_name="${model}"}`;
    return {
        finished: `sum by (pod) (kserve_vllm:request_success_total${selector})`,
        hits: `sum(kserve_vllm:prefix_cache_hits_total${selector})`,
    };
};

/**
 * @param read reads the counters
 * @returns what was seen
 * @throws Unexpected
 */
export async function checkRouting(
    caller: Caller,
    { model, key }: ModelSubject,
    read: () => Promise<RoutingCounters>,
    sleep: (seconds: number, why: string) => Promise<void>,
): Promise<string> {
    const before = await read();
    const ask = async (content: string): Promise<void> => {
        const body = { model: model.served, messages: [{ role: "user", content }], max_tokens: 1, temperature: 0 };
        const { status } = await caller.call("POST", `${model.url}/chat/completions`, key, body);
        if (status !== 200) {
            throw new Unexpected(`one of ${SPREAD + PREFIXED} requests is answered ${status}; expected 200`);
        }
    };
    await Promise.all(Array.from({ length: SPREAD }, (_, i) => ask(`${i}: say hello.`)));
    for (let i = 0; i < PREFIXED; i++) {
        await ask(`${PREFIX} Question ${i}.`);
    }
    const grown = (now: RoutingCounters): [string, number][] =>
        [...now.finished].map(([pod, n]) => [pod, n - (before.finished.get(pod) ?? 0)]);
    let now = await read();
    for (let waited = 0; sum(grown(now)) < SPREAD + PREFIXED && waited < PATIENCE; waited += LOOK) {
        await sleep(LOOK, "until the counters of the model servers are scraped");
        now = await read();
    }
    const pods = grown(now).filter(([, n]) => n > 0);
    if (sum(pods) < SPREAD + PREFIXED) {
        throw new Unexpected(
            `of ${SPREAD + PREFIXED} requests the model servers have counted ${sum(pods)}: no series of them arrive at Prometheus`,
        );
    }
    if (pods.length < 2) {
        throw new Unexpected(`all requests went to one copy, ${pods[0]![0]}`);
    }
    if (now.hits <= before.hits) {
        throw new Unexpected(`no prefix was found in a cache, though ${PREFIXED} requests begin alike`);
    }
    return `${pods.map(([pod, n]) => `${pod} ${n}`).join(", ")}; ${now.hits - before.hits} tokens of prompts were cached`;
}

function sum(pods: readonly (readonly [string, number])[]): number {
    return pods.reduce((all, [, n]) => all + n, 0);
}
