/**
 * The public endpoints of the MaaS API that commands use.
 * Source: opendatahub-io/models-as-a-service@release-3.4:maas-api/cmd/main.go, docs/sources/maas.md#keys.
 */

/** An endpoint, below `/maas-api`. */
export interface Endpoint {
    readonly method: "GET" | "POST" | "DELETE";
    readonly path: string;
    /** Whether it may be called twice for one purpose: it only reads, or the second call finds the work done. */
    readonly repeatable: boolean;
    /** The rights that a call needs, for `--explain`. */
    readonly rights: string;
}

const OWN = "own keys: any user; keys of others: administrators of OpenShift AI";

export const endpoints = {
    create: { method: "POST", path: "/v1/api-keys", repeatable: false, rights: "any user of a tier, for oneself alone" },
    search: { method: "POST", path: "/v1/api-keys/search", repeatable: true, rights: OWN },
    read: { method: "GET", path: "/v1/api-keys/{id}", repeatable: true, rights: OWN },
    revoke: { method: "DELETE", path: "/v1/api-keys/{id}", repeatable: true, rights: OWN },
    bulkRevoke: { method: "POST", path: "/v1/api-keys/bulk-revoke", repeatable: true, rights: OWN },
    /** Since 0.2 (release 3.5): limits of the lifetime of keys. */
    config: { method: "GET", path: "/v1/api-keys/config", repeatable: true, rights: "any user" },
    models: { method: "GET", path: "/v1/models", repeatable: true, rights: "the key itself" },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
