import * as path from "node:path";

import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../rehearsal/apiserver/open";
import { crdSource } from "../../simulator/crds/crds";
import { readProject, stacksOf } from "../../rehearsal/engine/project";
import { plan } from "../../rehearsal/plan";
import { applyPlan, objectsOf } from "./apply";
import { describeConformance } from "./require";

jest.setTimeout(240_000);

const ROOT = path.resolve(__dirname, "../..");

describeConformance("every object of every stack, on a real API server with the products' CRDs", () => {
    const stacks = stacksOf(readProject(ROOT));

    it("there is a stack", () => {
        expect(stacks.length).toBeGreaterThan(0);
    });

    describe.each(stacks)("%s", (stack) => {
        let cluster: ApiServerCluster;
        beforeAll(async () => {
            cluster = await openApiServer();
        });
        afterAll(() => cluster?.close());

        it("is taken, and is there afterwards", async () => {
            const planned = await plan({ projectDir: ROOT, stack });
            expect(planned.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
            const { sent, notTaken } = await applyPlan(cluster, crdSource(process.env), planned.resources);
            expect(notTaken).toEqual([]);
            expect(sent.length).toBeGreaterThan(0);
            for (const { object } of objectsOf(planned.resources).filter((o) => !o.isPatch)) {
                const { name, namespace } = object.metadata;
                expect(await cluster.get({ apiVersion: object.apiVersion, kind: object.kind, name, namespace })).toBeDefined();
            }
        });
    });
});
