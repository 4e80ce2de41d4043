/** A Vault that the stack runs, rehearsed in memory: up, taken down, uninitialized. */
import { changes, errors, findings } from "../rehearsed";
import { identities, OURS, somebody } from "./identities";

jest.setTimeout(120_000);

const { stage, open, read, providers } = identities();

const POD_0 = { apiVersion: "v1", kind: "Pod", name: "vault-0", namespace: "vault" };

describe("a Vault that the stack runs", () => {
    const install = { seal: { kmsKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab", region: "us-east-2" } };
    const INSTALLED = { store: "vault", vault: { install } };

    it("comes up, and goes with all but what is in it", async () => {
        const stack = await open(INSTALLED);
        const up = await stack.up();
        expect([errors(up), up.rejected, findings(up), up.succeeded]).toEqual([[], [], [], true]);
        expect(await providers()).toEqual([OURS]);
        const at = (name: string) => up.timeline.find((t) => t.urn.endsWith(`::${name}`))!;
        expect(at("identity-vault-mount").start).toBeGreaterThanOrEqual(at("identity-vault-server-open").end);
        expect(at("identity-vault-server-open").end).toBeGreaterThan(at("identity-vault-server-server").end);
        expect(changes(await stack.up())).toEqual([]);

        const down = await stack.destroy();
        expect([errors(down), down.succeeded]).toEqual([[], true]);
        expect(await read("apps/v1", "StatefulSet", "vault", "vault")).toBeUndefined();
        for (const i of [0, 1, 2]) {
            expect((await read("v1", "PersistentVolumeClaim", `data-vault-${i}`, "vault"))?.status?.phase).toBe("Bound");
        }
        const again = await stack.up();
        expect([errors(again), again.succeeded]).toEqual([[], true]);
    });

    it("of a trial tells how a person unseals it, and goes on when somebody has", async () => {
        const stack = await open({ store: "vault", vault: { install: { seal: "shares", replicas: 1 } } }, "uninitialized:vault");
        expect(errors(await stack.up())).toEqual([
            expect.stringMatching(
                /vault operator init -key-shares=1 -key-threshold=1.*oc exec -it -n vault vault-0 -- vault operator unseal/,
            ),
        ]);
        const label = (sealed: boolean, initialized = "true"): Promise<unknown> =>
            stage.session.world.cluster.mergePatch(
                POD_0,
                {
                    metadata: {
                        labels: {
                            "vault-initialized": initialized,
                            "vault-sealed": String(sealed),
                            "vault-active": String(!sealed),
                        },
                    },
                },
                somebody,
            );
        const sealed = [expect.stringMatching(/is sealed, and .*seal is "shares": unseal each pod/)];
        await label(true);
        expect(errors(await stack.up())).toEqual(sealed);
        // A pod that has started again says that it is not initialized, until somebody unseals it. It is not ready.
        await label(true, "false");
        await stage.session.world.cluster.mergePatch(
            POD_0,
            { status: { conditions: [{ type: "Ready", status: "False" }] } },
            { ...somebody, subresource: "status" },
        );
        expect(errors(await stack.up())).toEqual(sealed);
        await label(false);
        expect([errors(await stack.up()), await providers()]).toEqual([[], [OURS]]);
    });

    it("tells what to run while nobody has initialized it, and goes on when somebody has", async () => {
        const stack = await open(INSTALLED, "uninitialized:vault");
        const first = await stack.up();
        expect(errors(first)).toEqual([
            expect.stringMatching(
                /Vault in namespace vault runs, but is not initialized.*oc exec -n vault vault-0 -- vault operator/,
            ),
        ]);
        const open_ = first.timeline.find((t) => t.urn.endsWith("::identity-vault-server-open"))!;
        expect(open_.end - open_.start).toBeLessThan(120);
        // Nothing is asked of Vault, and the models do not wait for it.
        expect(changes(first).filter((change) => /identity-vault-(mount|auth)/.test(change))).toEqual([]);
        expect(changes(first)).toContain("create tier-free-subscription");

        for (const i of [0, 1, 2]) {
            await stage.session.world.cluster.mergePatch(
                { apiVersion: "v1", kind: "Pod", name: `vault-${i}`, namespace: "vault" },
                {
                    metadata: {
                        labels: { "vault-initialized": "true", "vault-sealed": "false", "vault-active": String(i === 0) },
                    },
                },
                somebody,
            );
        }
        const second = await stack.up();
        expect([errors(second), await providers()]).toEqual([[], [OURS]]);
        expect(changes(second).filter((change) => !/ (identity|.*oauth)/.test(change))).toEqual([]);
    });
});
