import { registeredKinds, registeredPatches } from "../../kinds";
import { GATE_LABEL, OPERATOR_INSTALLED } from "../../catalogue/records";
import { stackRule } from "../rule";
import type { Subject } from "../subject";

interface Config {
    /** OLM packages that are already installed on the cluster and need no gate. */
    readonly provided: readonly string[];
}

/** The operator that serves a kind runs before its custom resources are sent. */
export const operatorBeforeKind = stackRule<Config>(
    {
        name: "operator-before-kind",
        title: "Operators run before their custom resources are sent",
        why: "A custom resource that is sent while its operator is still being installed is refused, or is accepted and never reconciled. It must depend, directly or not, on the operator's gate.",
        remedy: "Add the operator component, or a resource that depends on it, to dependsOn of the resource or of its component.",
        severity: "high",
        source: "docs/sources/operators.md#installed-is-not-running",
        levels: { sandbox: "mandatory", development: "mandatory", production: "mandatory" },
        config: {
            provided: {
                type: "array",
                items: { type: "string" },
                default: [],
                description: "OLM packages that are already installed on the cluster and need no gate.",
            },
        },
    },
    (stack, report, { provided }) => {
        // By operator. Resources that are not gates have the key undefined, which is never read.
        const gates = new Map<string | undefined, Subject>();
        for (const subject of stack.of("ConfigMap")) {
            gates.set(gatedOperator(subject), subject);
        }
        for (const subject of stack.all) {
            const operator = (registeredKinds().get(subject.type) ?? registeredPatches().get(subject.type))?.operator;
            if (operator === undefined || provided.includes(operator)) {
                continue;
            }
            const gate = gates.get(operator);
            if (gate === undefined || !stack.waitsFor(subject, gate)) {
                report(
                    subject,
                    `${subject.name} (${subject.type}) does not depend on the gate of operator ${operator}, so it may be sent before the operator runs; add it to dependsOn`,
                );
            }
        }
    },
);

function gatedOperator({ value }: Subject): string | undefined {
    const { metadata, data } = value as { metadata?: { labels?: Record<string, string> }; data?: { package?: string } };
    return metadata?.labels?.[GATE_LABEL] === OPERATOR_INSTALLED ? data?.package : undefined;
}
