import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import { conditionOf, type KindPath, type Kube, type KubeObject } from "../kube";
import { healStatuses } from "./staleStatuses";

/** Time for all policies to be in force, in ms. */
const WITHIN = 10 * 60_000;

const MAAS = "maas.opendatahub.io/v1alpha1";
const KUADRANT = { authPolicies: "kuadrant.io/v1", tokenLimits: "kuadrant.io/v1alpha1" } as const;

/** A tier, as the gate sees it. All fields are plain: it asks the cluster for them by name. */
export interface GovernedTier {
    readonly name: string;
    readonly subscription: string;
    readonly authPolicy: string;
    /** Namespace of its subscription and its authorization policy. */
    readonly namespace: string;
    readonly models: readonly string[];
    /** The grants of the tier: when it changes, the gate looks again. */
    readonly grants: string;
    /** The AuthPolicy of the gateway that all its models are behind. Absent: each model has one of its own. */
    readonly gatewayPolicy?: { readonly name: string; readonly namespace: string } | undefined;
}

/** The objects of one tier: their kinds, in the plural and as messages name them. */
const OBJECTS = [
    ["maasauthpolicies", "MaaSAuthPolicy", "authPolicy"],
    ["maassubscriptions", "MaaSSubscription", "subscription"],
] as const;

/**
 * A gate that passes when all tiers are in force: the controller has seen each subscription and authorization policy as it is now, and
 * for each model the policies that it made of them are accepted and enforced. Their own phase is not waited for: it may stay Degraded
 * for good while all of this holds. Such a phase is healed, which callers do not notice.
 *
 * Source: docs/sources/maas.md#authorization-policies.
 */
export function tiersEnforced(
    tiers: readonly GovernedTier[],
    modelsNamespace: string,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return gate(
        "tiers-enforced",
        {
            kind: "tiers-enforced",
            until: "the tiers are enforced",
            record: Object.fromEntries(tiers.map(({ name, grants }) => [name, grants])),
            check: async (kube) => {
                await waitUntilEnforced(kube, tiers, modelsNamespace);
                await healStatuses(
                    kube,
                    tiers.flatMap((tier) =>
                        OBJECTS.map(([plural, kind, named]) => ({
                            at: { apiVersion: MAAS, plural, namespace: tier.namespace },
                            kind,
                            name: tier[named],
                            models: tier.models.map((model) => ({ namespace: modelsNamespace, name: model })),
                        })),
                    ),
                );
            },
        },
        opts,
    );
}

type Reader = Pick<Kube, "now" | "until" | "untilAll">;

/** @throws Error that says what is not in force, in the words of its controller */
export async function waitUntilEnforced(kube: Reader, tiers: readonly GovernedTier[], modelsNamespace: string): Promise<void> {
    const deadline = (await kube.now()) + WITHIN;
    for (const { namespace, ...tier } of tiers) {
        for (const [plural, kind, named] of OBJECTS) {
            const name = tier[named];
            await wait(deadline, `${kind} ${namespace}/${name}`, (judge) =>
                kube.until({ apiVersion: MAAS, plural, namespace }, name, (object) => judge(object, lookedAt(object)), deadline),
            );
        }
    }
    for (const model of [...new Set(tiers.flatMap(({ models }) => models))]) {
        const gatewayPolicy = tiers.find(({ models }) => models.includes(model))!.gatewayPolicy;
        if (gatewayPolicy !== undefined) {
            const { name, namespace } = gatewayPolicy;
            await wait(deadline, `AuthPolicy ${namespace}/${name}`, (judge) =>
                kube.until(
                    { apiVersion: KUADRANT.authPolicies, plural: "authpolicies", namespace },
                    name,
                    (object) => judge(object, enforced(object)),
                    deadline,
                ),
            );
        }
        const generated: readonly (readonly [kind: string, at: KindPath])[] = [
            ...(gatewayPolicy === undefined
                ? ([["AuthPolicy", { apiVersion: KUADRANT.authPolicies, plural: "authpolicies" }]] as const)
                : []),
            ["TokenRateLimitPolicy", { apiVersion: KUADRANT.tokenLimits, plural: "tokenratelimitpolicies" }],
        ];
        for (const [kind, at] of generated) {
            await wait(deadline, `${kind} of model ${modelsNamespace}/${model}`, (judge) =>
                kube.untilAll(
                    { ...at, namespace: modelsNamespace },
                    `maas.opendatahub.io/model=${model},app.kubernetes.io/managed-by=maas-controller`,
                    ([object]) => judge(object, enforced(object)),
                    deadline,
                ),
            );
        }
    }
}

/** Waits until nothing is wrong any more. @throws Error with what was wrong last */
async function wait(
    deadline: number,
    what: string,
    until: (judge: (object: KubeObject | undefined, wrong: string | undefined) => true | undefined) => Promise<true | undefined>,
): Promise<void> {
    let said = "it does not exist";
    const done = await until((object, wrong) => {
        said = object === undefined ? "it does not exist" : (wrong ?? "");
        return object !== undefined && wrong === undefined ? true : undefined;
    });
    if (done === undefined) {
        throw new Error(`${what} is not enforced after ${WITHIN / 60_000} minutes: ${said}`);
    }
}

const generationOf = (object: KubeObject | undefined): unknown =>
    (object?.metadata as { generation?: number } | undefined)?.generation;

/** The problem of a subscription or an authorization policy: the controller has not seen it, or lets nobody use it. */
function lookedAt(object: KubeObject | undefined): string | undefined {
    const ready = conditionOf(object, "Ready");
    const phase = object?.status?.["phase"];
    if (ready === undefined || ready.observedGeneration !== generationOf(object)) {
        return "its controller has not looked at it as it is now";
    }
    // The product's own policies admit a subscription in these phases.
    return phase === "Active" || phase === "Degraded" ? undefined : `${String(phase)}, ${ready.reason}: ${ready.message}`;
}

/** The problem of a generated policy. */
function enforced(object: KubeObject | undefined): string | undefined {
    if (object?.status?.["observedGeneration"] !== generationOf(object)) {
        return "Kuadrant has not looked at it as it is now";
    }
    for (const wanted of ["Accepted", "Enforced"]) {
        const condition = conditionOf(object, wanted);
        if (condition?.status !== "True") {
            return `${wanted} is ${condition === undefined ? "missing" : `${condition.status}, ${condition.reason}: ${condition.message}`}`;
        }
    }
    return undefined;
}
