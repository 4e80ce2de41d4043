/** The move from 3.4 to 3.5, subject by subject; docs/move-to-3.5.md tells the same at length. */
import { olderThan } from "../../catalogue/csv";
import { operatorEntry } from "../../catalogue/operators";
import { recordOf } from "../../catalogue/releases";
import type { Settings } from "../schema";
import { gatewaySubjects } from "./to35Gateway";
import { modelSubjects } from "./to35Models";
import type { Move, Moving, Subject } from "./move";

type Part = Partial<Subject>;

export const to35: Move = {
    pins: [
        { operator: "rhods-operator", wrong: /\.3\.[0-4]\./, why: "is of an earlier release" },
        {
            operator: "rhcl-operator",
            wrong: /\.v1\.([0-2]\.|4\.0)/,
            why: "lets requests pass without authentication (1.4.0), or is too old",
        },
    ],
    image: /vllm-cuda-rhel9:3\.[34]\./,
    subjects: [
        updatePath,
        switches,
        databaseAccess,
        cutOver,
        ...modelSubjects,
        ...gatewaySubjects,
        llamaStack,
        mcpServers,
        metricsBehindProxy,
        writersOfRoutes,
    ],
};

/** Whether OLM goes from the stack's version to that of the release. Source: docs/sources/operators.md#releases-of-openshift-ai. */
function updatePath({ settings, to }: Moving): Part {
    const { follows } = recordOf(to);
    const { csv } = operatorEntry(settings.release, "rhods-operator", settings.operators["rhods-operator"]);
    return follows === null || csv === undefined || !olderThan(csv, follows.csv)
        ? {}
        : {
              before: [
                  `Bring OpenShift AI to ${follows.csv} first: operators.rhods-operator.csv: ${follows.csv} in the stack as it is, then pulumi up, then maas migrate again. ${operatorEntry(to, "rhods-operator").csv} replaces that version, and nobody knows whether OLM offers it to ${csv} as well: maas doctor asks the catalogue of a cluster (update-path).`,
              ],
          };
}

/** Source: docs/sources/maas.md#switch, #tenants-of-35. */
function switches({ settings: { openshiftAi } }: Moving): Part {
    return {
        changes: [
            "Models-as-a-Service is switched on as a part of the AI gateway; the switch below kserve is no longer used, and cannot be switched on again.",
            "Tenant becomes AITenant and MaasTenantConfig: the program writes `tenant` there, and no longer manages Tenant.",
            "For tokens of users the header X-MaaS-Subscription is ignored, X-MaaS-Tenant is gone.",
            ...(openshiftAi.dashboard === undefined
                ? []
                : ["The flag maasAuthPolicies of the dashboard cannot be changed any more; it is not written."]),
        ],
        ...(openshiftAi.dashboard?.flags.maasAuthPolicies !== undefined && {
            before: ["Delete openshiftAi.dashboard.flags.maasAuthPolicies from the stack: 3.5 refuses to have it changed."],
        }),
    };
}

/** Source: docs/sources/maas.md#database, #upgrades. */
function databaseAccess({ settings: { database } }: Moving): Part {
    const inCluster = database.existing === undefined && database.rds === undefined;
    return {
        changes: [
            `The MaaS API moves to namespace redhat-ai-gateway-infra, and the Secret of its database with it.${inCluster ? " The database admits both namespaces until the new API has taken over, each with its own network policy. The end of pulumi up deletes the one of the former namespace." : ""}`,
        ],
        before: [
            ...(database.existing === undefined
                ? []
                : [
                      "The database must be reached from namespace redhat-ai-gateway-infra as well: its host as a fully qualified name, and network policies that let that namespace in. Keep letting redhat-ods-applications in until pulumi up has ended: the API that runs there answers for the keys until then.",
                  ]),
            "Rotate nothing during the move: the Secret of the database is copied once, and is read in redhat-ai-gateway-infra afterwards (status.infraNamespace of MaasTenantConfig default-tenant says where).",
        ],
    };
}

/** Source: docs/sources/maas.md#upgrades. */
function cutOver({ settings: { modelsNamespace, tiers } }: Moving): Part {
    return tiers.length === 0
        ? {}
        : {
              changes: [
                  "One authorization policy of the gateway (maas-gateway-auth) takes the place of those of each model. MaaSAuthPolicies are Pending until the new MaaS API answers and that policy is enforced: this is normal, and keys go on being validated.",
                  "For some seconds of the cut-over, policies of 3.4 ask an API that the product has removed: keys that were not used within the last minute may be refused then. Clients should try again.",
              ],
              after: [
                  `See that no policy of 3.4 is left (pulumi up waits for it): oc get authpolicy -n ${modelsNamespace}, no maas-auth-<model>. What stays and does nothing: oc delete cronjob maas-api-key-cleanup -n redhat-ods-applications; oc delete authpolicy maas-api-auth-policy -n redhat-ods-applications.`,
              ],
          };
}

/** Source: docs/sources/openshift-ai.md#components. */
function llamaStack({ settings: { openshiftAi } }: Moving): Part {
    return openshiftAi.components.llamaStack
        ? {
              changes: [
                  "Llama Stack becomes OGX. A LlamaStackDistribution of 3.4 that stays offers a second endpoint of a model, which passes by keys and limits.",
                  "On some clusters with 3.5.0 the definition of OGX is missing, and OpenShift AI does not become ready (no matches for kind OGX): set openshiftAi.components.llamaStack to false until it exists.",
              ],
              after: ["Delete what is left of Llama Stack: oc get llamastackdistribution -A; then create the playgrounds again."],
          }
        : {};
}

/** Source: docs/sources/openshift-ai.md#components. */
function mcpServers({ settings: { openshiftAi } }: Moving): Part {
    return {
        changes: [
            openshiftAi.components.mcpLifecycle
                ? "The operator of MCP servers keeps all ConfigMaps and Secrets of the cluster in memory. On a large cluster it is killed for it, and OpenShift AI does not become ready: set openshiftAi.components.mcpLifecycle to false then."
                : "The operator of MCP servers is new in 3.5. It is written as Removed: on a large cluster it runs out of memory, and OpenShift AI does not become ready.",
        ],
    };
}

/** Source: docs/sources/openshift-ai.md#monitoring-stack. */
function metricsBehindProxy({ settings }: Moving): Part {
    return hasMetrics(settings)
        ? {
              after: [
                  "On a cluster with a proxy (oc get proxy cluster -o yaml) look whether usage is counted: the collector of OpenShift AI asks the proxy for its targets, by a name without a dot. Set HTTP_PROXY, HTTPS_PROXY and their lower-case forms to nothing in spec.env and spec.targetAllocator.env of OpenTelemetryCollector data-science-collector (redhat-ods-monitoring).",
              ],
          }
        : {};
}

function hasMetrics({ openshiftAi }: Settings): boolean {
    return openshiftAi.monitoring !== undefined;
}

function writersOfRoutes(): Part {
    return {
        after: ["Look for two writers of one route: oc get authpolicy -A, conditions ConflictingAuthPolicy and Overridden."],
    };
}
