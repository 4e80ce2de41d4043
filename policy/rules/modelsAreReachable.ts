import { maasGatewayNames } from "../gateways";
import { stackRule } from "../rule";
import { type Identity, identityOf } from "../subject";

/** Published models are served by a gateway that authenticates callers. */
export const modelsAreReachable = stackRule(
    {
        name: "models-are-reachable",
        title: "Published models use a gateway of the stack and authenticate callers",
        why: "A reference to a gateway that does not exist leaves the model without a route; a model without enable-auth answers every pod of the cluster.",
        remedy: 'Name a Gateway of the stack under spec.router.gateway.refs, and set the annotation security.opendatahub.io/enable-auth to "true".',
        severity: "high",
        source: "docs/sources/llm-d.md#model-service",
    },
    (stack, report) => {
        const gateways = stack.of("Gateway").map(identityOf);
        // From 3.5 on, further tenants have their own gateways.
        const tenants = stack.of("AITenant");
        const anyGateway = tenants.some((tenant) => tenant.unknownAt(["spec", "gateway", "name"]));
        const gatewayNames = maasGatewayNames(stack);
        const published = new Set(
            stack.of("MaaSModelRef").map((ref) => `${identityOf(ref).namespace}/${ref.value["spec"]?.modelRef?.name}`),
        );
        const choice = (all: readonly Identity[]): string =>
            all.length === 0 ? "the stack has none" : `set one of ${all.map(pathOf).join(", ")}`;
        for (const model of stack.of("LLMInferenceService")) {
            const annotations = model.value["metadata"]?.annotations as Record<string, string> | undefined;
            const refs = (model.value["spec"]?.router?.gateway?.refs ?? []) as (
                { name?: string; namespace?: string } | undefined
            )[];
            refs.forEach((ref, i) => {
                // A stack without a gateway uses the gateways of another stack.
                if (ref?.name !== undefined && ref.namespace !== undefined && gateways.length > 0 && !mayBe(gateways, ref)) {
                    report(
                        model,
                        `spec.router.gateway.refs[${i}]: there is no Gateway ${pathOf(ref)}, so the model has no route; ${choice(gateways)}`,
                    );
                }
            });
            if (!identityOf(model).certain || !published.has(pathOf(identityOf(model)))) {
                continue;
            }
            const path = ["spec", "router", "gateway", "refs"];
            const mayAttach = (ref: { name?: string } | undefined, i: number): boolean =>
                gatewayNames.has(ref?.name ?? "") || model.unknownAt([...path, i, "name"]);
            if (!anyGateway && !model.unknownAt(path) && !refs.some(mayAttach)) {
                report(
                    model,
                    `spec.router.gateway.refs: the published model is not attached to ${[...gatewayNames].join(" or ")}, so its limits do not apply; add the gateway`,
                );
            }
            const auth = annotations?.["security.opendatahub.io/enable-auth"];
            if (!model.unknownAt(["metadata", "annotations", "security.opendatahub.io/enable-auth"]) && auth !== "true") {
                report(
                    model,
                    `metadata.annotations["security.opendatahub.io/enable-auth"]: ${auth ?? "not set"}; every pod of the cluster can call the model without authentication; set "true"`,
                );
            }
        }
        const served = stack.of("LLMInferenceService").map(identityOf);
        for (const ref of stack.of("MaaSModelRef")) {
            const target = ref.value["spec"]?.modelRef as { kind?: string; name?: string } | undefined;
            const wanted = { name: target?.name, namespace: identityOf(ref).namespace };
            const somewhere = ref.unknownAt(["metadata", "namespace"])
                ? served.some((model) => model.mayBe(wanted.name, model.namespace))
                : mayBe(served, wanted);
            if (target?.kind === "LLMInferenceService" && wanted.name !== undefined && !somewhere) {
                report(
                    ref,
                    `spec.modelRef.name: there is no LLMInferenceService ${pathOf(wanted)}, so the model is not published; ${choice(served)}`,
                );
            }
        }
    },
);

type Named = { readonly name?: string | undefined; readonly namespace?: string | undefined };

function pathOf({ name, namespace }: Named): string {
    return `${namespace ?? "?"}/${name ?? "?"}`;
}

/** Whether one of the objects has the wanted name and namespace, or may have them because they are not known yet. */
function mayBe(all: readonly Identity[], wanted: Named): boolean {
    return all.some((own) => own.mayBe(wanted.name, wanted.namespace));
}
