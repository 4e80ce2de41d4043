/** The site of the simulated cluster: its place and its names. */
import fixture from "../data/openshift-aws.json";

/** The values that distinguish one installation of OpenShift on AWS from another. */
export interface Site {
    readonly region: string;
    /** Its availability zones: `us-east-2a` … */
    readonly zones: readonly string[];
    /** The installer's name for the cluster. */
    readonly infra: string;
    readonly baseDomain: string;
    readonly appsDomain: string;
}

/** The values of a cluster that a stack states. */
export interface SiteWishes {
    readonly region?: string | undefined;
    readonly zones?: readonly string[] | undefined;
    readonly infrastructureName?: string | undefined;
    readonly domain?: string | undefined;
}

/** The cluster of simulator/data/openshift-aws.json, as far as the stack does not describe another. */
export function siteOf(wishes: SiteWishes = {}): Site {
    const { infra, baseDomain, appsDomain } = fixture.variables;
    const region = wishes.region ?? wishes.zones?.[0]?.replace(/[a-z]$/, "") ?? fixture.region;
    const domain = wishes.domain ?? appsDomain;
    return {
        region,
        zones: wishes.zones ?? fixture.zones.map((zone) => `${region}${zone}`),
        infra: wishes.infrastructureName ?? infra,
        appsDomain: domain,
        // That of the fixture where the stack does not follow the installer's pattern: then a precondition tells.
        baseDomain: domain.startsWith("apps.") ? domain.slice("apps.".length) : baseDomain,
    };
}
