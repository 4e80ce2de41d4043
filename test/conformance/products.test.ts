/** The kinds and the plans of the stacks that ship, on one real API server with the products' CRDs. */
import * as path from "node:path";

import { DEFAULT_RELEASE, type Release } from "../../catalogue/releases";
import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../rehearsal/apiserver/open";
import { type CrdSource, crdSource } from "../../simulator/crds/crds";
import { readProject, stacksOf } from "../../rehearsal/engine/project";
import { plan } from "../../rehearsal/plan";
import { applyPlan } from "./apply";
import { kindsConform } from "./kinds";
import { describeConformance } from "./require";

jest.setTimeout(240_000);

const ROOT = path.resolve(__dirname, "../..");

const release = (process.env["MAAS_RELEASE"] ?? DEFAULT_RELEASE) as Release;

describeConformance("on a real API server with the products' CRDs", () => {
    let cluster: ApiServerCluster;
    beforeAll(async () => {
        cluster = await openApiServer();
    });
    afterAll(() => cluster?.close());

    describe(`every schema of kinds/, release ${release}`, () => kindsConform(release, [], () => cluster));

    describe("every object of every stack", () => plansConform(() => cluster));
});

function plansConform(cluster: () => ApiServerCluster): void {
    const stacks = stacksOf(readProject(ROOT));
    let crds: CrdSource;
    beforeAll(() => {
        crds = crdSource(process.env);
    });

    it("there is a stack", () => {
        expect(stacks.length).toBeGreaterThan(0);
    });

    it.each(stacks)("%s is taken", async (stack) => {
        const planned = await plan({ projectDir: ROOT, stack });
        expect(planned.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        const { sent, notTaken } = await applyPlan(cluster(), crds, planned.resources);
        expect(notTaken).toEqual([]);
        expect(sent.length).toBeGreaterThan(0);
    });
}
