/** Alerts on gateways, policies and limits. Pure. Source: docs/sources/observability.md#alerts. */
import type { Alert } from "./alert";
import { ofPersons } from "./persons";
import { GATEWAYS, LIMITS, type Scope } from "./scope";

const oc = (what: string): string => `\`oc ${what}\``;
const REQUESTS = "maas:gateway_requests:rate5m";

/** Alerts on the way of a request to a model. */
export function gatewayAlerts(scope: Scope): Alert[] {
    const { gateways, quotas } = scope;
    /** A status code is more than a share of all answers, with some traffic. */
    const share = (code: string, more: number): string =>
        `sum(${REQUESTS}{response_code=~"${code}"}) / sum(${REQUESTS}) > ${more} and sum(${REQUESTS}) > 0.1`;
    const operand = (deployment: string): string =>
        `kube_deployment_status_replicas_available{namespace="${LIMITS}",deployment="${deployment}"} == 0`;
    return [
        ...(gateways.length === 0
            ? []
            : [
                  {
                      alert: "GatewayDown",
                      severity: "critical" as const,
                      for: "2m",
                      expr: `kube_deployment_status_replicas_available{namespace="${GATEWAYS}",deployment=~"(${gateways.join("|")})-.+"} == 0`,
                      summary: "Gateway {{ $labels.deployment }} has no running pod",
                      description: "No model can be called through it.",
                      look: [
                          oc(`get gateway,pods -n ${GATEWAYS}`),
                          oc("get pods -n openshift-ingress -l app=istiod") + ": the control plane.",
                      ],
                  },
              ]),
        {
            alert: "GatewayFailsRequests",
            severity: "critical",
            for: "5m",
            expr: share("5..", 0.05),
            summary: "Gateways answer more than 5 % of requests with an error of theirs (5xx)",
            description: "A model, its endpoint picker or Authorino does not answer. A time-out of Authorino also shows as 5xx.",
            look: ["Which of ModelDown, SchedulerDown, AuthorizationDown fire.", "Response flags in the gateway's access log."],
        },
        {
            alert: "GatewayRefusesCredentials",
            severity: "warning",
            for: "15m",
            expr: share("401", 0.5),
            summary: "More than half of all requests have no valid credentials (401)",
            description: "Keys have ended or were revoked, or somebody tries keys.",
            look: ["Did many keys end on the same day?", "One client only: tell its owner."],
        },
        {
            alert: "GatewayForbids",
            severity: "warning",
            for: "15m",
            expr: share("403", 0.5),
            summary: "More than half of all requests are not allowed (403)",
            description: "Groups or subscriptions do not match the models that are called.",
            look: [oc("get maasauthpolicy,maassubscription -A"), "Has a group been renamed?"],
        },
        {
            alert: "SubscriptionThrottled",
            severity: "info",
            for: "15m",
            expr:
                "sum by (subscription) (maas:usage_refused:rate5m) / " +
                "(sum by (subscription) (maas:usage_refused:rate5m) + sum by (subscription) (maas:usage_requests:rate5m)) > 0.1",
            summary: "More than 10 % of the requests of subscription {{ $labels.subscription }} meet its limits (429)",
            description: "Its users need a higher tier, or a client does not wait before it tries again.",
            look: ["Usage by user on the dashboard Usage.", "`tiers[].requests` and `tiers[].tokens`."],
        },
        {
            alert: "PolicyNotEnforced",
            severity: "critical",
            for: "5m",
            expr:
                `sum(${REQUESTS}{response_code=~"2.."}) > 0.1 and count(max_over_time(kuadrant_allowed{namespace="${GATEWAYS}"}[1d])) > 0 ` +
                `unless sum(rate(kuadrant_allowed{namespace="${GATEWAYS}"}[5m])) > 0`,
            summary: "Gateways answer requests that no policy has let through",
            description: "The filter of Kuadrant is gone from a gateway: anybody may call the models, and nothing is counted.",
            look: [
                oc("get authpolicy,tokenratelimitpolicy -A") + ": is each Enforced?",
                oc(`get envoyfilter,wasmplugin -n ${GATEWAYS}`),
                "Close the gateway until it is clear: scale its Deployment to zero.",
            ],
        },
        {
            alert: "AuthorizationTimesOut",
            severity: "critical",
            for: "5m",
            expr: `sum(rate(kuadrant_errors{namespace="${GATEWAYS}"}[5m])) > 0.05`,
            summary: "Authorino or Limitador does not answer a gateway in time",
            description: "Requests are refused, or pass unlimited where `connectivityLink.failClosed` is false.",
            look: [
                oc(`get pods -n ${LIMITS}`),
                "`connectivityLink.authTimeout` and `limitTimeout`; copies of Authorino; the MaaS API and its database.",
            ],
        },
        {
            alert: "AuthorizationDown",
            severity: "critical",
            for: "2m",
            expr: operand("authorino"),
            summary: "Authorino does not run",
            description: "No request is authorized: every call is refused.",
            look: [oc(`get pods -n ${LIMITS} -l authorino-resource=authorino`)],
        },
        {
            alert: "LimitsDown",
            severity: "critical",
            for: "2m",
            expr: operand("limitador-limitador"),
            summary: "Limitador does not run",
            description:
                "Requests are refused, or pass unlimited where `connectivityLink.failClosed` is false. Usage is not counted.",
            look: [oc(`get pods -n ${LIMITS} -l app=limitador`)],
        },
        {
            alert: "LimitsStoreUnreachable",
            severity: "critical",
            for: "2m",
            expr: `datastore_partitioned{namespace="${LIMITS}"} == 1`,
            summary: "Limitador does not reach its Redis",
            description: "Each copy of Limitador counts alone, or none counts.",
            look: ["The Redis of `connectivityLink.limitador.storage`, and the network between them."],
        },
        ...quotas.map(({ subscription, model, tokens, window }): Alert => ({
            alert: "QuotaNearlySpent",
            severity: "info",
            for: "5m",
            expr: ofPersons(
                `sum by (user) (increase(authorized_hits{subscription="${subscription}",model="${model}",user!=""}[${window}])) > ${tokens * 0.9}`,
                ["user"],
                scope,
            ),
            summary: `User {{ $labels.user }} has used more than 90 % of ${tokens} tokens of ${model} in ${window}, by subscription ${subscription}`,
            description:
                "The next requests are refused with 429. A workspace has limits of its own: then the label workspace is true. Needs the label user: the telemetry of the tenant captures users.",
            labels: { subscription, model, window },
            look: ["Usage by user on the dashboard Usage.", "`tiers[].tokens`."],
        })),
    ];
}
