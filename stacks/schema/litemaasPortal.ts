/** `litemaas.portal`: where users subscribe to models and make keys. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";
import { pinnedImage } from "./fields";
import { hostPrefix, resources } from "./litemaasFields";

const oidcSchema = z.strictObject({
    issuer: z
        .string()
        .regex(
            /^https:\/\/[^\s@]+[^\s@/]$/,
            "expected an https address without credentials and without a slash at its end, such as https://id.example.com/realms/maas",
        )
        .describe("Issuer, as its discovery document names it."),
    clientId: z.string().min(1).describe("Id of the client."),
    secret: dnsLabel.describe("Secret in the namespace whose key client-secret holds the client's secret."),
    groupsClaim: z.string().min(1).default("groups").describe("Claim with the groups of a user. Default groups."),
    scopes: z.array(z.string().min(1)).min(1).optional().describe("Scopes. Default: openid, profile and email."),
});

const svg = z
    .string()
    .regex(/^\s*<(\?xml[^>]*\?>\s*<)?svg[\s>]/, "expected the text of an SVG picture, such as <svg …></svg>")
    .max(200_000);

export const portalSchema = z
    .strictObject({
        backendImage: pinnedImage
            .default("quay.io/rh-aiservices-bu/litemaas-backend:0.4.0")
            .describe(
                "Image of the backend, better by digest; the program knows the tag alone. Default quay.io/rh-aiservices-bu/litemaas-backend:0.4.0.",
            ),
        frontendImage: pinnedImage
            .default("quay.io/rh-aiservices-bu/litemaas-frontend:0.4.0")
            .describe(
                "Image of the frontend, better by digest; the program knows the tag alone. Default quay.io/rh-aiservices-bu/litemaas-frontend:0.4.0.",
            ),
        replicas: z
            .number()
            .int()
            .min(1)
            .max(20)
            .default(3)
            .describe("Number of frontends. The backend has one replica: it keeps the state of logins in memory. Default 3."),
        host: hostPrefix
            .default("litellm-frontend")
            .describe("First label of the host of the portal, below the apps domain. Default litellm-frontend."),
        adminHost: hostPrefix
            .default("litellm-admin")
            .describe("First label of the host of the portal's API. Default litellm-admin."),
        login: z
            .enum(["oauthClient", "serviceAccount", "oidc"])
            .default("oauthClient")
            .describe(
                "How users log in. oauthClient: with an OAuthClient of OpenShift. serviceAccount: with a ServiceAccount as client, which needs no object of the whole cluster. oidc: with another provider. Default oauthClient.",
            ),
        oidc: oidcSchema.optional().describe("The provider, for login oidc. Default: none."),
        admins: z
            .array(z.string().min(1))
            .default([])
            .describe(
                "Names of users who become administrators at their first login. Members of the Group litemaas-admins are administrators as well. Default: none.",
            ),
        restrictedModels: z
            .array(z.string().min(1))
            .default([])
            .describe("Models to which a subscription needs an administrator's approval. Default: none."),
        allowedAddresses: z
            .array(z.string().regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, "expected an address or a network such as 10.0.0.0/8"))
            .default([])
            .describe("Addresses from which the portal and its API may be reached. Default: all."),
        unauthenticatedRoutes: z
            .enum(["close", "open"])
            .default("close")
            .describe(
                "Release 0.4.0 treats requests without a token as an administrator when they look like a browser's. close: the Routes take away what it goes by, and a NetworkPolicy admits nobody past them. open: only where a later release is known to be without this. Default close.",
            ),
        defaults: z
            .strictObject({
                budget: z.number().positive().max(1_000_000).default(100).describe("Budget in USD. Default 100."),
                tokensPerMinute: z.number().int().min(1).default(100_000).describe("Tokens per minute. Default 100000."),
                requestsPerMinute: z.number().int().min(1).default(120).describe("Requests per minute. Default 120."),
            })
            .prefault({})
            .describe("What a new user gets."),
        team: z
            .strictObject({
                budget: z.number().positive().default(10_000).describe("Budget in USD a month. Default 10000."),
                tokensPerMinute: z
                    .number()
                    .int()
                    .min(1)
                    .default(1_000_000)
                    .describe("Tokens per minute of all its keys. Default 1000000."),
                requestsPerMinute: z
                    .number()
                    .int()
                    .min(1)
                    .default(10_000)
                    .describe("Requests per minute of all its keys. Default 10000."),
            })
            .prefault({})
            .describe(
                "Limits of the portal's default team, which all of its keys share. Release 0.4.0 makes it with 50000 tokens and 1000 requests per minute, which is less than what one user may use.",
            ),
        branding: z
            .strictObject({
                title: z.string().min(1).max(200).optional().describe("Title of the page of logins. Default: the portal's."),
                subtitle: z.string().min(1).max(500).optional().describe("Line below the title. Default: the portal's."),
                logo: svg.optional().describe("Logo as SVG. Default: the portal's."),
                darkLogo: svg.optional().describe("Logo on dark ground as SVG. Default: `logo`."),
                favicon: svg.optional().describe("Icon of the page as SVG. Default: the portal's."),
            })
            .prefault({})
            .describe("Name and pictures of the portal."),
        backend: z
            .strictObject({ resources: resources({ cpu: "500m", memory: "256Mi" }, { cpu: "1", memory: "512Mi" }) })
            .prefault({})
            .describe("The backend."),
        frontend: z
            .strictObject({ resources: resources({ cpu: "200m", memory: "256Mi" }, { cpu: "500m", memory: "512Mi" }) })
            .prefault({})
            .describe("The frontends."),
    })
    .superRefine(({ login, oidc }, context) => {
        if ((login === "oidc") !== (oidc !== undefined)) {
            context.addIssue({
                code: "custom",
                path: ["oidc"],
                message:
                    login === "oidc"
                        ? "is missing; expected the provider of login oidc"
                        : `applies only to login oidc, got login ${login}`,
            });
        }
    })
    .prefault({})
    .describe("The portal: its frontend and its backend.");

export type PortalSettings = z.output<typeof portalSchema>;
