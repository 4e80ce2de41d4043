/** Exporters of the databases that a platform uses. */
import { ConfigMap, Secret } from "@pulumi/kubernetes/core/v1";

import { EXPORTERS, KEY_QUERIES } from "../../catalogue/observability/databaseMetrics";
import { KEYS_AUTHORITIES, KEYS_DATABASE, KEYS_DATABASE_NAME } from "../../catalogue/keysDatabase";
import type { Settings } from "../../stacks/schema";
import { RECORDS_NAMESPACE } from "../gate";
import type { Database } from "../governance";
import { REGISTRY_DATABASE } from "../openshiftai";
import { postgresMetrics } from "../postgresMetrics";
import type { ChildOptions } from "./stage";

/** Image of the exporters; undefined where there are none. */
export function exporterImage({ observability }: Pick<Settings, "observability">): string | undefined {
    return observability?.databases.enabled === true ? observability.databases.image : undefined;
}

/** The label `job` of each exporter. @param keys whether users have keys, which are in a database */
export function exporterJobs(settings: Settings, keys: boolean): string[] {
    const { database, openshiftAi, litemaas } = settings;
    if (exporterImage(settings) === undefined) {
        return [];
    }
    return [
        ...(keys && broughtUrl(database) === false ? [`${RECORDS_NAMESPACE}/${EXPORTERS.keys}`] : []),
        ...(openshiftAi.modelRegistry === undefined ? [] : [`${REGISTRY_DATABASE}/${EXPORTERS.registry}`]),
        ...(litemaas?.metrics === true ? [`${litemaas.namespace}/${EXPORTERS.litemaas}`] : []),
    ];
}

/** Whether somebody else brings the connection: then only the MaaS API reads it. */
function broughtUrl({ existing }: Settings["database"]): boolean {
    return existing !== undefined && existing.host === undefined;
}

/** The exporter of the keys' database, wherever that is. It counts keys too. */
export function keysMetrics(settings: Settings, { url }: Database, opts: ChildOptions): void {
    const image = exporterImage(settings);
    const { cloudNativePg, existing, rds, rotation } = settings.database;
    if (image === undefined || url === undefined) {
        return;
    }
    const name = "keys-metrics";
    const authority = rds?.certificateAuthorities ?? existing?.certificateAuthorities;
    const metadata = { name: EXPORTERS.keys, namespace: RECORDS_NAMESPACE };
    const authorities = `${EXPORTERS.keys}-authorities`;
    const connection = new Secret(`${name}-connection`, { metadata, stringData: { url } }, opts);
    const trusted =
        authority === undefined
            ? []
            : [
                  new ConfigMap(
                      `${name}-authorities`,
                      { metadata: { ...metadata, name: authorities }, data: { [KEYS_AUTHORITIES.file]: authority } },
                      opts,
                  ),
              ];
    postgresMetrics(
        name,
        {
            exporter: EXPORTERS.keys,
            namespace: RECORDS_NAMESPACE,
            image,
            connection: [{ name: "DATA_SOURCE_NAME", valueFrom: { secretKeyRef: { name: EXPORTERS.keys, key: "url" } } }],
            ...(trusted.length > 0 && { authorities: { configMap: authorities, folder: KEYS_AUTHORITIES.folder } }),
            ...(existing === undefined &&
                rds === undefined && {
                    server: {
                        namespace: KEYS_DATABASE,
                        podLabels:
                            cloudNativePg === undefined ? { app: KEYS_DATABASE } : { "cnpg.io/cluster": KEYS_DATABASE_NAME },
                    },
                }),
            queries: KEY_QUERIES,
            rotation,
        },
        { ...opts, dependsOn: [...opts.dependsOn, connection, ...trusted] },
    );
}
