/** The databases of a stack: where they are, and how they are dumped and brought back. */
import { KEYS_CONNECTION, KEYS_DATABASE, KEYS_DATABASE_NAME } from "../../catalogue/keysDatabase";
import { DATABASES, LITEMAAS } from "../../catalogue/litemaas/names";
import { recordOf } from "../../catalogue/releases";
import type { Settings } from "../../stacks/schema";

/** One database. */
export interface KeptDatabase {
    /** Name of the part in a backup, and of its file. */
    readonly part: string;
    readonly what: string;
    readonly namespace: string;
    /** Tables whose rows are the users': a platform that has just come up has none in them. */
    readonly tables: readonly string[];
    /** Deployments that read it when they start, as `namespace/name`. */
    readonly clients: readonly string[];
    readonly server:
        | {
              /** Its tools run in the pod of the server, which trusts them. */
              readonly pods: string;
              readonly container: string;
              readonly database: string;
              /** The owner of the restored objects. */
              readonly owner: string;
          }
        | {
              /** Outside of the cluster: its tools run in a pod that is there for that alone, and connect as the MaaS API does. */
              readonly image: string;
              readonly secret: string;
              readonly key: string;
          };
}

/** Databases of a stack. Source of the tables: docs/sources/maas.md#database, docs/sources/litemaas.md#databases. */
export function databasesOf(settings: Settings): readonly KeptDatabase[] {
    return [...keysDatabase(settings), ...litemaasDatabases(settings)];
}

function keysDatabase({ release, tiers, database }: Settings): readonly KeptDatabase[] {
    const { governance, apiNamespace } = recordOf(release);
    if (tiers.length === 0 || governance !== "subscriptions") {
        return [];
    }
    const common = {
        part: "keys",
        what: "API keys",
        tables: ["api_keys"],
        clients: [`${apiNamespace}/maas-api`],
    };
    if (database.existing !== undefined || database.rds !== undefined) {
        return [
            {
                ...common,
                namespace: apiNamespace,
                server: { image: database.image, ...KEYS_CONNECTION },
            },
        ];
    }
    const [pods, container] =
        database.cloudNativePg === undefined
            ? [`app=${KEYS_DATABASE}`, "postgresql"]
            : [`cnpg.io/cluster=${KEYS_DATABASE_NAME},cnpg.io/instanceRole=primary`, "postgres"];
    return [
        {
            ...common,
            namespace: KEYS_DATABASE,
            server: { pods, container, database: KEYS_DATABASE_NAME, owner: KEYS_DATABASE_NAME },
        },
    ];
}

function litemaasDatabases({ litemaas }: Settings): readonly KeptDatabase[] {
    if (litemaas === undefined) {
        return [];
    }
    const { namespace } = litemaas;
    const one = (
        part: string,
        what: string,
        of: keyof typeof DATABASES,
        tables: readonly string[],
        client: string,
    ): KeptDatabase => ({
        part,
        what,
        namespace,
        tables,
        clients: [`${namespace}/${client}`],
        server: {
            pods: `app=${LITEMAAS.database}`,
            container: "postgresql",
            database: DATABASES[of].name,
            owner: DATABASES[of].user,
        },
    });
    return [
        one(
            "litemaas-proxy",
            "virtual keys, budgets and spend of LiteLLM",
            "proxy",
            ["LiteLLM_VerificationToken", "LiteLLM_SpendLogs"],
            LITEMAAS.proxy,
        ),
        one(
            "litemaas-portal",
            "users, subscriptions and keys of the portal",
            "portal",
            ["api_keys", "subscriptions"],
            LITEMAAS.backend,
        ),
    ];
}
