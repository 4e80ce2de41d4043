/** The region of AWS, and whatever must be in it: zones, keys. */
import { didYouMean } from "../../catalogue/nearest";
import { regionOfArn, regionOfZone, regions } from "../../catalogue/regions";
import type { PoolSettings } from "../schema";
import type { ClusterSettings } from "../schema";
import type { SettingsProblem } from "../problem";
import type { Entry } from "./entries";

/** A setting that lies in a region. */
interface Placed {
    readonly path: string;
    readonly value: string;
    readonly region: string;
}

/**
 * A region that AWS does not have, zones and keys of another region than the cluster's, and a base domain where the apps
 * domain belongs. Without `cluster.region`, the region is that of the first zone.
 *
 * @param settings what stands under `maas:settings`, for what is not of the cluster or its pools
 */
export function regionProblems(
    cluster: ClusterSettings | undefined,
    pools: readonly Entry<PoolSettings>[],
    settings: unknown,
): SettingsProblem[] {
    const zones = [
        ...(cluster?.zones ?? []).map((value, i) => ({ path: `cluster.zones[${i}]`, value })),
        ...Object.keys(cluster?.nodes?.subnets ?? {}).map((value) => ({ path: `cluster.nodes.subnets.${value}`, value })),
        ...pools.flatMap(({ path, value }) =>
            (value?.zones ?? []).map((zone, i) => ({ path: `${path}.zones[${i}]`, value: zone })),
        ),
    ].map((zone): Placed => ({ ...zone, region: regionOfZone(zone.value) }));
    const placed = [...zones, ...keysOf(cluster, settings)];
    const [where, region] =
        cluster?.region === undefined ? [zones[0]?.path, zones[0]?.region] : ["cluster.region", cluster.region];
    const { vault } = (settings as { identity?: { vault?: { install?: { seal?: { region?: unknown } } } } }).identity ?? {};
    const sealed = vault?.install?.seal?.region;
    return [
        ...(region === undefined ? [] : unknownRegion(where!, region)),
        ...(typeof sealed === "string" ? unknownRegion("identity.vault.install.seal.region", sealed) : []),
        ...placed.flatMap((it) =>
            region === undefined || it.region === region || it.path === where
                ? []
                : [
                      {
                          path: it.path,
                          message: `${JSON.stringify(it.value)} is in ${it.region}, and the cluster in ${region} (${where!}); expected one of ${region}`,
                      },
                  ],
        ),
        ...domainProblems(cluster),
    ];
}

/** Keys that encrypt volumes: EC2 and RDS take those of their own region alone. */
function keysOf(cluster: ClusterSettings | undefined, settings: unknown): Placed[] {
    const { database } = settings as { database?: { rds?: { kmsKeyArn?: unknown } } };
    const keys = [
        { path: "cluster.nodes.kmsKey", value: cluster?.nodes?.kmsKey },
        { path: "database.rds.kmsKeyArn", value: database?.rds?.kmsKeyArn },
    ];
    return keys.flatMap(({ path, value }) => {
        const region = typeof value === "string" ? regionOfArn(value) : undefined;
        return region === undefined ? [] : [{ path, value: value as string, region }];
    });
}

function unknownRegion(path: string, region: string): SettingsProblem[] {
    return regions.includes(region)
        ? []
        : [
              {
                  path,
                  message: `${JSON.stringify(region)} is not a region of AWS that is known here (catalogue/regions.ts)${didYouMean(region, regions)}`,
              },
          ];
}

/** The check of the cluster refuses the same, unless it is told that the applications are elsewhere. */
function domainProblems(cluster: ClusterSettings | undefined): SettingsProblem[] {
    const domain = cluster?.domain;
    return domain === undefined || domain.startsWith("apps.") || cluster?.acceptFailing.includes("apps-domain") === true
        ? []
        : [
              {
                  path: "cluster.domain",
                  message:
                      `${JSON.stringify(domain)} does not begin with apps., as the domain of applications does; expected apps.${domain}, ` +
                      "or apps-domain in cluster.acceptFailing where the applications have a domain of their own",
              },
          ];
}
