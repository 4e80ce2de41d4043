/** `observability.alerts.routes`: who is told of alerts. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";

const secret = (key: string, what: string) =>
    dnsLabel.describe(
        `Secret in namespace maas-platform whose key ${key} holds ${what}. The program refers to it and never reads it.`,
    );

const routeSchema = z
    .strictObject({
        severities: z
            .array(z.enum(["critical", "warning", "info"]))
            .min(1)
            .default(["critical", "warning"])
            .describe("Severities of the alerts that are sent. Default: critical, warning."),
        email: z
            .strictObject({
                to: z.email().describe("Address of the recipient."),
                from: z.email().describe("Address of the sender."),
                smarthost: z
                    .string()
                    .regex(/^[a-z0-9.-]+:\d+$/i, "expected host:port, such as smtp.example.com:587")
                    .describe("Mail server that takes it: smtp.example.com:587. TLS is required."),
                username: z.string().min(1).optional().describe("Name at the mail server. Default: none."),
                secret: secret("password", "the password at the mail server").optional(),
            })
            .refine(({ username, secret: password }) => (username === undefined) === (password === undefined), {
                error: "username and secret belong together",
            })
            .optional()
            .describe("Send mail."),
        slack: z
            .strictObject({
                channel: z.string().min(1).describe('Channel or user: "#ai-platform".'),
                secret: secret("url", "the address of the webhook of Slack"),
            })
            .optional()
            .describe("Post to Slack."),
        pagerDuty: z
            .strictObject({ secret: secret("routingKey", "the integration key (Events API v2)") })
            .optional()
            .describe("Open incidents of PagerDuty."),
        webhook: z
            .strictObject({ secret: secret("url", "the address") })
            .optional()
            .describe("Call an address with Alertmanager's JSON."),
    })
    .refine((route) => RECEIVERS.filter((receiver) => route[receiver] !== undefined).length === 1, {
        error: "expected exactly one of email, slack, pagerDuty, webhook",
    });

const RECEIVERS = ["email", "slack", "pagerDuty", "webhook"] as const;

export const alertRoutesSchema = z
    .array(routeSchema)
    .default([])
    .describe(
        "Receivers of the alerts; each gets all alerts of its severities. Lets the cluster's Alertmanager read AlertmanagerConfigs. Default: none; the cluster's own routes decide.",
    );

export type AlertRoute = z.output<typeof routeSchema>;
