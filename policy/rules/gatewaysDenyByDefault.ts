import { recordOf, releaseOfVersion } from "../../catalogue/releases";
import { closingPolicy, tenantGatewayPolicy } from "../../catalogue/tenancy";
import { maasGatewayNames, optOut, optOutPlaces } from "../gateways";
import { releaseOf } from "../release";
import { stackRule } from "../rule";
import { described, identityOf, type Subject, type Unchecked } from "../subject";

/** The gateway that the release's controllers close by themselves, if they close any. */
const PRODUCT_GATEWAY = "maas-default-gateway";

/** A model is closed until somebody opens it. */
export const gatewaysDenyByDefault = stackRule(
    {
        name: "gateways-deny-by-default",
        title: "Every gateway of models denies requests that no policy of a route admits, before the first route exists",
        why: "A model without an authorization policy of its own answers everybody without a key: before its tiers are there, after them, or in no tier. One such route also puts the request limits of the whole gateway out of force. Release 3.4 makes no such policy for the gateway that opts out of OpenShift AI's, and 3.5 makes that of a further tenant with its first MaaSAuthPolicy and deletes it with the last.",
        remedy: "Create an AuthPolicy with defaults that deny for the Gateway, and let models depend on it.",
        severity: "critical",
        source: "docs/sources/gateways.md#default-deny, #opt-out",
    },
    (stack, report) => {
        const release = releaseOfVersion(releaseOf(stack) ?? "");
        if (release === undefined) {
            return;
        }
        const { gateway: known } = recordOf(release);
        const models = stack.of("LLMInferenceService");
        const names = maasGatewayNames(stack);
        const places = optOutPlaces(stack);
        for (const gateway of stack.of("Gateway").filter((one) => !one.unknownAt(["metadata", "name"]))) {
            const { name, namespace } = identityOf(gateway);
            const ofMaas = name !== undefined && names.has(name);
            const behind = [...models, ...stack.of("HTTPRoute")].filter((route) => leadsTo(route, gateway));
            const ofModels = ofMaas || behind.some((route) => route.kind === "LLMInferenceService");
            // Whether OpenShift AI's own policy is kept away, or those of Models-as-a-Service are there.
            const optsOut = optOut(gateway, places)?.optsOut === true;
            const ofTenant = ofMaas && name !== PRODUCT_GATEWAY;
            if (!ofModels || !optsOut || (name === PRODUCT_GATEWAY && known.closedBy !== null)) {
                continue;
            }
            const closing = stack
                .of("AuthPolicy")
                .filter((policy) => closes(policy, gateway) && (!ofTenant || !ofController(policy, name)));
            if (closing.length === 0) {
                report(
                    gateway,
                    ofTenant
                        ? `there is no AuthPolicy that denies by default on ${described(gateway)}, such as ${closingPolicy(name)}: before the tenant's first MaaSAuthPolicy and after its last, a model answers without a key. maas-controller deletes ${tenantGatewayPolicy(name)} with the last`
                        : `there is no AuthPolicy that denies by default on ${described(gateway)}: a model without a policy of its own answers without a key`,
                );
            } else if (identityOf(gateway).certain && closing.every(certain)) {
                for (const route of behind.filter((one) => !closing.some((policy) => stack.waitsFor(one, policy)))) {
                    report(
                        route,
                        `${described(route)} does not wait for ${described(closing[0]!)} on Gateway ${namespace}/${name}: until then it answers without a key`,
                    );
                }
            }
        }
    },
);

/** Whether a policy has the name of the one that maas-controller writes and deletes. */
function ofController(policy: Subject, gateway: string): boolean {
    return !policy.unknownAt(["metadata", "name"]) && identityOf(policy).name === tenantGatewayPolicy(gateway);
}

/** Whether a model or a route names a gateway. */
function leadsTo(route: Subject, gateway: Subject): boolean {
    const { name, namespace } = identityOf(gateway);
    const spec: Unchecked = route.value["spec"];
    const refs = ((route.kind === "HTTPRoute" ? spec?.parentRefs : spec?.router?.gateway?.refs) ?? []) as (
        { name?: string; namespace?: string } | undefined
    )[];
    return refs.some((ref) => ref?.name === name && (ref?.namespace ?? identityOf(route).namespace) === namespace);
}

/** Whether a policy is for the gateway, or may be, and admits nobody by itself. */
function closes(policy: Subject, gateway: Subject): boolean {
    const { name, namespace } = identityOf(gateway);
    const target = policy.value["spec"]?.targetRef as { kind?: string; name?: string } | undefined;
    const spec = (policy.value["spec"] ?? {}) as Unchecked;
    const rules = spec.rules ?? spec.defaults?.rules ?? spec.overrides?.rules;
    const everybody = Object.values((rules?.authentication ?? {}) as Record<string, Unchecked>).some(
        (method) => method?.anonymous !== undefined,
    );
    const any = (path: readonly string[], value: unknown, wanted: unknown): boolean =>
        value === wanted || policy.unknownAt(["spec", "targetRef", ...path]);
    return (
        (gateway.unknownAt(["metadata", "namespace"]) || identityOf(policy).mayBe(identityOf(policy).name, namespace)) &&
        any(["kind"], target?.kind, "Gateway") &&
        any(["name"], target?.name, name) &&
        !everybody
    );
}

/** Whether it is known which gateway a policy is for. */
function certain(policy: Subject): boolean {
    return !policy.unknownAt(["metadata", "namespace"]) && !policy.unknownIn(["spec", "targetRef"]);
}
