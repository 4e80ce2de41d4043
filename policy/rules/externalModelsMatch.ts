import { stackRule } from "../rule";
import { described, type Stack, type Subject } from "../subject";

const LABELS = ["inference.networking.k8s.io/bbr-managed", "inference.llm-d.ai/ipp-managed"];
const KEY = "api-key";

/** The objects of an external model refer to each other by name. */
export const externalModelsMatch = stackRule(
    {
        name: "external-models-match",
        title: "An ExternalModel has the name of its MaaSModelRef, and a key that the gateway can read",
        why: "The gateway finds the model by the name of its reference, and the provider's key by a label and the key api-key of the Secret. With another name or without the label, every call fails with `credentials not found`; each object alone is valid and Ready.",
        remedy: `Give both objects one name and namespace, and the Secret the label ${LABELS[0]!}: "true" and the key ${KEY}.`,
        severity: "high",
        source: "docs/sources/maas.md#external-models",
    },
    (stack, report) => {
        const models = stack.of("ExternalModel");
        for (const ref of stack.of("MaaSModelRef")) {
            const { name, namespace } = metadata(ref);
            const target = ref.value["spec"]?.modelRef as { kind?: string; name?: string } | undefined;
            if (target?.kind !== "ExternalModel" || target.name === undefined || name === undefined) {
                continue;
            }
            if (target.name !== name) {
                report(
                    ref,
                    `spec.modelRef.name: ${target.name} differs from the name of the MaaSModelRef, so the gateway does not find the model; set ${name}`,
                );
            }
            // A name or namespace that is not known yet may match.
            const there = models.some((model) => {
                const of = metadata(model);
                return (of.name ?? target.name) === target.name && (of.namespace ?? namespace) === namespace;
            });
            if (!there && namespace !== undefined) {
                report(
                    ref,
                    `spec.modelRef.name: there is no ExternalModel ${namespace}/${target.name}, so every call fails; create it or correct the name`,
                );
            }
        }
        for (const model of models) {
            keyOf(stack, model, report);
        }
    },
);

function metadata(subject: Subject): { name?: string; namespace?: string } {
    return (subject.value["metadata"] ?? {}) as { name?: string; namespace?: string };
}

/** Judges the Secret only if the stack writes it: something else may create it. */
function keyOf(stack: Stack, model: Subject, report: (subject: Subject, message: string) => void): void {
    const name = model.value["spec"]?.credentialRef?.name as string | undefined;
    const { namespace } = metadata(model);
    if (name === undefined || namespace === undefined) {
        return;
    }
    for (const secret of stack.of("Secret").filter((s) => metadata(s).name === name && metadata(s).namespace === namespace)) {
        const labels = (secret.value["metadata"]?.labels ?? {}) as Record<string, string>;
        const uncertain = LABELS.some((label) => secret.unknownAt(["metadata", "labels", label]));
        if (!uncertain && !LABELS.some((label) => labels[label] === "true")) {
            report(
                secret,
                `metadata.labels["${LABELS[0]!}"]: must be "true"; otherwise the gateway does not read ${described(secret)}`,
            );
        }
        const written = secret.type.endsWith("Patch") ? undefined : keysOf(secret);
        if (written !== undefined && !written.includes(KEY)) {
            report(
                secret,
                `data: there is no key ${KEY}, so the gateway has no credentials for the provider; it has ${written.join(", ") || "none"}`,
            );
        }
    }
}

/** The keys of a Secret; undefined if they are not known yet. */
function keysOf(secret: Subject): string[] | undefined {
    if (secret.unknownAt(["data"]) || secret.unknownAt(["stringData"])) {
        return undefined;
    }
    return ["data", "stringData"].flatMap((part) => Object.keys((secret.value[part] ?? {}) as object));
}
