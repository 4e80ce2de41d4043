import { stackRule } from "../rule";
import { identityOf, type Subject } from "../subject";

interface Expected {
    readonly kind: string;
    /** Which objects of the kind are meant. */
    readonly when?: (subject: Subject) => boolean;
    readonly names?: readonly string[];
    readonly namespaces?: readonly string[];
    readonly why: string;
}

const expected: readonly Expected[] = [
    {
        kind: "Kuadrant",
        namespaces: ["kuadrant-system"],
        why: "OpenShift AI looks for Authorino in kuadrant-system and nowhere else",
    },
    {
        kind: "MaaSSubscription",
        namespaces: ["models-as-a-service"],
        why: "the controller of Models-as-a-Service reads this namespace alone",
    },
    {
        kind: "MaaSAuthPolicy",
        namespaces: ["models-as-a-service"],
        why: "the controller of Models-as-a-Service reads this namespace alone",
    },
    {
        kind: "Gateway",
        namespaces: ["openshift-ingress"],
        when: (s) => /^(maas-default-gateway|openshift-ai-inference)$/.test(String(s.value["metadata"]?.name)),
        why: "the ingress operator's gateways live there, and the product looks for this name there",
    },
    {
        kind: "Gateway",
        names: ["maas-default-gateway"],
        when: (s) => s.value["metadata"]?.labels?.["app.kubernetes.io/name"] === "maas",
        why: "Models-as-a-Service attaches its routes to the gateway of this name",
    },
    {
        kind: "Secret",
        namespaces: ["redhat-ods-applications"],
        when: (s) => s.value["metadata"]?.name === "maas-db-config",
        why: "the API of Models-as-a-Service reads its database from there",
    },
    {
        kind: "Subscription",
        namespaces: ["redhat-ods-operator"],
        when: (s) => s.value["spec"]?.name === "rhods-operator",
        why: "OpenShift AI's webhooks and monitoring expect its operator there",
    },
    {
        kind: "MachineSet",
        namespaces: ["openshift-machine-api"],
        // That of the Cluster API lives elsewhere.
        when: (s) => s.type.startsWith("kubernetes:machine.openshift.io/"),
        why: "the Machine API reads this namespace alone",
    },
];

/** Where the APIs of Models-as-a-Service are from 3.5 on. */
const API_NAMESPACE = "redhat-ai-gateway-infra";

/** What the namespaces of further tenants begin with. */
const TENANT = "ai-tenant-";

/** Names that are written into the products. */
export const hardWiredNames = stackRule(
    {
        name: "hard-wired-names",
        title: "Objects have the names and namespaces that the products look for",
        why: "A product that looks for a fixed name does not find the object and does not report it: the object is valid, and nothing reads it.",
        remedy: "Give the object the name or the namespace that the message states.",
        severity: "high",
        source: "docs/sources/gateways.md#names-that-are-built-in",
    },
    (stack, report) => {
        // From 3.5 on: further tenants, and a namespace of the APIs.
        const tenants = stack.of("AITenant").map(identityOf);
        const apis = stack.of("Namespace").map(identityOf);
        const beside = (kind: string, namespace: string): boolean =>
            kind === "Secret"
                ? namespace === API_NAMESPACE && apis.some((own) => own.mayBe(API_NAMESPACE, own.namespace))
                : kind.startsWith("MaaS") &&
                  namespace.startsWith(TENANT) &&
                  tenants.some((own) => own.mayBe(namespace.slice(TENANT.length), own.namespace));
        for (const { kind, when, names, namespaces, why } of expected) {
            for (const subject of stack.of(kind).filter((s) => when?.(s) ?? true)) {
                const { name, namespace } = (subject.value["metadata"] ?? {}) as { name?: string; namespace?: string };
                if (names !== undefined && name !== undefined && !names.includes(name)) {
                    report(subject, `metadata.name: ${name}, expected ${names.join(" or ")}: ${why}`);
                }
                if (
                    namespaces !== undefined &&
                    !subject.unknownAt(["metadata", "namespace"]) &&
                    !namespaces.includes(namespace ?? "") &&
                    !beside(kind, namespace ?? "")
                ) {
                    report(subject, `metadata.namespace: ${namespace ?? "none"}, expected ${namespaces.join(" or ")}: ${why}`);
                }
            }
        }
    },
);
