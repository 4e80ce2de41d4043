import { stackRule } from "../rule";
import { type Identity, identityOf } from "../subject";

/** A model that no gateway serves, or that a gateway serves to everybody. */
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
        // From 3.5 on, further tenants have gateways of their own.
        const tenants = stack.of("AITenant");
        const anyDoor = tenants.some((tenant) => tenant.unknownAt(["spec", "gateway", "name"]));
        const own = tenants.flatMap((tenant) => (tenant.value["spec"]?.gateway?.name as string | undefined) ?? []);
        const doors = new Set(["maas-default-gateway", ...own]);
        const published = new Set(
            stack.of("MaaSModelRef").map((ref) => `${identityOf(ref).namespace}/${ref.value["spec"]?.modelRef?.name}`),
        );
        const names = (all: readonly Identity[]): string => all.map(pathOf).join(", ") || "none";
        for (const model of stack.of("LLMInferenceService")) {
            const annotations = model.value["metadata"]?.annotations as Record<string, string> | undefined;
            const refs = (model.value["spec"]?.router?.gateway?.refs ?? []) as (
                { name?: string; namespace?: string } | undefined
            )[];
            refs.forEach((ref, i) => {
                // A stack without any gateway uses those of another.
                if (ref?.name !== undefined && ref.namespace !== undefined && gateways.length > 0 && !mayBe(gateways, ref)) {
                    report(
                        model,
                        `spec.router.gateway.refs[${i}]: there is no Gateway ${pathOf(ref)}; expected one of ${names(gateways)}`,
                    );
                }
            });
            if (!identityOf(model).certain || !published.has(pathOf(identityOf(model)))) {
                continue;
            }
            const path = ["spec", "router", "gateway", "refs"];
            const mayHang = (ref: { name?: string } | undefined, i: number): boolean =>
                doors.has(ref?.name ?? "") || model.unknownAt([...path, i, "name"]);
            if (!anyDoor && !model.unknownAt(path) && !refs.some(mayHang)) {
                report(
                    model,
                    `spec.router.gateway.refs: a published model must hang on ${[...doors].join(" or ")}, where its limits are`,
                );
            }
            const auth = annotations?.["security.opendatahub.io/enable-auth"];
            if (!model.unknownAt(["metadata", "annotations", "security.opendatahub.io/enable-auth"]) && auth !== "true") {
                report(model, `metadata.annotations["security.opendatahub.io/enable-auth"]: ${auth ?? "none"}, expected "true"`);
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
                    `spec.modelRef.name: there is no LLMInferenceService ${pathOf(wanted)}; expected one of ${names(served)}`,
                );
            }
        }
    },
);

type Named = { readonly name?: string | undefined; readonly namespace?: string | undefined };

function pathOf({ name, namespace }: Named): string {
    return `${namespace ?? "?"}/${name ?? "?"}`;
}

/** Whether one of the objects is the wanted one, or may be: a name that is not known yet may be any. */
function mayBe(all: readonly Identity[], wanted: Named): boolean {
    return all.some((own) => own.mayBe(wanted.name, wanted.namespace));
}
