/** Settings of a small stack, and what is told of a change to them. */
import { CLUSTER, type Draft, problemsOf } from "../settings";

/** Settings that are accepted. */
export const good = () => ({
    cluster: { ...CLUSTER },
    gpu: { pools: [{ name: "l40s", instanceType: "g6e.2xlarge", replicas: 2 }] },
    models: [{ name: "gpt-oss-20b", source: "oci://registry.example.com/gpt:1", pool: "l40s" }],
    tiers: [
        { name: "free", models: ["gpt-oss-20b"], requests: { limit: 5, window: "2m" }, tokens: [{ limit: 100, window: "1m" }] },
        { name: "premium", models: ["gpt-oss-20b"], tokens: [{ limit: 1000, window: "1m" }] },
    ],
    identity: { users: [{ name: "ann", tier: "free" }] },
});

/** `path: message` of every problem, after `change` was made to good settings. */
export function problems(change: (settings: Draft) => unknown): string[] {
    const settings = good();
    const replaced = change(settings);
    return problemsOf(replaced === undefined || typeof replaced !== "object" ? settings : replaced);
}
