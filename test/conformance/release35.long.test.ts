/** What a stack of release 3.5 sends, on a real API server with the CRDs that changed laid over the others. */
import * as fs from "node:fs";
import * as path from "node:path";

import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../rehearsal/apiserver/open";
import { type CrdSource, crdSource } from "../../simulator/crds/crds";
import { readProject, stacksOf } from "../../rehearsal/engine/project";
import { plan } from "../../rehearsal/plan";
import { Project } from "../project";
import { applyPlan } from "./apply";
import { FOLDERS, kindsConform } from "./kinds";
import { REQUIRED } from "../rehearsal/apiserver/support";
import { describeConformance, HAS_CRDS } from "./require";

jest.setTimeout(240_000);

const ROOT = path.resolve(__dirname, "../..");
const CHANGED = FOLDERS.map((folder) => `${folder}-3.5`).filter((folder) => fs.existsSync(folder));

/** The stacks of 3.4 that ship, and their files. */
const SHIPPED = stacksOf(readProject(ROOT))
    .map((stack) => [stack, fs.readFileSync(path.join(ROOT, `stacks/Pulumi.${stack}.yaml`), "utf8")] as const)
    .filter(([, text]) => text.includes('release: "3.4"'));

function everything(s: any): void {
    const [model] = s.models;
    s.release = "3.5";
    s.gpu.pools[0].replicas += 2;
    s.models.push({ ...model, name: "lab-model" });
    s.tenant = {
        keyDays: 30,
        telemetry: { user: true },
        usageLogging: true,
        oidc: { issuerUrl: "https://idp.example.com", clientId: "maas" },
    };
    s.tenants = [{ name: "research", admins: ["lab-leads"], telemetry: {}, keyDays: 7 }];
    const provider = { provider: "openai", endpoint: "api.openai.com", targetModel: "gpt-4o", secret: "openai-key" };
    s.externalModels = [
        {
            name: "gpt-4o",
            providers: [
                { ...provider, weight: 80 },
                { ...provider, weight: 20 },
            ],
        },
    ];
    s.tiers[0].models.push("gpt-4o");
    s.tiers.push({ name: "lab", tenant: "research", models: ["lab-model"], tokens: [{ limit: 1000, window: "1m" }] });
}

// Without the folder the release is not at hand, as without MAAS_CRDS nothing is; where tests are required, it has to be.
(HAS_CRDS && CHANGED.length === 0 && !REQUIRED ? describe.skip : describeConformance)("release 3.5", () => {
    let cluster: ApiServerCluster;
    let crds: CrdSource;
    let project: Project;
    beforeAll(async () => {
        expect(CHANGED).not.toEqual([]);
        crds = crdSource({ MAAS_CRDS: [...FOLDERS, ...CHANGED].join(path.delimiter) });
        cluster = await openApiServer();
        project = new Project();
    });
    afterAll(async () => {
        project?.remove();
        await cluster?.close();
    });

    describe("every schema of kinds/ that differs", () => kindsConform("3.5", CHANGED, () => cluster));

    it.each(SHIPPED)("is taken of %s, moved to it", async (_name, text) => {
        const planned = await plan({
            projectDir: project.folder,
            stack: project.write(
                text
                    .replace(/release: "3.4"/, 'release: "3.5"')
                    .replace("hostnames: false", "hostnames: true")
                    .replace(", models: all", ""),
            ),
        });
        expect(planned.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        const { sent, notTaken } = await applyPlan(cluster, crds, planned.resources);
        expect(notTaken).toEqual([]);
        expect(sent.length).toBeGreaterThan(20);
    });

    it("is taken: tenants, providers, and the fields that it renamed", async () => {
        const planned = await plan({ projectDir: project.folder, stack: project.change(everything) });
        expect(planned.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        const { sent, notTaken } = await applyPlan(cluster, crds, planned.resources);
        expect(notTaken).toEqual([]);
        for (const kind of ["AITenant", "AITenantPatch", "MaasTenantConfigPatch", "ConfigPatch", "ExternalProvider"]) {
            expect([kind, sent.some((urn) => urn.includes(`:${kind}::`))]).toEqual([kind, true]);
        }
    });
});
