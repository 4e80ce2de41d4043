/** The databases that a platform runs. */
import { LITEMAAS } from "../../catalogue/litemaas/names";
import type { Database } from "../../catalogue/observability/scope";
import type { Settings } from "../../stacks/schema";
import { KEYS_DATABASE, KEYS_DATABASE_NAME } from "../../catalogue/keysDatabase";
import { REGISTRY_DATABASE } from "../openshiftai";

/** Those in the cluster. @param keys whether users have keys, which are in a database */
export function databasesOf({ database, openshiftAi, litemaas }: Settings, keys: boolean): Database[] {
    const outside = database.existing !== undefined || database.rds !== undefined;
    return [
        ...(keys && !outside
            ? [
                  {
                      namespace: KEYS_DATABASE,
                      ...(database.cloudNativePg === undefined
                          ? { server: KEYS_DATABASE, by: "StatefulSet" as const }
                          : { server: KEYS_DATABASE_NAME, by: "CloudNativePG" as const }),
                      of: "API keys",
                      without: "No key can be created. Keys that are not cached are refused.",
                  },
              ]
            : []),
        ...(openshiftAi.modelRegistry === undefined
            ? []
            : [
                  {
                      namespace: REGISTRY_DATABASE,
                      server: REGISTRY_DATABASE,
                      by: "StatefulSet" as const,
                      of: "the model registry",
                      without: "The registry shows and takes no models. Models that run are not affected.",
                  },
              ]),
        ...(litemaas === undefined
            ? []
            : [
                  {
                      namespace: litemaas.namespace,
                      server: LITEMAAS.database,
                      by: "StatefulSet" as const,
                      of: "LiteMaaS",
                      without: "The portal fails, and the proxies accept no new keys.",
                  },
              ]),
    ];
}
