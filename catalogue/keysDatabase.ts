/** Names of the API keys' database and of what its clients read. Source: docs/sources/maas.md#database. */

/** Namespace and name of the server that the program runs in the cluster. */
export const KEYS_DATABASE = "maas-db";
/** Name of the database and of its user. */
export const KEYS_DATABASE_NAME = "maas";
/** The Secret that the MaaS API reads, and its key. */
export const KEYS_CONNECTION = { secret: "maas-db-config", key: "DB_CONNECTION_URL" } as const;
/** The authorities of the database's certificate, where the MaaS API reads them. */
export const KEYS_AUTHORITIES = { configMap: "maas-db-authorities", folder: "/etc/maas-db-authorities", file: "ca.crt" } as const;
