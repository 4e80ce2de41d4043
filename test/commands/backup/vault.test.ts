/** Secrets that are read from a Vault and brought back, with a double of Vault. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { Vault } from "../../../cli/backup/vault";
import { selfSigned } from "../selfSigned";
import { VaultDouble } from "./vaultDouble";

const MOUNT = "maas-x-1";
const BEN = "users/ben";

describe("secrets in Vault", () => {
    let folder: string;
    let double: VaultDouble;
    let vault: Vault;
    beforeAll(async () => {
        folder = mkdtempSync(path.join(tmpdir(), "vault-"));
        const tls = selfSigned(folder);
        double = new VaultDouble(tls, MOUNT);
        await double.start();
        vault = new Vault({
            access: { address: double.url },
            token: "root",
            ca: tls.cert,
            signal: new AbortController().signal,
            onWait: () => undefined,
        });
    });
    afterAll(async () => {
        await double.stop();
        rmSync(folder, { recursive: true });
    });
    beforeEach(() => double.secrets.clear());

    it("that are deleted stay deleted, and their earlier versions are found by number", async () => {
        double.put("users/ann", { password: "one" });
        double.put(BEN, { password: "one" });
        double.put(BEN, { password: "two" });
        double.deleteLatest(BEN);
        const saved = await vault.read({ mount: MOUNT, paths: [""] });
        double.secrets.clear();
        // The second time, as after an interrupted run, changes nothing.
        for (const secret of [...saved, ...saved]) {
            await vault.bringBack(MOUNT, secret);
        }
        expect([double.latest(BEN), double.live(BEN), double.secrets.get(BEN)!.current]).toEqual([
            undefined,
            [{ password: "one" }],
            2,
        ]);
        expect([double.latest("users/ann"), double.secrets.get("users/ann")!.current]).toEqual([{ password: "one" }, 1]);
    });

    it("that want the version named are written with it", async () => {
        double.put(BEN, { password: "one" });
        double.secrets.get(BEN)!.metadata = { cas_required: true };
        const saved = await vault.read({ mount: MOUNT, paths: ["users/"] });
        double.secrets.clear();
        await vault.bringBack(MOUNT, saved[0]!);
        expect([double.latest(BEN), double.secrets.get(BEN)!.metadata]).toEqual([
            { password: "one" },
            expect.objectContaining({ cas_required: true }),
        ]);
    });

    it("are refused in Vault's words", async () => {
        double.token = "another";
        try {
            await expect(vault.read({ mount: MOUNT, paths: [""] })).rejects.toThrow(
                /: permission denied; invalid token: .*log in again/,
            );
        } finally {
            double.token = "root";
        }
    });
});
