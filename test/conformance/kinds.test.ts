import * as path from "node:path";

import * as fc from "fast-check";

import { type KindDefinition, registeredKinds } from "../../kinds";
import { type ApiServerCluster, openApiServer } from "../../rehearsal/apiserver/cluster";
import { ApiError } from "../../rehearsal/cluster/cluster";
import { type CrdSource, directoryCrds } from "../../rehearsal/crds";
import { installCrds } from "./apply";
import { accepted } from "./arbitrary";
import { describeConformance } from "./require";

jest.setTimeout(240_000);

/** How many objects of each kind are tried. */
const OBJECTS = 60;
/** The release of OpenShift AI whose CRDs MAAS_CRDS holds. */
const RELEASE = process.env["MAAS_RELEASE"] ?? "3.4";
/** Of products whose CRDs are seldom at hand; where they are from: rehearsal/data/crd-sources.json. */
const SHIPPED = path.join(__dirname, "crds");
/** Kinds of aggregated APIs: OpenShift serves them without a CRD. */
const WITHOUT_CRD = new Set(["kubernetes:user.openshift.io/v1:Group"]);

describeConformance("every schema of kinds/ against the product's own CRD", () => {
    let cluster: ApiServerCluster;
    let served: Set<string>;
    beforeAll(async () => {
        const definitions = [...registeredKinds().values()];
        // Only the products' own: ours would agree with themselves.
        const folders = [SHIPPED, ...process.env["MAAS_CRDS"]!.split(path.delimiter).filter(Boolean)];
        const sources: CrdSource[] = folders.map(directoryCrds);
        cluster = await openApiServer();
        const names = new Set(definitions.map((d) => `${d.apiVersion.split("/")[0]}/${d.kind}`));
        for (const source of sources) {
            await installCrds(cluster, source, (group, kind) => names.has(`${group}/${kind}`));
        }
        const crds = await cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        served = new Set(
            crds.flatMap((crd) =>
                (crd.spec.versions as { name: string; served: boolean }[])
                    .filter((v) => v.served)
                    .map((v) => `kubernetes:${crd.spec.group}/${v.name}:${crd.spec.names.kind}`),
            ),
        );
        await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "conformance" } });
    });
    afterAll(() => cluster?.close());

    const kinds = [...registeredKinds()].filter(([type]) => !WITHOUT_CRD.has(type));

    it.each(kinds)("%s: plural and scope are the product's", async (type, definition) => {
        expect(served).toContain(type);
        const crd = await cluster.get({
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            name: `${definition.plural}.${definition.apiVersion.split("/")[0]}`,
        });
        expect(crd?.spec).toMatchObject({ scope: definition.scope, names: { kind: definition.kind, plural: definition.plural } });
    });

    it.each(kinds)("%s: what our schema accepts, the API server accepts", async (type, definition) => {
        expect(served).toContain(type);
        // One example of each way of being refused.
        const refusals = new Map<string, string>();
        const samples = fc.sample(accepted(definition.body, RELEASE), { numRuns: OBJECTS, seed: 7 });
        for (const body of samples) {
            const message = await refusalOf(cluster, definition, body as object);
            if (message !== undefined) {
                refusals.set(message.replace(/value: ("[^"]*"|\S+):/g, "value:").replace(/\[\d+\]/g, "[]"), JSON.stringify(body));
            }
        }
        expect([...refusals].slice(0, 10)).toEqual([]);
    });
});

async function refusalOf(cluster: ApiServerCluster, definition: KindDefinition, body: object): Promise<string | undefined> {
    const metadata = {
        name: definition.names?.[0] ?? "conformance",
        ...(definition.scope === "Namespaced" && { namespace: "conformance" }),
    };
    try {
        await cluster.create({ apiVersion: definition.apiVersion, kind: definition.kind, metadata, ...body }, { dryRun: true });
        return undefined;
    } catch (e) {
        if (e instanceof ApiError) {
            return e.message;
        }
        throw e;
    }
}
