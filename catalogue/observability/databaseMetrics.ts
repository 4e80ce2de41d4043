/** Exporters of databases, and what they count of API keys. Pure. Source: docs/sources/observability.md#databases. */

/** Names of the exporters, as Deployments, monitors and the second half of the label `job` have them. */
export const EXPORTERS = {
    keys: "maas-keys-metrics",
    registry: "model-registry-metrics",
    litemaas: "litemaas-database-metrics",
} as const;

/**
 * Keys that hold, by subscription, and those of them that end soon though they are in use: people have seven days, what is replaced
 * by itself has a day. Names of users stay in the database.
 */
export const KEY_QUERIES = `maas_keys:
  query: |
    SELECT subscription,
           count(*) AS active,
           count(*) FILTER (
             WHERE last_used_at > now() - interval '7 days'
               AND expires_at < now() + CASE WHEN username LIKE 'system:serviceaccount:%' THEN interval '1 day' ELSE interval '7 days' END
           ) AS ending
    FROM api_keys
    WHERE status = 'active' AND NOT ephemeral AND (expires_at IS NULL OR expires_at > now())
    GROUP BY subscription
  metrics:
    - subscription:
        usage: LABEL
        description: Subscription of the keys
    - active:
        usage: GAUGE
        description: Keys that hold
    - ending:
        usage: GAUGE
        description: Keys that end soon and were used in the last seven days
`;
