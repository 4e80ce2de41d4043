import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { K } from "../kind-names";
import type { World } from "../world";
import { ModelRef } from "./generated";
import { Governance, target } from "./governance";

export const AUTH_FINALIZER = "maas.opendatahub.io/authpolicy-cleanup";
/**
 * What the generated AuthPolicy of a model lets limits know of a caller, as `auth.identity`: from the API's answers about
 * the key and about its subscription. There is no tier among it. Source: docs/sources/maas.md#generated-policies; the
 * expressions are inferred.
 */
export function identityProperties(model: Pick<ModelRef, "name" | "namespace">): Record<string, { expression: string }> {
    const key = "auth.metadata.apiKeyValidation";
    const subscription = 'auth.metadata["subscription-info"]';
    return {
        userid: { expression: `${key}.username` },
        keyId: { expression: `${key}.keyId` },
        groups: { expression: `${key}.groups` },
        selected_subscription: { expression: `${subscription}.name` },
        selected_subscription_key: {
            expression: `${subscription}.namespace + "/" + ${subscription}.name + "@${model.namespace}/${model.name}"`,
        },
    };
}

/** Permissions: one AuthPolicy a model. Source: docs/sources/maas.md#authorization-policies, #generated-policies. */
export class MaasAuthPolicies extends Governance {
    readonly name = "maas-auth-policies";

    constructor(world: World) {
        super(world, K.MaaSAuthPolicy, K.AuthPolicy, "maas-auth-", AUTH_FINALIZER);
    }

    protected policySpec(model: ModelRef, route: string, objects: readonly KubeObject[]): Record<string, unknown> {
        const groups = [
            ...new Set(
                objects.flatMap((object) =>
                    ((object.spec?.subjects?.groups as { name: string }[] | undefined) ?? []).map(({ name }) => name),
                ),
            ),
        ];
        const users = [...new Set(objects.flatMap((object) => (object.spec?.subjects?.users as string[] | undefined) ?? []))];
        return {
            targetRef: target(route),
            rules: {
                authentication: { "api-keys": { plain: { selector: "request.headers.authorization" }, priority: 0 } },
                authorization: {
                    "require-group-membership": {
                        opa: {
                            rego: `allow { input.groups[_] == ${JSON.stringify(groups)}[_] }\nallow { input.user == ${JSON.stringify(users)}[_] }`,
                        },
                    },
                },
                response: { success: { filters: { identity: { json: { properties: identityProperties(model) } } } } },
            },
        };
    }

    protected statusOf(models: readonly { ref: ModelRef; ready: boolean; reason: string }[]): Record<string, unknown> {
        return {
            authPolicies: models.map(({ ref, ready: ok, reason }) => ({
                name: `maas-auth-${ref.name}`,
                namespace: ref.namespace,
                model: ref.name,
                modelNamespace: ref.namespace,
                ready: ok,
                reason,
                message: "",
            })),
        };
    }
}
