import { stackRule } from "../rule";
import { described, identityOf, type Subject, type Unchecked } from "../subject";

/** Each group that may call a model has limits for it, and the reverse. */
export const modelsAreGoverned = stackRule(
    {
        name: "models-are-governed",
        title: "The subscriptions and authorization policies of every published model agree",
        why: "A group with a subscription and no authorization policy receives 403; a group with a policy and no subscription gets no key for the model. Each object alone is valid.",
        remedy: "Name the same groups and models in MaaSSubscription and MaaSAuthPolicy (in the settings: let a tier name the model).",
        severity: "high",
        source: "docs/sources/maas.md#subscriptions, #authorization-policies",
    },
    (stack, report) => {
        const allowed = grants(stack.of("MaaSAuthPolicy"), (spec) => spec.subjects?.groups);
        const limited = grants(stack.of("MaaSSubscription"), (spec) => spec.owner?.groups);
        // A value that is not known yet may name any model and any group.
        const open = (kind: string, who: string): boolean =>
            stack.of(kind).some((subject) => anyModel(subject) || subject.unknownIn(["spec", who]));
        const anyAllowed = open("MaaSAuthPolicy", "subjects");
        const anyLimited = open("MaaSSubscription", "owner");
        for (const model of stack.of("MaaSModelRef").filter((ref) => identityOf(ref).certain)) {
            const { name: own, namespace } = identityOf(model);
            const name = keyOf(own, namespace);
            if (!anyAllowed && !allowed.has(name)) {
                report(
                    model,
                    `no MaaSAuthPolicy names ${described(model)}, so every call of the published model is refused; add one`,
                );
            }
            if (!anyLimited && !limited.has(name)) {
                report(
                    model,
                    `no MaaSSubscription names ${described(model)}, so nobody gets a key for the published model; add one`,
                );
            }
        }
        for (const [model, groups] of limited) {
            for (const [group, subject] of groups) {
                if (!anyAllowed && allowed.has(model) && !allowed.get(model)!.has(group)) {
                    report(
                        subject,
                        `${described(subject)} gives group ${group} tokens of ${model}, but no MaaSAuthPolicy allows the group to call it; its calls receive 403`,
                    );
                }
            }
        }
        for (const [model, groups] of allowed) {
            for (const [group, subject] of groups) {
                if (!anyLimited && limited.has(model) && !limited.get(model)!.has(group)) {
                    report(
                        subject,
                        `${described(subject)} allows group ${group} to call ${model}, but no MaaSSubscription gives the group tokens; it gets no key for the model`,
                    );
                }
            }
        }
    },
);

function keyOf(name: unknown, namespace: unknown): string {
    return `${String(namespace)}/${String(name)}`;
}

/** For each model, the groups that the objects name, each with its object. */
function grants(
    subjects: readonly Subject[],
    groupsOf: (spec: Unchecked) => ({ name?: string } | undefined)[] | undefined,
): Map<string, Map<string, Subject>> {
    const result = new Map<string, Map<string, Subject>>();
    for (const subject of subjects) {
        const spec: unknown = subject.value["spec"];
        for (const ref of ((spec as Unchecked)?.modelRefs ?? []) as ({ name?: string; namespace?: string } | undefined)[]) {
            const model = keyOf(ref?.name, ref?.namespace);
            const groups = result.get(model) ?? new Map<string, Subject>();
            (groupsOf(spec) ?? []).forEach((group) => group?.name !== undefined && groups.set(group.name, subject));
            result.set(model, groups);
        }
    }
    return result;
}

/** Whether the models that an object names are not known yet. */
function anyModel(subject: Subject): boolean {
    const refs = ["spec", "modelRefs"];
    const count = ((subject.value["spec"]?.modelRefs ?? []) as unknown[]).length;
    return (
        subject.unknownAt(refs) ||
        Array.from({ length: count }, (_, i) => i).some((i) =>
            ["name", "namespace"].some((field) => subject.unknownAt([...refs, i, field])),
        )
    );
}
