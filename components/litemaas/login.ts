/** The login of users to the portal. */
import { Secret, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

import { LITEMAAS } from "../../catalogue/litemaas/names";
import { OAuthClient } from "../../kinds/oauth.openshift.io";
import { labelsOf, type Place, variable } from "./place";

/** A login of the backend. */
export interface Login {
    readonly env: readonly inputs.core.v1.EnvVar[];
    /** ServiceAccount of the backend. */
    readonly account: pulumi.Output<string>;
    /** Resources that must exist before the backend starts. */
    readonly before: readonly pulumi.Resource[];
}

/** The address to which the provider sends users back: through the frontend, whose host is that of the page that they return to. */
export const callbackOf = (host: string): string => `https://${host}/api/auth/callback`;

/**
 * A client of the cluster's OAuth server, or of another provider. Source: docs/sources/litemaas.md#login.
 *
 * @param domain apps domain, below which the OAuth server of the cluster is
 */
export function login(place: Place, domain: string): Login {
    const { name, settings, hosts } = place;
    const { namespace, portal } = settings;
    const callback = callbackOf(hosts.portal);
    const asClient = portal.login === "serviceAccount";
    const account = new ServiceAccount(
        `${name}-account`,
        {
            metadata: {
                name: LITEMAAS.backend,
                namespace,
                labels: labelsOf(LITEMAAS.backend),
                ...(asClient && { annotations: { "serviceaccounts.openshift.io/oauth-redirecturi.portal": callback } }),
            },
        },
        place.within(),
    );
    const openshift = [
        variable("AUTH_PROVIDER", "openshift"),
        variable("OAUTH_ISSUER", `https://oauth-openshift.${domain}`),
        variable("OPENSHIFT_API_URL", "https://kubernetes.default.svc"),
        variable("OAUTH_CALLBACK_URL", callback),
    ];
    const secretOf = (secret: pulumi.Input<string>, key: string): inputs.core.v1.EnvVar => ({
        name: "OAUTH_CLIENT_SECRET",
        valueFrom: { secretKeyRef: { name: secret, key } },
    });
    if (portal.oidc !== undefined) {
        const { issuer, clientId, secret, groupsClaim, scopes } = portal.oidc;
        return {
            env: [
                variable("AUTH_PROVIDER", "oidc"),
                variable("OAUTH_ISSUER", issuer),
                variable("OAUTH_CALLBACK_URL", callback),
                variable("OAUTH_CLIENT_ID", clientId),
                secretOf(secret, "client-secret"),
                variable("OIDC_GROUPS_CLAIM", groupsClaim),
                ...(scopes === undefined ? [] : [variable("OIDC_SCOPES", scopes.join(" "))]),
            ],
            account: account.metadata.name,
            before: [account],
        };
    }
    if (asClient) {
        const token = new Secret(
            `${name}-oauth-token`,
            {
                metadata: {
                    name: "litemaas-oauth-token",
                    namespace,
                    labels: labelsOf(LITEMAAS.backend),
                    annotations: { "kubernetes.io/service-account.name": account.metadata.name },
                },
                type: "kubernetes.io/service-account-token",
            },
            place.within(account),
        );
        return {
            env: [
                ...openshift,
                variable("OAUTH_CLIENT_ID", `system:serviceaccount:${namespace}:${LITEMAAS.backend}`),
                secretOf(token.metadata.name, "token"),
            ],
            account: account.metadata.name,
            before: [account, token],
        };
    }
    const id = `${namespace}-portal`;
    // Kept in the state, encrypted: the cluster-wide object has to name it. A new one ends no session.
    const secret = new RandomPassword(`${name}-oauth-secret`, { length: 32, special: false }, { parent: place.component });
    const client = new OAuthClient(
        `${name}-oauth-client`,
        {
            metadata: { name: id, labels: labelsOf(LITEMAAS.backend) },
            secret: secret.result,
            grantMethod: "auto",
            redirectURIs: [callback],
        },
        { parent: place.component },
    );
    const held = new Secret(
        `${name}-oauth-held`,
        {
            metadata: { name: "litemaas-oauth-client", namespace, labels: labelsOf(LITEMAAS.backend) },
            stringData: { "client-secret": secret.result },
        },
        place.within(),
    );
    return {
        env: [...openshift, variable("OAUTH_CLIENT_ID", id), secretOf(held.metadata.name, "client-secret")],
        account: account.metadata.name,
        before: [account, client, held],
    };
}
