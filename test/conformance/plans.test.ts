import * as path from "node:path";

import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../rehearsal/apiserver/open";
import { type CrdSource, crdSource } from "../../simulator/crds/crds";
import { readProject, stacksOf } from "../../rehearsal/engine/project";
import { plan } from "../../rehearsal/plan";
import { applyPlan } from "./apply";
import { describeConformance } from "./require";

jest.setTimeout(240_000);

const ROOT = path.resolve(__dirname, "../..");

describeConformance("every object of every stack, on a real API server with the products' CRDs", () => {
    const stacks = stacksOf(readProject(ROOT));

    it("there is a stack", () => {
        expect(stacks.length).toBeGreaterThan(0);
    });

    let cluster: ApiServerCluster;
    let crds: CrdSource;
    beforeAll(async () => {
        crds = crdSource(process.env);
        cluster = await openApiServer();
    });
    afterAll(() => cluster?.close());

    it.each(stacks)("%s is taken", async (stack) => {
        const planned = await plan({ projectDir: ROOT, stack });
        expect(planned.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
        const { sent, notTaken } = await applyPlan(cluster, crds, planned.resources);
        expect(notTaken).toEqual([]);
        expect(sent.length).toBeGreaterThan(0);
    });
});
