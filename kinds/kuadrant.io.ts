/** Red Hat Connectivity Link: authentication and limits at the gateway. */
import { z } from "zod";

import { since, text } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

/** The operands of Connectivity Link: Authorino and Limitador. Policies are not enforced until it is Ready. */
export const Kuadrant = defineKind({
    apiVersion: "kuadrant.io/v1beta1",
    kind: "Kuadrant",
    plural: "kuadrants",
    scope: "Namespaced",
    operator: "rhcl-operator",
    body: z.strictObject({
        spec: z.strictObject({
            observability: z
                .strictObject({
                    enable: z.boolean(),
                    // From Connectivity Link 1.4 on, which 3.5 is the first to take.
                    dataPlane: since(
                        "3.5",
                        z
                            .strictObject({
                                defaultLevels: z.array(z.strictObject({ info: z.literal("true") })).optional(),
                                httpHeaderIdentifier: z.string().min(1).optional(),
                            })
                            .optional(),
                    ),
                    /** The receiver of spans: `rpc://` for OTLP over gRPC. */
                    tracing: since(
                        "3.5",
                        z.strictObject({ defaultEndpoint: z.string().min(1), insecure: z.boolean().optional() }).optional(),
                    ),
                })
                .optional(),
            mtls: z
                .strictObject({
                    enable: z.boolean().optional(),
                    authorino: z.boolean().optional(),
                    limitador: z.boolean().optional(),
                })
                .optional(),
        }),
    }),
    ready: [condition("Ready")],
    readyWithinMinutes: 15,
    source: "docs/sources/connectivity-link.md#kuadrant",
});

/** A window of Kuadrant's limits: `2m`, `1h`, `500ms`, `1h30m`. There is no unit for days. */
export type KuadrantWindow = `${number}${"h" | "m" | "s" | "ms"}`;

const limit = z.strictObject({
    rates: z
        .array(
            z.strictObject({
                limit: z.number().int().min(0),
                window: text<KuadrantWindow>(
                    /^([0-9]{1,5}(h|m|s|ms)){1,4}$/,
                    "a window in h, m, s or ms, such as 2m or 24h (there is no unit for days)",
                ),
            }),
        )
        .min(1),
    when: z.array(z.strictObject({ predicate: z.string().min(1) })).optional(),
    counters: z.array(z.strictObject({ expression: z.string().min(1) })).optional(),
});

/** The target and limits of a policy: requests or tokens, at a Gateway or an HTTPRoute of its namespace. */
const limited = z.strictObject({
    targetRef: z.strictObject({
        group: z.literal("gateway.networking.k8s.io"),
        kind: z.enum(["Gateway", "HTTPRoute"]),
        name: z.string().min(1).max(253),
    }),
    limits: z.record(z.string(), limit).refine((limits) => Object.keys(limits).length > 0, "expected at least one limit"),
});

/** Limits of the requests that pass a Gateway or an HTTPRoute. */
export const RateLimitPolicy = defineKind({
    apiVersion: "kuadrant.io/v1",
    kind: "RateLimitPolicy",
    plural: "ratelimitpolicies",
    scope: "Namespaced",
    operator: "rhcl-operator",
    body: z.strictObject({ spec: limited }),
    ready: [condition("Accepted"), condition("Enforced")],
    source: "docs/sources/connectivity-link.md#policies",
});

/** Limits of the tokens that answers behind a Gateway or an HTTPRoute use. From 3.4 on OpenShift AI writes these itself. */
export const TokenRateLimitPolicy = defineKind({
    apiVersion: "kuadrant.io/v1alpha1",
    kind: "TokenRateLimitPolicy",
    alsoWrittenByOthers: true,
    plural: "tokenratelimitpolicies",
    scope: "Namespaced",
    operator: "rhcl-operator",
    alsoByOperators: true,
    body: z.strictObject({ spec: limited }),
    ready: [condition("Accepted"), condition("Enforced")],
    source: "docs/sources/connectivity-link.md#policies, docs/sources/maas.md#tiers-of-33",
});

/** Ways to authenticate: everybody. An empty record asks for nothing, and leaves the answer to the authorization. */
const authentication = z.record(z.string(), z.strictObject({ anonymous: z.strictObject({}) }));
/** Conditions under which a request is admitted. */
const authorization = z
    .record(
        z.string(),
        z.strictObject({
            patternMatching: z.strictObject({
                patterns: z
                    .array(z.strictObject({ selector: z.string().min(1), operator: z.enum(["eq", "neq"]), value: z.string() }))
                    .min(1),
            }),
        }),
    )
    .refine((rules) => Object.keys(rules).length > 0, "expected a rule");

/**
 * The callers who may pass a Gateway or an HTTPRoute. OpenShift AI writes those of models itself. These admit everybody (`rules`), or say what
 * holds for routes without a policy of their own (`defaults`).
 *
 * Defaults are not enforced while every route has a policy: nothing waits for that.
 */
export const AuthPolicy = defineKind({
    apiVersion: "kuadrant.io/v1",
    kind: "AuthPolicy",
    alsoWrittenByOthers: true,
    plural: "authpolicies",
    scope: "Namespaced",
    operator: "rhcl-operator",
    alsoByOperators: true,
    body: z.strictObject({
        spec: z
            .strictObject({
                targetRef: z.strictObject({
                    group: z.literal("gateway.networking.k8s.io"),
                    kind: z.enum(["Gateway", "HTTPRoute"]),
                    name: z.string().min(1).max(253),
                }),
                rules: z
                    .strictObject({
                        authentication: authentication.refine(
                            (methods) => Object.keys(methods).length > 0,
                            "expected a way to authenticate",
                        ),
                    })
                    .optional(),
                defaults: z.strictObject({ rules: z.strictObject({ authentication, authorization }) }).optional(),
            })
            .refine(
                ({ rules, defaults }) => (rules === undefined) !== (defaults === undefined),
                "expected either rules or defaults",
            ),
    }),
    ready: ({ spec }) =>
        (spec as { defaults?: unknown }).defaults === undefined ? [condition("Accepted"), condition("Enforced")] : [],
    source: "docs/sources/gateways.md#gateway-of-llm-d, #default-deny",
});

/** Labels of the metrics of usage behind a Gateway. From 3.4 on OpenShift AI writes these itself. */
export const TelemetryPolicy = defineKind({
    apiVersion: "extensions.kuadrant.io/v1alpha1",
    kind: "TelemetryPolicy",
    alsoWrittenByOthers: true,
    plural: "telemetrypolicies",
    scope: "Namespaced",
    operator: "rhcl-operator",
    alsoByOperators: true,
    body: z.strictObject({
        spec: z.strictObject({
            targetRef: z.strictObject({
                group: z.literal("gateway.networking.k8s.io"),
                kind: z.literal("Gateway"),
                name: z.string().min(1),
            }),
            metrics: z.strictObject({
                default: z.strictObject({
                    labels: z
                        .record(z.string(), z.string().min(1))
                        .refine((labels) => Object.keys(labels).length > 0, "expected at least one label"),
                }),
            }),
        }),
    }),
    ready: [condition("Accepted")],
    source: "docs/sources/maas.md#tiers-of-33",
});
