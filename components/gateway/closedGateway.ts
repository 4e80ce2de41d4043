import type * as pulumi from "@pulumi/pulumi";

import { AuthPolicy } from "../../kinds/kuadrant.io";
import { gate } from "../gate";
import { conditionOf, type KubeObject } from "../kube";
import { remainingProblem } from "../remainingProblem";

/** A Gateway, by name and namespace. */
interface GatewayReference {
    readonly name: string;
    readonly namespace: string;
}

/** Minutes for Kuadrant to accept a policy. */
const ACCEPTED_MINUTES = 10;

/** Such a policy, and the Gateway that it closes. */
interface Closing {
    readonly gateway: GatewayReference;
    /** Name of the AuthPolicy, in the namespace of the Gateway. */
    readonly policy: string;
}

/**
 * An AuthPolicy that denies requests to routes without a policy of their own: a model that is not governed yet, or no more, or
 * whose route somebody else made. It also gives `auth` to the limits of such routes: Kuadrant refuses a whole policy of limits
 * that asks for it where no policy authenticates.
 *
 * The Gateway is to depend on it. So it exists before any route, and after the last. It is then older than a policy that a controller
 * makes for the same Gateway: the newer holds, and when the controller deletes its own, this one holds again.
 *
 * Source: docs/sources/gateways.md#default-deny.
 */
export function defaultDeny(name: string, { gateway, policy }: Closing, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return new AuthPolicy(
        name,
        {
            metadata: { name: policy, namespace: gateway.namespace },
            spec: {
                targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.name },
                defaults: {
                    rules: {
                        authentication: {},
                        authorization: {
                            "deny-unconfigured-models": {
                                // No request has this method.
                                patternMatching: {
                                    patterns: [
                                        {
                                            selector: "context.request.http.method",
                                            operator: "eq",
                                            value: "__deny_unconfigured_models__",
                                        },
                                    ],
                                },
                            },
                        },
                    },
                },
            },
        },
        opts,
    );
}

/**
 * A gate that passes when Kuadrant has accepted the policy by which a Gateway is closed to what no other policy admits. It waits for
 * no more: the policy is Overridden, or in the path of no route, as long as each route has a policy of its own.
 *
 * @param name of the record, unique in the stack
 */
export function gatewayIsClosed(name: string, { gateway, policy }: Closing, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { namespace } = gateway;
    return gate(
        name,
        {
            kind: "gateway-closed",
            until: `${gateway.name} denies what no policy admits`,
            record: { gateway: `${namespace}/${gateway.name}`, policy: `${namespace}/${policy}` },
            check: async (kube) => {
                const reference = { apiVersion: "kuadrant.io/v1", plural: "authpolicies", namespace, name: policy };
                const problem = await remainingProblem(kube, reference, ACCEPTED_MINUTES, problemOf);
                if (problem !== undefined) {
                    throw new Error(
                        `AuthPolicy ${namespace}/${policy} was not accepted within ${ACCEPTED_MINUTES} minutes (${problem}): without it models on Gateway ${gateway.name} answer without a key`,
                    );
                }
            },
        },
        opts,
    );
}

/** Why Kuadrant does not accept a policy. */
function problemOf(policy: KubeObject | undefined): string | undefined {
    const accepted = conditionOf(policy, "Accepted");
    if (accepted?.status === "True") {
        return undefined;
    }
    return policy === undefined
        ? "it does not exist"
        : accepted === undefined
          ? "it has no condition Accepted"
          : `${accepted.reason}: ${accepted.message}`;
}
