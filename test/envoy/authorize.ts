/**
 * Authorization, as Authorino answers for the AuthPolicies of a stack. Source: opendatahub-io/models-as-a-service@release-3.4:
 * maas-controller/pkg/controller/maas/maasauthpolicy_controller.go (what the policies say), maas-api/internal/handlers (what the MaaS API
 * answers them), and docs/sources/maas.md#keys.
 */
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import type { MaasApiDouble } from "../components/workspaces/maasApi";
import { cel, requestOf } from "./cel";
import { attached, type Objects, ruleAt, rulesOf } from "./objects";

/** What authorization says: 200 with who calls, or a refusal. */
export interface Decision {
    readonly status: number;
    readonly identity?: Readonly<Record<string, unknown>>;
}

interface Condition {
    readonly selector: string;
    readonly operator: string;
    readonly value: string;
}

interface Rules {
    readonly authentication?: Readonly<Record<string, { readonly when?: readonly Condition[]; readonly plain?: object }>>;
    readonly authorization?: Readonly<Record<string, { readonly opa?: { readonly rego: string } }>>;
    readonly response?: {
        readonly success?: {
            readonly filters?: {
                readonly identity?: { readonly json?: { readonly properties?: Readonly<Record<string, Property>> } };
            };
        };
    };
}

interface Property {
    readonly expression?: string;
    readonly selector?: string;
}

/** @param credential the header Authorization */
export function authorize(objects: Objects, maas: MaasApiDouble, target: string, method: string, credential: string): Decision {
    const request = requestOf(method, target);
    const rule = ruleAt(rulesOf(objects), request.url_path);
    if (rule === undefined) {
        return { status: 200 }; // No route: Envoy itself answers 404.
    }
    const policy = objects.auth.find((one) => attached(one, rule.route));
    if (policy === undefined) {
        // Of the policies of the gateway, one that has nothing but a denial.
        return { status: objects.auth.some((one) => one.spec.targetRef.kind === "Gateway") ? 403 : 200 };
    }
    const rules = policy.spec.rules as Rules;
    const holds = ({ selector, operator, value }: Condition): boolean => {
        const seen = selector === "request.headers.authorization" ? credential : request.url_path;
        return operator === "matches" ? new RegExp(value).test(seen) : operator === "neq" ? seen !== value : seen === value;
    };
    const method_ = Object.values(rules.authentication ?? {}).find(({ when = [] }) => when.every(holds));
    const bearer = credential.replace(/^Bearer /, "");
    if (method_ === undefined || bearer === "") {
        return { status: 401 };
    }
    if (method_.plain === undefined) {
        // A TokenReview, or the MaaS API itself where a key calls it.
        const known = maas.callers.has(bearer) || maas.keys.some(({ key, status }) => key === bearer && status === "active");
        return { status: known ? 200 : bearer.startsWith("sk-oai-") ? 403 : 401 };
    }
    const key = maas.keys.find((one) => one.key === bearer && one.status === "active");
    if (key === undefined) {
        return { status: 403 }; // auth-valid
    }
    const groups = groupsOf(objects, key.username);
    const model = modelOf(policy);
    const info = selected(objects, key.subscription, model);
    const rego = rules.authorization?.["require-group-membership"]?.opa?.rego ?? "";
    const allowed =
        listIn(rego, "allowed_users").includes(key.username) ||
        groups.some((one) => listIn(rego, "allowed_groups").includes(one));
    if (!allowed || ("error" in info && rules.authorization?.["subscription-valid"] !== undefined)) {
        return { status: 403 };
    }
    const input = {
        request,
        auth: {
            metadata: {
                apiKeyValidation: {
                    valid: true,
                    username: key.username,
                    userId: key.username,
                    keyId: key.id,
                    groups,
                    subscription: key.subscription,
                },
                subscription_info: info,
            },
        },
    };
    const properties = rules.response?.success?.filters?.identity?.json?.properties ?? {};
    return {
        status: 200,
        identity: Object.fromEntries(
            Object.entries(properties).map(([name, { expression, selector }]) => [
                name,
                cel(expression ?? selector ?? '""', input) ?? "",
            ]),
        ),
    };
}

/** The Groups of a user, as the MaaS API stores them with a key. */
export function groupsOf({ groups }: Objects, user: string): string[] {
    return groups
        .filter((group) => ((group["users"] as string[] | undefined) ?? []).includes(user))
        .map(({ metadata }) => metadata.name);
}

/** `namespace/name` of the model of an AuthPolicy. */
function modelOf({ metadata, spec }: KubeObject): string {
    const model = metadata.labels?.["maas.opendatahub.io/model"];
    return `${metadata.namespace}/${model ?? String(spec.targetRef.name)}`;
}

/** What the MaaS API selects of the subscriptions, for the model. */
function selected(
    { subscriptions }: Objects,
    name: string,
    model: string,
): { name: string; namespace: string } | { error: string; message: string } {
    const found = subscriptions.find((one) => one.metadata.name === name);
    const refs = (found?.spec.modelRefs ?? []) as { name: string; namespace: string }[];
    return found !== undefined && refs.some((ref) => `${ref.namespace}/${ref.name}` === model)
        ? { name, namespace: found.metadata.namespace! }
        : { error: "subscription_not_found", message: "no subscription of the key has the model" };
}

/** `name := ["a","b"]` in a policy. */
function listIn(rego: string, name: string): string[] {
    const text = new RegExp(`${name} := (\\[.*\\])`).exec(rego)?.[1];
    return text === undefined ? [] : (JSON.parse(text) as string[]);
}
