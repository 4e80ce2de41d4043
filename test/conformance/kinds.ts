/** Holds the schemas of kinds/ against the products' own CRDs, on a real API server. */
import * as path from "node:path";

import * as fc from "fast-check";

import { atLeast, type Release } from "../../catalogue/releases";
import { type KindDefinition, registeredKinds } from "../../kinds";
import type { ApiServerCluster } from "../../rehearsal/apiserver/cluster";
import { ApiError } from "../../rehearsal/cluster/cluster";
import { type CrdSource, directoryCrds } from "../../simulator/crds/crds";
import { installCrds } from "./apply";
import { accepted } from "./arbitrary";
import { HAS_CRDS } from "./require";

/** How many objects of each kind are tried. */
const OBJECTS = 60;
/** Folders of the products' CRDs. */
export const FOLDERS = (process.env["MAAS_CRDS"] ?? "").split(path.delimiter).filter(Boolean);
/** Kinds of aggregated APIs: OpenShift serves them without a CRD. */
const WITHOUT_CRD = new Set(["kubernetes:user.openshift.io/v1:Group", "kubernetes:oauth.openshift.io/v1:OAuthClient"]);
/**
 * API groups, or kinds, whose CRDs are in few collections: tried where a folder of MAAS_CRDS has them, which
 * `maas crds download` brings. Where they are from: simulator/crds/sources.json.
 */
const SELDOM_AT_HAND =
    /^kubernetes:(keda\.sh|kueue\.openshift\.io|kueue\.x-k8s\.io|metallb\.io|datasciencepipelinesapplications\.opendatahub\.io|mlflow\.opendatahub\.io|machine\.openshift\.io\/v1beta1:MachineHealthCheck|operator\.openshift\.io\/v1:JobSetOperator)/;

/**
 * Declares the tests of a release. The first folder that has a CRD brings it; only the products' own count, as ours would agree with
 * themselves.
 *
 * @param changed folders of CRDs that differ in the release: laid over the others, and only their kinds are tried
 * @param cluster the API server, opened before these tests
 */
export function kindsConform(release: Release, changed: readonly string[], cluster: () => ApiServerCluster): void {
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

    let served: Set<string>;
    beforeAll(async () => {
        const names = new Set(kinds.map(([, { apiVersion, kind }]) => `${apiVersion.split("/")[0]}/${kind}`));
        for (const source of sources) {
            await installCrds(cluster(), source, (group, kind) => names.has(`${group}/${kind}`));
        }
        const crds = await cluster().list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        served = new Set(
            crds.flatMap((crd) =>
                (crd.spec.versions as { name: string; served: boolean }[])
                    .filter((v) => v.served)
                    .map((v) => `kubernetes:${crd.spec.group}/${v.name}:${crd.spec.names.kind}`),
            ),
        );
        await cluster().create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "conformance" } });
    });

    it.each(kinds)("%s: plural and scope are the product's", async (type, definition) => {
        expect(served).toContain(type);
        const crd = await cluster().get({
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
            const message = await refusalOf(cluster(), definition, body as object);
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
