import { APPLICATIONS } from "../openshift-ai";
import type { ModelRef } from "./generated";

type Model = Pick<ModelRef, "name" | "namespace">;

const KEY = "auth.metadata.apiKeyValidation";
const SUBSCRIPTION = 'auth.metadata["subscription-info"]';
/** Seconds for which Authorino may keep an answer. */
const KEPT = 60;

/** A field of an answer, if it exists. */
const given = (field: string, otherwise = '""'): { expression: string } => ({
    expression: `has(${SUBSCRIPTION}.${field}) ? ${SUBSCRIPTION}.${field} : ${otherwise}`,
});

/**
 * The facts about a caller that the generated AuthPolicy of a model gives to limits, as `auth.identity`: from the API's answers about
 * the key and about its subscription. There is no tier among it. Source: docs/sources/maas.md#generated-policies.
 */
export function identityProperties(model: Model): Record<string, { expression: string } | { selector: string }> {
    return {
        groups: { expression: `${KEY}.groups` },
        groups_str: { expression: `${KEY}.groups.join(",")` },
        userid: { selector: `${KEY}.username` },
        keyId: { selector: `${KEY}.keyId` },
        selected_subscription: given("name"),
        selected_subscription_key: {
            expression:
                `has(${SUBSCRIPTION}.namespace) && has(${SUBSCRIPTION}.name) ? ` +
                `${SUBSCRIPTION}.namespace + "/" + ${SUBSCRIPTION}.name + "@${model.namespace}/${model.name}" : ""`,
        },
        subscription_info: { expression: `has(${SUBSCRIPTION}.name) ? ${SUBSCRIPTION} : {}` },
        subscription_error: given("error"),
        subscription_error_message: given("message"),
    };
}

/**
 * The rules of the AuthPolicy that maas-controller generates for a model: who calls is known from the key, or for the list of models
 * from a token of the cluster; allowed is whose key is valid, whose subscription is in force and who is among the named. What Authorino
 * runs or looks up is put in our own words: the programs of `opa`, the keys of `cache` and the bodies of requests.
 *
 * Source: opendatahub-io/models-as-a-service@release-3.4:maas-controller/pkg/controller/maas/maasauthpolicy_controller.go.
 */
export function authPolicySpec(
    model: Model,
    named: { readonly groups: readonly string[]; readonly users: readonly string[] },
): object {
    const of = `${model.namespace}/${model.name}`;
    const asks = (metrics: boolean, priority: number) => ({ metrics, priority });
    const cache = (key: string): object => ({ cache: { key: { selector: `"${key} of ${of}"` }, ttl: KEPT } });
    const isKey = { selector: "request.headers.authorization", operator: "matches", value: "^Bearer sk-oai-.*" };
    const api = (path: string): object => ({
        url: `https://maas-api.${APPLICATIONS}.svc.cluster.local:8443/internal/v1/${path}`,
        contentType: "application/json",
        method: "POST",
    });
    const decided = (rego: string): object => ({ opa: { allValues: false, rego }, ...asks(false, 0) });
    return {
        authentication: {
            "api-keys": { plain: { selector: "request.headers.authorization" }, when: [isKey], ...asks(false, 0) },
            "kubernetes-tokens": {
                kubernetesTokenReview: { audiences: ["https://kubernetes.default.svc"] },
                when: [
                    { selector: "request.url_path", operator: "matches", value: ".*/v1/models$" },
                    { selector: "request.headers.authorization", operator: "neq", value: "" },
                ],
                ...asks(false, 1),
            },
        },
        metadata: {
            apiKeyValidation: {
                when: [isKey],
                http: { ...api("api-keys/validate"), body: { expression: '{"key": "the key"}' } },
                ...cache("key"),
                ...asks(false, 0),
            },
            "subscription-info": {
                http: { ...api("subscriptions/select"), body: { expression: `{"requestedModel": "${of}"}` } },
                ...cache("user, groups and subscription"),
                ...asks(false, 1),
            },
        },
        authorization: {
            "auth-valid": { ...decided("allow { the key is valid, or the token is }"), ...cache("key or user") },
            "subscription-valid": { ...decided("allow { the subscription is in force }"), ...cache("user and subscription") },
            "require-group-membership": {
                ...decided(`allowed_groups := ${JSON.stringify(named.groups)}\nallowed_users := ${JSON.stringify(named.users)}`),
                ...cache("user and groups"),
            },
        },
        response: {
            success: {
                filters: { identity: { json: { properties: identityProperties(model) }, ...asks(true, 0) } },
                headers: {
                    Authorization: { key: "authorization", plain: { value: "" }, ...asks(false, 0) },
                    "X-MaaS-Subscription": {
                        plain: { expression: `(has(auth.metadata) && has(${KEY})) ? ${KEY}.subscription : ""` },
                        ...asks(false, 0),
                    },
                },
            },
            unauthenticated: { code: 401, message: { value: "Authentication required" } },
            unauthorized: {
                code: 403,
                body: given("message", '"Access denied"'),
                headers: { "content-type": { value: "text/plain" }, "x-ext-auth-reason": given("error", '"unauthorized"') },
            },
        },
    };
}
