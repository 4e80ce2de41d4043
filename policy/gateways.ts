/** The gateways of Models-as-a-Service, and whether one opts out of OpenShift AI's own policies. */
import { type OptOut, recordOf, releaseOfVersion } from "../catalogue/releases";
import { releaseOf } from "./release";
import type { Stack, Subject } from "./subject";

/** Label and annotation of the opt-out. Source: docs/sources/gateways.md#opt-out. */
export const MANAGED = "opendatahub.io/managed";

/** Names of the product's gateway and, from 3.5 on, of those of further tenants. */
export function maasGatewayNames(stack: Stack): ReadonlySet<string> {
    const own = stack.of("AITenant").flatMap((tenant) => (tenant.value["spec"]?.gateway?.name as string | undefined) ?? []);
    return new Set(["maas-default-gateway", ...own]);
}

/** The places in which the release looks for the opt-out, in its order; both where the release is unknown. */
export function optOutPlaces(stack: Stack): readonly OptOut[] {
    const csv = stack.of("Subscription").find((s) => s.value["spec"]?.name === "rhods-operator")?.value["spec"]?.startingCSV as
        string | undefined;
    const release = releaseOfVersion(releaseOf(stack) ?? "");
    const record = release && recordOf(release);
    const preview = /-ea\.\d/.test(csv ?? "") ? record?.earlyAccess?.gatewayOptOut : undefined;
    return preview ?? record?.gateway.optOut ?? ["label", "annotation"];
}

/**
 * The opt-out of a gateway: the first of the places with a value decides.
 *
 * @returns the deciding place and whether it opts out; undefined while that is not known
 */
export function optOut(
    gateway: Subject,
    places: readonly OptOut[],
): { readonly place: string; readonly optsOut: boolean } | undefined {
    const maps = places.map((place) => `${place}s`);
    for (const place of maps) {
        if (gateway.unknownAt(["metadata", place, MANAGED])) {
            return undefined;
        }
        const said: unknown = gateway.value["metadata"]?.[place]?.[MANAGED];
        if (said !== undefined && said !== null) {
            return { place, optsOut: String(said).trim().toLowerCase() === "false" };
        }
    }
    return { place: maps[0]!, optsOut: false };
}
