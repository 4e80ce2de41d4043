/** The receivers of alerts, in the form of Alertmanager. Pure. Source: docs/sources/observability.md#who-is-told. */
import type { AlertRoute } from "../../stacks/schema/alertRoutes";

/** The receiver of what no route takes: nobody. */
const NOBODY = "nobody";

/** Spec of an AlertmanagerConfig: each route gets all alerts of its severities, whatever the others get. */
export function alertmanagerConfig(routes: readonly AlertRoute[]) {
    const named = routes.map((route, i) => ({ name: `route-${i + 1}`, route }));
    return {
        route: {
            receiver: NOBODY,
            groupBy: ["alertname"],
            routes: named.map(({ name, route }) => ({
                receiver: name,
                matchers: [{ name: "severity", value: route.severities.join("|"), matchType: "=~" as const }],
                continue: true,
            })),
        },
        receivers: [{ name: NOBODY }, ...named.map(({ name, route }) => ({ name, ...receiver(route) }))],
    };
}

function receiver({ email, slack, pagerDuty, webhook }: AlertRoute) {
    const told = { sendResolved: true };
    return {
        ...(email !== undefined && {
            emailConfigs: [
                {
                    to: email.to,
                    from: email.from,
                    smarthost: email.smarthost,
                    requireTLS: true as const,
                    ...(email.username !== undefined && { authUsername: email.username }),
                    ...(email.secret !== undefined && { authPassword: { name: email.secret, key: "password" } }),
                    ...told,
                },
            ],
        }),
        ...(slack !== undefined && {
            slackConfigs: [{ channel: slack.channel, apiURL: { name: slack.secret, key: "url" }, ...told }],
        }),
        ...(pagerDuty !== undefined && {
            pagerdutyConfigs: [{ routingKey: { name: pagerDuty.secret, key: "routingKey" }, ...told }],
        }),
        ...(webhook !== undefined && { webhookConfigs: [{ urlSecret: { name: webhook.secret, key: "url" }, ...told }] }),
    };
}
