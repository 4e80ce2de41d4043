/**
 * How the reconcile of LiteMaaS grows with its participants: 250, 500 and 1,000 with 5 models, against the double of LiteLLM and of
 * the Kubernetes API (test/components/litemaas), over HTTP: first all keys, then nothing, then all extended.
 * `npm run bench:workshops`
 *
 * Exits with 1 when more than eight requests are in flight, when requests grow faster than participants, or beyond the budget.
 */
import { clientOf } from "../components/litemaas/sync/http";
import { desiredState } from "../components/litemaas/sync";
import { reconcile } from "../components/litemaas/sync/reconcile";
import { secretsApi, secretStore } from "../components/litemaas/sync/handout";
import { litemaasModelSchema } from "../stacks/schema/litemaasModels";
import { workshopSchema } from "../stacks/schema/workshops";
import { NAMESPACE, SyncServers } from "../test/components/litemaas/servers";

const OWNER = "litemaas";
const SIZES = [250, 500, 1000];
const MODELS = ["m1", "m2", "m3", "m4", "m5"];
const MOST_AT_ONCE = 8;
/** Milliseconds of each participant, with the time of the doubles. */
const BUDGET = 20;

interface Measured {
    readonly participants: number;
    readonly milliseconds: number;
    readonly requests: number;
    readonly mostAtOnce: number;
}

async function measure(participants: number): Promise<Measured> {
    const servers = new SyncServers();
    await servers.start();
    servers.delay = 1;
    try {
        const proxy = clientOf({ base: servers.url, token: servers.proxy.masterKey });
        const portal = clientOf({ base: servers.url, token: "ltm_admin_key" });
        const api = secretsApi(NAMESPACE, { base: servers.url, token: () => "job-token" });
        const state = (end: string) =>
            desiredState({
                owner: OWNER,
                proxyUrl: servers.url,
                publicUrl: "https://litellm.apps.example.com",
                handoutNamespace: NAMESPACE,
                models: MODELS.map((name) =>
                    litemaasModelSchema.parse({ name, endpoints: [{ url: `https://${name}.example.com/v1` }] }),
                ),
                workshops: [workshopSchema.parse({ name: "rag", participants, models: MODELS, budget: 5, end })],
                predictiveUrl: (name) => name,
                modelUrl: (name) => name,
            });
        const start = performance.now();
        for (const end of ["2099-12-31T18:00:00Z", "2099-12-31T18:00:00Z", "2100-12-31T18:00:00Z"]) {
            const { failed } = await reconcile(state(end), { proxy, portal, store: secretStore(api, OWNER) });
            if (failed.length > 0) {
                throw new Error(`${failed.length} steps failed: ${failed[0]!.why}`);
            }
        }
        const milliseconds = performance.now() - start;
        if (servers.proxy.keys.size !== participants) {
            throw new Error(`${servers.proxy.keys.size} keys for ${participants} participants`);
        }
        return { participants, milliseconds, requests: servers.requests.length, mostAtOnce: servers.mostAtOnce };
    } finally {
        await servers.stop();
    }
}

async function main(): Promise<void> {
    await measure(10);
    const all: Measured[] = [];
    for (const size of SIZES) {
        const one = await measure(size);
        all.push(one);
        process.stdout.write(
            `${size} participants x ${MODELS.length} models: ${Math.round(one.milliseconds)} ms, ${one.requests} requests, at most ${one.mostAtOnce} in flight\n`,
        );
    }
    const [small, large] = [all[0]!, all.at(-1)!];
    const factor = large.participants / small.participants;
    const problems = [
        ...(all.some(({ mostAtOnce }) => mostAtOnce > MOST_AT_ONCE) ? [`more than ${MOST_AT_ONCE} requests in flight`] : []),
        ...(large.requests > small.requests * factor ? ["requests grow faster than participants"] : []),
        ...(large.milliseconds > BUDGET * large.participants ? [`more than ${BUDGET} ms for each participant`] : []),
    ];
    problems.forEach((problem) => process.stdout.write(`${problem}\n`));
    process.exitCode = problems.length > 0 ? 1 : 0;
}

void main();
