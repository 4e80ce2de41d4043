import { maasGatewayNames } from "../gateways";
import { stackRule } from "../rule";
import { described, identityOf, type Subject, type Unchecked } from "../subject";

/** A gateway that the stack pays for leads somewhere. */
export const gatewaysHaveRoutes = stackRule(
    {
        name: "gateways-have-routes",
        title: "Something is attached to every gateway of the stack",
        why: "A gateway without routes answers 404 to everybody, and costs its pods and, if it has one, its load balancer.",
        remedy: "Attach a model or an HTTPRoute to the gateway, or leave it out (in the settings: gateway.inference, whose models: all attaches the models of tiers too).",
        severity: "low",
        source: "docs/sources/gateways.md#gateway-of-llm-d",
        fields: { gateway: "inference" },
        levels: { sandbox: "advisory", development: "advisory", production: "advisory" },
    },
    (stack, report) => {
        // OpenShift AI attaches the MaaS API to these.
        const product = [...maasGatewayNames(stack)];
        if (stack.of("AITenant").some((tenant) => tenant.unknownAt(["spec", "gateway", "name"]))) {
            return;
        }
        const attached = [
            ...stack.of("LLMInferenceService").flatMap((one) => refsOf(one, ["spec", "router", "gateway", "refs"], KSERVES_OWN)),
            ...["HTTPRoute", "GRPCRoute", "TLSRoute"].flatMap((kind) =>
                stack.of(kind).flatMap((one) => refsOf(one, ["spec", "parentRefs"])),
            ),
        ];
        for (const gateway of stack.of("Gateway")) {
            const own = identityOf(gateway);
            const used =
                product.some((name) => own.mayBe(name, own.namespace)) ||
                attached.some(({ name = own.name, namespace = own.namespace }) => own.mayBe(name, namespace));
            if (!used) {
                report(
                    gateway,
                    `nothing of the stack is attached to ${described(gateway)}: it answers 404 to every request, unless somebody else attaches a route`,
                );
            }
        }
    },
);

/** A gateway that a model or a route names; what is not known is left out. */
interface Named {
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
}

/** The gateway of a model that names none. */
const KSERVES_OWN: readonly Named[] = [{ name: "openshift-ai-inference", namespace: "openshift-ingress" }];

/** The gateways that a model or a route names. @param otherwise where it names none */
function refsOf(one: Subject, path: readonly string[], otherwise: readonly Named[] = []): readonly Named[] {
    if (one.unknownAt(path)) {
        return [{}];
    }
    const refs = path.reduce<Unchecked>((value, key) => value?.[key], one.value) as readonly (Named | undefined)[] | undefined;
    const home = one.unknownAt(["metadata", "namespace"]) ? undefined : (identityOf(one).namespace ?? "");
    return (
        refs?.map((ref, i) => ({
            name: one.unknownAt([...path, i, "name"]) ? undefined : (ref?.name ?? ""),
            namespace: one.unknownAt([...path, i, "namespace"]) ? undefined : (ref?.namespace ?? home),
        })) ?? otherwise
    );
}
