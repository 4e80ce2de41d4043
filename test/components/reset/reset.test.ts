import path from "node:path";

import { Terminal } from "../../../cli/terminal";
import { printReset } from "../../../cli/views/reset";
import { Kube } from "../../../components/kube";
import { reset, type ResetResult } from "../../../components/reset/reset";
import { generated, resetSteps } from "../../../components/reset/steps";
import { readProject, readStackConfig } from "../../../rehearsal/engine/project";
import type { RehearsalSession } from "../../../rehearsal/rehearse";
import { openSession } from "../../../simulator/rehearse";
import { parseSettings } from "../../../stacks/settings";
import { ClosedGateways } from "../../closedGateways";

jest.setTimeout(180_000);

const projectDir = path.join(__dirname, "../../..");
const stack = "code-assistant";
const settings = parseSettings(
    stack,
    JSON.parse(readStackConfig(readProject(projectDir), stack).values["maas:settings"]!) as unknown,
);
const done = ({ steps }: ResetResult): [string, string, number][] => steps.map((s) => [s.id, s.done, s.objects.length]);

it("forgets users and their identities only when asked to, identities first", () => {
    const ids = (users: boolean): string[] => resetSteps(settings, users).map(({ id }) => id);
    expect(ids(true).slice(ids(false).length)).toEqual(["identities", "users"]);
    const [identities, users] = resetSteps(settings, true).slice(-2);
    const identity = (name: string): boolean =>
        identities!.chosen!({ metadata: { name: `maas:${name}` }, user: { name } } as never);
    expect([identity("free-user"), identity("kubeadmin")]).toEqual([true, false]);
    expect(users!.chosen!({ metadata: { name: "kubeadmin" } })).toBe(false);
});

it("says why it does not know what is left", async () => {
    const away = { list: () => Promise.reject(new Error("the cluster cannot be reached")) } as unknown as Kube;
    const result = await reset(away, { steps: [], dryRun: false });
    expect(result).toEqual({ steps: [], left: undefined, unproven: "the cluster cannot be reached", succeeded: false });
    const err: string[] = [];
    const terminal = (to: string[]): Terminal => new Terminal({ write: (text: string) => to.push(text) }, { NO_COLOR: "1" });
    printReset(terminal([]), terminal(err), result, { stack, rehearsal: false, confirmed: true, dryRun: false });
    expect(err.join("")).toBe("Whether something is left is not known: the cluster cannot be reached. Run it again.\n");
});

it("ends at once when it is interrupted while it waits, and tells what was done", async () => {
    const interrupt = new AbortController();
    const deleted: string[] = [];
    const waiting = {
        list: () => Promise.resolve([{ metadata: { name: "a", namespace: "x" } }]),
        delete: (_kind: unknown, name: string) => Promise.resolve(deleted.push(name)),
        now: () => Promise.resolve(0),
        untilAll: () => {
            setTimeout(() => interrupt.abort(new Error("interrupted")), 10);
            return new Promise(() => undefined);
        },
    } as unknown as Kube;
    const steps = resetSteps(settings, false).slice(0, 2);
    const result = await reset(waiting, { steps, dryRun: false, signal: interrupt.signal });
    expect([deleted, result.succeeded, result.steps.map(({ done: how, problem }) => [how, problem])]).toEqual([
        ["a"],
        false,
        [
            ["failed", "interrupted"],
            ["not begun", undefined],
        ],
    ]);
});

