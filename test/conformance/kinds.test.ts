import * as fs from "node:fs";
import * as path from "node:path";

import * as fc from "fast-check";

import { atLeast, DEFAULT_RELEASE, type Release } from "../../catalogue/releases";
import { type KindDefinition, registeredKinds } from "../../kinds";
import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { openApiServer } from "../../rehearsal/apiserver/open";
import { ApiError } from "../../rehearsal/cluster/cluster";
import { type CrdSource, directoryCrds } from "../../simulator/crds/crds";
import { installCrds } from "./apply";
import { accepted } from "./arbitrary";
import { describeConformance, HAS_CRDS } from "./require";

jest.setTimeout(240_000);

/** How many objects of each kind are tried. */
const OBJECTS = 60;
/** Folders of CRDs. */
const FOLDERS = (process.env["MAAS_CRDS"] ?? "").split(path.delimiter).filter(Boolean);
const tried = (process.env["MAAS_RELEASE"] ?? DEFAULT_RELEASE) as Release;

/** Each release of OpenShift AI, and where its CRDs are: what 3.5 changed stands in a folder beside that of 3.4. */
const KNOWN: readonly { readonly release: Release; readonly changed: readonly string[] }[] = [
    { release: tried, changed: [] },
    { release: "3.5", changed: FOLDERS.map((folder) => `${folder}-3.5`).filter((folder) => fs.existsSync(folder)) },
];
const RELEASES = KNOWN.filter(({ release, changed }) => release === tried || changed.length > 0);
/** Kinds of aggregated APIs: OpenShift serves them without a CRD. */
const WITHOUT_CRD = new Set(["kubernetes:user.openshift.io/v1:Group", "kubernetes:oauth.openshift.io/v1:OAuthClient"]);
/**
 * API groups, or kinds, whose CRDs are in few collections: tried where a folder of MAAS_CRDS has them, which
 * `maas crds download` brings. Where they are from: simulator/crds/sources.json.
 */
const SELDOM_AT_HAND =
    /^kubernetes:(keda\.sh|kueue\.openshift\.io|kueue\.x-k8s\.io|metallb\.io|mlflow\.opendatahub\.io|machine\.openshift\.io\/v1beta1:MachineHealthCheck|operator\.openshift\.io\/v1:JobSetOperator)/;

describe.each(RELEASES)("release $release", ({ release, changed }) => conformance(release, changed));

function conformance(release: Release, changed: readonly string[]): void {
    describeConformance(`every schema of kinds/ against the product's own CRD, release ${release}`, () =>
        suite(release, changed),
    );
}

/** @param changed folders of CRDs that differ in the release: laid over the others, and only their kinds are tried */
function suite(release: Release, changed: readonly string[]): void {
    // Only the products' own: ours would agree with themselves. The first that has a CRD brings it.
    const sources: readonly CrdSource[] = [...changed, ...FOLDERS].map(directoryCrds);
    const atHand = namesOf(sources);
    const differing = namesOf(sources.slice(0, changed.length));
    const all = [...registeredKinds()];
    const kinds = all.filter(
        ([type, definition]) =>
            !WITHOUT_CRD.has(type) &&
            (!SELDOM_AT_HAND.test(type) || atHand.has(crdOf(definition))) &&
            (definition.since === undefined || atLeast(release, definition.since)) &&
            (changed.length === 0 || differing.has(crdOf(definition))),
    );
    const missing =
        changed.length > 0 ? [] : all.filter(([type, definition]) => SELDOM_AT_HAND.test(type) && !atHand.has(crdOf(definition)));
    if (HAS_CRDS && missing.length > 0) {
        const types = missing.map(([type]) => type.replace("kubernetes:", "")).join(", ");
        process.stderr.write(`SKIPPED: conformance of kinds whose CRDs are in no folder of MAAS_CRDS: ${types}\n`);
    }

    let cluster: ApiServerCluster;
    let served: Set<string>;
    beforeAll(async () => {
        cluster = await openApiServer();
        const names = new Set(kinds.map(([, { apiVersion, kind }]) => `${apiVersion.split("/")[0]}/${kind}`));
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

    it.each(kinds)("%s: plural and scope are the product's", async (type, definition) => {
        expect(served).toContain(type);
        const crd = await cluster.get({
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            name: crdOf(definition),
        });
        expect(crd?.spec).toMatchObject({ scope: definition.scope, names: { kind: definition.kind, plural: definition.plural } });
    });

    it.each(kinds)("%s: what our schema accepts, the API server accepts", async (type, definition) => {
        expect(served).toContain(type);
        // One example of each way of being refused.
        const refusals = new Map<string, string>();
        const samples = fc.sample(accepted(definition.body, release), { numRuns: OBJECTS, seed: 7 });
        for (const body of samples) {
            const message = await refusalOf(cluster, definition, body as object);
            if (message !== undefined) {
                refusals.set(message.replace(/value: ("[^"]*"|\S+):/g, "value:").replace(/\[\d+\]/g, "[]"), JSON.stringify(body));
            }
        }
        expect([...refusals].slice(0, 10)).toEqual([]);
    });
}

/** Name of the CRD of a kind. */
function crdOf({ plural, apiVersion }: KindDefinition): string {
    return `${plural}.${apiVersion.split("/")[0]}`;
}

function namesOf(sources: readonly CrdSource[]): Set<string> {
    return new Set(sources.flatMap((source) => source.operators().flatMap((o) => source.of(o))).map((crd) => crd.metadata.name));
}

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
