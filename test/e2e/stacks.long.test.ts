import * as fs from "node:fs";
import * as path from "node:path";

import { PulumiSession } from "../../rehearsal/pulumi/rehearse";
import type { Rehearsal } from "../../rehearsal/result";
import { simulated } from "../../simulator/rehearse";
import { Project } from "../project";
import { left, missing } from "./objects";
import { describeEngine } from "./search";
import { RealVault, VAULT_VERSION } from "./vault";

jest.setTimeout(10 * 60_000);

const ROOT = path.resolve(__dirname, "../..");

/** Stacks as they ship, byte for byte, but for the address of a Vault. */
const STACKS = ["llm-d", "litemaas", "maas-tutorial", "tiers-3.3", ...(VAULT_VERSION === undefined ? [] : ["production"])];

/** The Vault of the stacks that have one. */
const THEIRS = "https://vault.example.com:8200";

describeEngine.each(STACKS)("%s with the real engine on a real API server", (stack) => {
    let project: Project;
    let vault: RealVault | undefined;
    let session: PulumiSession;
    let first: Rehearsal;

    beforeAll(async () => {
        project = new Project();
        const file = fs.readFileSync(path.join(ROOT, `stacks/Pulumi.${stack}.yaml`), "utf8");
        vault = file.includes(THEIRS) ? await RealVault.open() : undefined;
        const name = project.write(vault === undefined ? file : file.replace(THEIRS, vault.url));
        session = await PulumiSession.open({
            ...simulated({ projectDir: project.folder, stack: name, policyPack: path.join(ROOT, "policy") }),
            ...(vault !== undefined && { environment: vault.environment }),
        });
    });
    afterAll(async () => {
        await session?.close();
        await vault?.close();
        project.remove();
    });

    it("comes up, and every object is there", async () => {
        first = await session.up();
        expect(first.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        expect(first).toMatchObject({ succeeded: true, engine: "pulumi", cluster: "api-server", rejected: [] });
        expect(await missing(first, session.world.cluster)).toEqual([]);
    });

    it("changes nothing the second time", async () => {
        const second = await session.up();
        expect(second.succeeded).toBe(true);
        // The Secret of an existing database is read each time.
        expect(second.operations.filter(({ operation }) => !["same", "read"].includes(operation))).toEqual([]);
    });

    it("goes away and leaves nothing", async () => {
        const gone = await session.destroy();
        expect(gone.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        expect(gone.succeeded).toBe(true);
        expect(await left(first, session.world.cluster)).toEqual([]);
    });
});
