import { stackRule } from "../rule";
import { identityOf, type Subject } from "../subject";

interface Expected {
    readonly kind: string;
    /** Selects the objects that the rule applies to. */
    readonly when?: (subject: Subject) => boolean;
    readonly names?: readonly string[];
    readonly namespaces?: readonly string[];
    readonly why: string;
}

const expected: readonly Expected[] = [
    {
        kind: "Kuadrant",
        namespaces: ["kuadrant-system"],
        why: "OpenShift AI looks for Authorino only in kuadrant-system",
    },
    {
        kind: "MaaSSubscription",
        namespaces: ["models-as-a-service"],
        why: "the controller of Models-as-a-Service watches only this namespace",
    },
    {
        kind: "MaaSAuthPolicy",
        namespaces: ["models-as-a-service"],
        why: "the controller of Models-as-a-Service watches only this namespace",
    },
    {
        kind: "Gateway",
        namespaces: ["openshift-ingress"],
        when: (s) => /^(maas-default-gateway|openshift-ai-inference)$/.test(String(s.value["metadata"]?.name)),
        why: "OpenShift's Gateway controller and Models-as-a-Service look for this name in this namespace",
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
        why: "the API of Models-as-a-Service reads its database URL from this Secret",
    },
    {
        kind: "Subscription",
        namespaces: ["redhat-ods-operator"],
        when: (s) => s.value["spec"]?.name === "rhods-operator",
        why: "the webhooks and monitoring of OpenShift AI expect its operator in this namespace",
    },
    {
        kind: "MachineSet",
        namespaces: ["openshift-machine-api"],
        // The Cluster API uses another namespace.
        when: (s) => s.type.startsWith("kubernetes:machine.openshift.io/"),
        why: "the Machine API watches only this namespace",
    },
];

/** Namespace of the APIs of Models-as-a-Service from release 3.5 on. */
const API_NAMESPACE = "redhat-ai-gateway-infra";

/** Prefix of the namespaces of further tenants. */
const TENANT = "ai-tenant-";

/** Objects have the names that the products have built in. */
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
        // From 3.5 on, further tenants and the APIs have namespaces of their own.
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
                    report(subject, `metadata.name: ${name}; ${why}; set ${names.join(" or ")}`);
                }
                if (
                    namespaces !== undefined &&
                    !subject.unknownAt(["metadata", "namespace"]) &&
                    !namespaces.includes(namespace ?? "") &&
                    !beside(kind, namespace ?? "")
                ) {
                    report(subject, `metadata.namespace: ${namespace ?? "not set"}; ${why}; set ${namespaces.join(" or ")}`);
                }
            }
        }
    },
);
