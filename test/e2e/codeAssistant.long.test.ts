import * as fs from "node:fs";
import * as path from "node:path";

import { stringify } from "yaml";

import { readProject, readStackConfig } from "../../rehearsal/engine/project";
import { PulumiSession } from "../../rehearsal/pulumi/rehearse";
import { simulated } from "../../simulator/rehearse";
import type { Rehearsal } from "../../rehearsal/result";
import { Project } from "../project";
import { shipped } from "../settings";
import { left, missing } from "./objects";
import { describeEngine } from "./search";
import { RealVault, VAULT_VERSION } from "./vault";

jest.setTimeout(10 * 60_000);

const ROOT = path.resolve(__dirname, "../..");

/** The whole of code-assistant, with its users' passwords in a real Vault; in the cluster where there is none. */
function settings(vault: RealVault | undefined): string {
    const changed = shipped("code-assistant", (s) =>
        vault === undefined
            ? (s.identity = { store: "kubernetes", users: s.identity.users })
            : (s.identity.vault.address = vault.url),
    );
    return stringify({ config: { "maas:settings": changed } });
}

describeEngine("code-assistant with the real engine on a real API server", () => {
    let project: Project;
    let vault: RealVault | undefined;
    let session: PulumiSession;
    let workspace: string[];
    let first: Rehearsal;
    const files = (): string[] => [".", "stacks"].flatMap((folder) => fs.readdirSync(path.join(project.folder, folder)));
    beforeAll(async () => {
        vault = VAULT_VERSION === undefined ? undefined : await RealVault.open();
        project = new Project();
        const stack = project.write(settings(vault));
        workspace = files();
        session = await PulumiSession.open({
            ...simulated({ projectDir: project.folder, stack, policyPack: path.join(ROOT, "policy") }),
            ...(vault !== undefined && { environment: vault.environment }),
        });
    });
    afterAll(async () => {
        await session?.close();
        await vault?.close();
        // Neither state nor an encryption salt is left in the project.
        expect(files()).toEqual(workspace);
        project.remove();
    });

    it("previews without a refusal", async () => {
        const { succeeded, diagnostics, policy, rejected } = await session.preview();
        expect({ diagnostics, policy: policy.map((finding) => finding.rule), rejected, succeeded }).toEqual({
            diagnostics: [],
            policy: vault === undefined ? ["passwords-are-in-vault"] : [],
            rejected: [],
            succeeded: true,
        });
    });

    it("comes up, and every object exists", async () => {
        first = await session.up();
        expect(first.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        expect(first).toMatchObject({ succeeded: true, engine: "pulumi", cluster: "api-server", rejected: [] });
        expect(new Set(first.operations.map((o) => o.operation))).toEqual(new Set(["create"]));
        expect(await missing(first, session.world.cluster)).toEqual([]);
        expect(first.criticalPath.at(-1)).toMatch(/::workspace-keys-job$/);
        expect(first.rules?.map((rule) => rule.name)).toContain("operator-before-kind");
        expect(JSON.stringify(first)).not.toContain("ciphertext");
    });

    it("changes nothing the second time", async () => {
        const second = await session.up();
        expect(second.succeeded).toBe(true);
        expect(second.operations.filter((o) => o.operation !== "same")).toEqual([]);
    });

    it("changes what a changed tier changes, and only that", async () => {
        const values = readStackConfig(readProject(project.folder), "test").values;
        const settings = JSON.parse(values["maas:settings"]!) as { tiers: { name: string; requests: { limit: number } }[] };
        settings.tiers.find((t) => t.name === "premium")!.requests.limit = 21;
        session.configure({ ...values, "maas:settings": JSON.stringify(settings) });
        const changed = await session.up();
        expect(changed.succeeded).toBe(true);
        const touched = changed.operations.filter((o) => o.operation !== "same");
        expect(touched.map((o) => `${o.operation} ${o.urn.split("$").at(-1)}`).sort()).toEqual([
            // It tells the user the limits of the tier.
            "update kubernetes:core/v1:ConfigMap::workspace-premium-user-getting-started",
            "update kubernetes:kuadrant.io/v1:RateLimitPolicy::request-limits-policy",
            "update maas:governance:RequestLimits::request-limits",
            "update maas:governance:Tier::tier-premium",
        ]);
        const policy = await session.world.cluster.get({
            apiVersion: "kuadrant.io/v1",
            kind: "RateLimitPolicy",
            namespace: "openshift-ingress",
            name: "gateway-rate-limits",
        });
        expect(JSON.stringify(policy!.spec)).toContain('"limit":21');
    });

    it("goes away and leaves nothing", async () => {
        const gone = await session.destroy();
        expect(gone.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        expect(gone.succeeded).toBe(true);
        expect(await left(first, session.world.cluster)).toEqual([]);
    });
});
