import { stackRule } from "../rule";

/** A model that no gateway serves, or that a gateway serves to everybody. */
export const modelsAreReachable = stackRule(
    {
        name: "models-are-reachable",
        title: "Published models hang on a gateway of the stack, and ask who calls",
        why: "A reference to a gateway that does not exist leaves the model without a route; a model without enable-auth answers every pod of the cluster.",
        remedy: 'Name a Gateway of the stack under spec.router.gateway.refs, and set the annotation security.opendatahub.io/enable-auth to "true".',
        severity: "high",
        source: "facts/maas.md 29, facts/platform.md 9.3",
    },
    (stack, report) => {
        const gateways = stack.of("Gateway").map((g) => `${g.value["metadata"]?.namespace}/${g.value["metadata"]?.name}`);
        const published = new Set(
            stack.of("MaaSModelRef").map((ref) => `${ref.value["metadata"]?.namespace}/${ref.value["spec"]?.modelRef?.name}`),
        );
        for (const model of stack.of("LLMInferenceService")) {
            const { name, namespace, annotations } = (model.value["metadata"] ?? {}) as {
                name?: string;
                namespace?: string;
                annotations?: Record<string, string>;
            };
            const refs = (model.value["spec"]?.router?.gateway?.refs ?? []) as { name?: string; namespace?: string }[];
            refs.forEach((ref, i) => {
                const gateway = `${ref.namespace}/${ref.name}`;
                if (ref.name !== undefined && ref.namespace !== undefined && !gateways.includes(gateway)) {
                    report(
                        model,
                        `spec.router.gateway.refs[${i}]: there is no Gateway ${gateway}; expected one of ${gateways.join(", ") || "none"}`,
                    );
                }
            });
            if (!published.has(`${namespace}/${name}`)) {
                continue;
            }
            if (
                !model.unknownAt(["spec", "router", "gateway", "refs"]) &&
                !refs.some((ref) => ref.name === "maas-default-gateway")
            ) {
                report(
                    model,
                    "spec.router.gateway.refs: a published model must hang on maas-default-gateway, where its limits are",
                );
            }
            const auth = annotations?.["security.opendatahub.io/enable-auth"];
            if (!model.unknownAt(["metadata", "annotations", "security.opendatahub.io/enable-auth"]) && auth !== "true") {
                report(model, `metadata.annotations["security.opendatahub.io/enable-auth"]: ${auth ?? "none"}, expected "true"`);
            }
        }
        for (const ref of stack.of("MaaSModelRef").filter((r) => r.value["spec"]?.modelRef?.kind === "LLMInferenceService")) {
            const target = `${ref.value["metadata"]?.namespace}/${ref.value["spec"]?.modelRef?.name}`;
            const served = stack
                .of("LLMInferenceService")
                .map((m) => `${m.value["metadata"]?.namespace}/${m.value["metadata"]?.name}`);
            if (!ref.unknownAt(["spec", "modelRef"]) && !served.includes(target)) {
                report(
                    ref,
                    `spec.modelRef.name: there is no LLMInferenceService ${target}; expected one of ${served.join(", ") || "none"}`,
                );
            }
        }
    },
);
