/** Panels of what the platform rests on, and of the keys. Pure. Source: docs/sources/observability.md#queries. */
import { asBars, asValues, lines, type Row } from "./panel";
import { GATEWAYS, type Scope } from "./scope";

/** Certificates, secrets, databases, Vault. */
export function foundationRows({ databases, exporters, vault }: Scope): Row[] {
    const among = `namespace=~"${databases.map(({ namespace }) => namespace).join("|")}"`;
    const pods = `pod=~"(${databases.map(({ server }) => server).join("|")})-[0-9]+"`;
    const exported = `job=~"${exporters.join("|")}"`;
    const managed = databases.filter(({ by }) => by === "CloudNativePG");
    return [
        {
            title: "Certificates and secrets",
            panels: {
                certificates: asBars(
                    lines("Days until certificates end", "decimal", [
                        [
                            "bottomk(10, (certmanager_certificate_expiration_timestamp_seconds - time()) / 86400)",
                            "{{exported_namespace}}/{{name}}",
                        ],
                    ]),
                ),
                secrets: asValues(
                    lines(
                        "ExternalSecrets",
                        "decimal",
                        [
                            [`count(externalsecret_status_condition{condition="Ready",status="True"} == 1)`, "synced"],
                            [`count(externalsecret_status_condition{condition="Ready",status="False"} == 1)`, "not synced"],
                        ],
                        "Empty where External Secrets is not used.",
                    ),
                ),
            },
        },
        ...(databases.length === 0
            ? []
            : [
                  {
                      title: "Databases",
                      panels: {
                          databases: asValues(
                              lines("Copies that are ready", "decimal", [
                                  [
                                      `sum by (namespace) (kube_pod_status_ready{${among},${pods},condition="true"})`,
                                      "{{namespace}}",
                                  ],
                              ]),
                          ),
                          databaseVolumes: lines("Use of their volumes", "percent-decimal", [
                              [
                                  `1 - kubelet_volume_stats_available_bytes{${among}} / kubelet_volume_stats_capacity_bytes{${among}}`,
                                  "{{namespace}} {{persistentvolumeclaim}}",
                              ],
                          ]),
                          ...(managed.length > 0 && {
                              databaseLag: lines("Standbys are behind by", "seconds", [
                                  [
                                      `max by (pod) (cnpg_pg_replication_lag{namespace=~"${managed.map(({ namespace }) => namespace).join("|")}"})`,
                                      "{{pod}}",
                                  ],
                              ]),
                          }),
                      },
                  },
              ]),
        ...(exporters.length === 0
            ? []
            : [
                  {
                      title: "Clients of databases",
                      panels: {
                          databaseConnections: lines("Connections in use", "percent-decimal", [
                              [
                                  `sum by (job) (pg_stat_database_numbackends{${exported}}) / max by (job) (pg_settings_max_connections{${exported}})`,
                                  "{{job}}",
                              ],
                          ]),
                          databaseAnswers: asBars(
                              lines("Answers (1), or none (0)", "decimal", [[`max by (job) (pg_up{${exported}})`, "{{job}}"]]),
                          ),
                      },
                  },
              ]),
        ...(vault === undefined
            ? []
            : [
                  {
                      title: "Vault",
                      panels: {
                          vaultCopies: asValues(
                              lines("Copies of Vault", "decimal", [
                                  [`sum(kube_statefulset_replicas{namespace="${vault}",statefulset="vault"})`, "wanted"],
                                  [`sum(vault_core_unsealed{namespace="${vault}"})`, "unsealed"],
                              ]),
                          ),
                      },
                  },
              ]),
    ];
}

/** Keys, by what the gateway sees of them and what their database has: the API of the releases has no metrics of its own. */
export function keyRows(api: string, counted: boolean): Row[] {
    const calls = (code: string): string =>
        `istio_requests_total{namespace="${GATEWAYS}",destination_service_name="maas-api"${code}}`;
    return [
        {
            title: "The API of keys",
            panels: {
                keyCalls: lines(
                    "Answers by status code",
                    "requests/sec",
                    [[`sum by (response_code) (rate(${calls("")}[5m]))`, "{{response_code}}"]],
                    "Calls through the gateway: keys that are made, listed and revoked. 201: a key was made.",
                ),
                keysMade: asValues(
                    lines("Keys made in 24 hours", "decimal", [
                        [`sum(increase(${calls(`,response_code="201"`)}[1d]))`, "keys, estimated"],
                    ]),
                ),
                keyApi: asValues(
                    lines("Copies of the API", "decimal", [
                        [`sum(kube_deployment_status_replicas_available{namespace="${api}",deployment="maas-api"})`, "available"],
                    ]),
                ),
            },
        },
        ...(counted
            ? [
                  {
                      title: "Keys",
                      panels: {
                          keysHold: asBars(
                              lines("Keys that hold", "decimal", [
                                  ["max by (subscription) (maas_keys_active)", "{{subscription}}"],
                              ]),
                          ),
                          keysEnd: asBars(
                              lines(
                                  "Keys in use that end soon",
                                  "decimal",
                                  [["max by (subscription) (maas_keys_ending)", "{{subscription}}"]],
                                  "Of people within seven days, of what is replaced by itself within one.",
                              ),
                          ),
                      },
                  },
              ]
            : []),
        {
            title: "Use of keys",
            panels: {
                keysRefused: lines("Requests without a valid key (401)", "requests/sec", [
                    [`sum(maas:gateway_requests:rate5m{response_code="401"})`, "refused"],
                ]),
                keyOwners: lines(
                    "Users with requests in 24 hours",
                    "decimal",
                    [
                        [
                            `count by (subscription) (sum by (subscription, user) (sum_over_time(maas:usage_requests:increase1m{user!=""}[1d])) > 0)`,
                            "{{subscription}}",
                        ],
                    ],
                    "Empty unless the telemetry of the tenant captures users.",
                ),
            },
        },
    ];
}