describe("on a cluster", () => {
    let session: RehearsalSession;
    let kube: Kube;
    let gateways: ClosedGateways;
    const refs = { apiVersion: "maas.opendatahub.io/v1alpha1", plural: "maasmodelrefs", namespace: "maas" };
    const run = (dryRun: boolean, revokeKeys?: () => Promise<number>): Promise<ResetResult> =>
        reset(kube, { steps: resetSteps(settings, false), dryRun, ...(revokeKeys !== undefined && { revokeKeys }) });
    const finalizers = async (change: (now: string[]) => string[]): Promise<void> => {
        const { metadata } = (await kube.get(refs, "gpt-oss-20b")) as unknown as { metadata: { finalizers: string[] } };
        await kube.patch(refs, "gpt-oss-20b", { metadata: { finalizers: change(metadata.finalizers) } });
    };
    beforeAll(async () => {
        session = await openSession({ projectDir, stack });
        gateways = new ClosedGateways(session.world.cluster);
        expect((await session.up()).succeeded).toBe(true);
        session.release();
        kube = await Kube.connect(undefined, session.world.kubeconfig);
        // The Group of nobody here, and one that a tier does not have.
        await kube.create(
            { apiVersion: "user.openshift.io/v1", plural: "groups" },
            { apiVersion: "user.openshift.io/v1", kind: "Group", metadata: { name: "rhods-admins" }, users: [] },
        );
    });
    afterAll(() => session?.close());

    // One after the other: each goes on where the one before stopped.
    it("says what would go, and deletes nothing", async () => {
        const result = await run(true, () => Promise.reject(new Error("is not to be called")));
        expect(done(result)).toEqual([
            ["keys", "would be deleted", 0],
            ["auth-policies", "would be deleted", 3],
            ["subscriptions", "would be deleted", 3],
            ["published-models", "would be deleted", 2],
            ["external-models", "nothing there", 0],
            ["provider-keys", "nothing there", 0],
            ["groups", "would be deleted", 3],
        ]);
        expect([result.left, result.succeeded]).toEqual([undefined, true]);
        expect(await kube.list(refs)).toHaveLength(2);
    });

    it("begins nothing when the keys cannot be revoked", async () => {
        const result = await run(false, () => Promise.reject(new Error("answered 403")));
        expect(result.steps[0]).toMatchObject({ id: "keys", done: "failed", problem: "answered 403" });
        expect(result.steps.slice(1).every((step) => step.done === "not begun")).toBe(true);
        expect(result.left).toHaveLength(3 + 3 + 2 + 3 + 2 * 2);
    });

    it("stops where a finalizer is not served, and names it; nothing after that is begun", async () => {
        await finalizers((now) => [...now, "example.com/held"]);
        const result = await run(false);
        expect(done(result)).toEqual([
            ["auth-policies", "deleted", 3],
            ["subscriptions", "deleted", 3],
            ["published-models", "failed", 2],
            ["external-models", "not begun", 0],
            ["provider-keys", "not begun", 0],
            ["groups", "not begun", 0],
        ]);
        expect(result.steps[2]!.problem).toMatch(
            /still exist after 5 minutes: maas\/gpt-oss-20b \(finalizers .*example\.com\/held\)/,
        );
        expect(result.succeeded).toBe(false);
        expect(result.left).toContain("MaaSModelRef maas/gpt-oss-20b");
    });

    it("goes on where it stopped, leaves what is not the stack's, and reads back that nothing is left", async () => {
        await finalizers((now) => now.filter((finalizer) => finalizer !== "example.com/held"));
        const result = await run(false, () => Promise.resolve(2));
        expect(done(result)).toEqual([
            ["keys", "deleted", 1],
            ["auth-policies", "nothing there", 0],
            ["subscriptions", "nothing there", 0],
            ["published-models", expect.stringMatching(/deleted|nothing there/), expect.any(Number)],
            ["external-models", "nothing there", 0],
            ["provider-keys", "nothing there", 0],
            ["groups", "deleted", 3],
        ]);
        expect([result.left, result.succeeded]).toEqual([[], true]);
        const groups = await kube.list({ apiVersion: "user.openshift.io/v1", plural: "groups" });
        expect(groups.map(({ metadata }) => metadata.name)).toContain("rhods-admins");
        for (const { kinds, chosen } of generated) {
            expect((await kube.list(kinds[0]!)).filter((object) => chosen!(object))).toEqual([]);
        }
    });

    it("keeps the default deny: models that go on running answer nobody without a key at any moment", async () => {
        const routes = await session.world.cluster.list("gateway.networking.k8s.io/v1", "HTTPRoute", "maas");
        expect(routes.map(({ metadata }) => metadata.name)).toContain("gpt-oss-20b-kserve-route");
        expect([[...gateways.seen], [...gateways.open]]).toEqual([["maas-default-gateway"], []]);
    });

    it("deletes nothing whose finalizers nobody serves", async () => {
        await kube.create(refs, {
            apiVersion: refs.apiVersion,
            kind: "MaaSModelRef",
            metadata: { name: "late", namespace: "maas", finalizers: ["maas.opendatahub.io/model-cleanup"] },
            spec: { modelRef: { kind: "LLMInferenceService", name: "gpt-oss-20b" } },
        });
        const result = await reset(
            {
                now: () => kube.now(),
                list: (...args: Parameters<Kube["list"]>) => kube.list(...args),
                get: () => Promise.resolve(undefined),
            } as unknown as Kube,
            { steps: resetSteps(settings, false), dryRun: false },
        );
        expect(result.steps.find(({ id }) => id === "published-models")).toMatchObject({
            done: "failed",
            problem: expect.stringMatching(/maas-controller does not run, but 1 objects have finalizers that only it removes/),
        });
        expect(await kube.list(refs)).toHaveLength(1);
    });
});
