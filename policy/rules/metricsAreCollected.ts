import { operatorEntry, operatorPackages } from "../../catalogue/operators";
import { releases } from "../../catalogue/releases";
import { stackRule } from "../rule";
import { described, identityOf, type Stack, type Subject, type Unchecked } from "../subject";

/** Selects the Prometheus of the platform, and keeps that of user workloads out. */
const PLATFORM = "openshift.io/cluster-monitoring";
/** `false` keeps the Prometheus of user workloads out. */
const USER = "openshift.io/user-monitoring";
const MONITORING = ["ServiceMonitor", "PodMonitor", "PrometheusRule"];
/** Namespaces whose metrics only the Prometheus of user workloads collects. */
const OF_WORKLOADS = new Set(
    operatorPackages
        .map((pkg) => operatorEntry(releases[0], pkg))
        .filter(({ scrapedBy }) => scrapedBy === "workloads")
        .map(({ namespace }) => namespace),
);

/** Metrics reach the Prometheus that is meant to collect them. */
export const metricsAreCollected = stackRule(
    {
        name: "metrics-are-collected",
        title: "Monitors match something, and no label keeps the intended Prometheus out of a namespace",
        why: "A monitor that matches nothing, or one in a namespace that its Prometheus passes over, is accepted and collects nothing: panels stay empty and alerts silent, with no error.",
        remedy: `Select by labels that the Service or the pods have. Remove the label ${PLATFORM} from namespaces of user workloads, and ${USER}: "false".`,
        severity: "medium",
        source: "docs/sources/observability.md#who-scrapes-what",
        levels: { sandbox: "advisory", development: "advisory", production: "advisory" },
    },
    (stack, report) => {
        for (const namespace of stack.of("Namespace")) {
            const { name } = identityOf(namespace);
            if (OF_WORKLOADS.has(String(name)) && labelOf(namespace, PLATFORM) === "true") {
                report(
                    namespace,
                    `metadata.labels["${PLATFORM}"]: "true" keeps the Prometheus of user workloads out of ${name}, and that of the platform has no rights there: nobody collects its metrics; remove it`,
                );
            }
            // The platform's Prometheus reads a namespace of its own whatever that label says.
            const ofPlatform = labelOf(namespace, PLATFORM) === "true" || namespace.unknownAt(["metadata", "labels", PLATFORM]);
            if (name !== undefined && labelOf(namespace, USER) === "false" && !ofPlatform) {
                for (const object of MONITORING.flatMap((kind) => stack.of(kind)).filter(
                    (o) => identityOf(o).namespace === name,
                )) {
                    report(object, `nobody reads it: namespace ${name} has the label ${USER}: "false"; remove the label`);
                }
            }
        }
        for (const monitor of [...stack.of("ServiceMonitor"), ...stack.of("PodMonitor")]) {
            const others = candidates(stack, monitor);
            const there = others.filter(({ subject }) => identityOf(subject).namespace !== undefined);
            const wanted = Object.entries((monitor.value["spec"]?.selector?.matchLabels ?? {}) as Record<string, unknown>);
            const matches = ({ subject, path }: Candidate): boolean =>
                wanted.every(([key, value]) => {
                    const label = read(subject, path)?.[key];
                    const any = monitor.unknownAt(["spec", "selector", "matchLabels", key]) && label !== undefined;
                    return any || subject.unknownAt([...path, key]) || label === value;
                });
            // A patch says nothing of the labels that its object has besides.
            const open = others.some(({ subject }) => subject.type.endsWith("Patch"));
            if (there.length > 0 && !open && !others.some(matches)) {
                const text = wanted.map(([key, value]) => `${key}: ${String(value)}`).join(", ");
                report(
                    monitor,
                    `spec.selector.matchLabels: {${text}} matches none of ${there.map(({ subject }) => described(subject)).join(", ")} in its namespace; select by their labels`,
                );
            }
        }
    },
);

/** An object that a monitor may match, and its labels. */
interface Candidate {
    readonly subject: Subject;
    readonly path: readonly string[];
}

function labelOf(subject: Subject, label: string): unknown {
    return subject.value["metadata"]?.labels?.[label];
}

function read(subject: Subject, path: readonly string[]): Unchecked {
    return path.reduce<Unchecked>((value, key) => value?.[key], subject.value);
}

/**
 * The objects that a monitor of its own namespace could match: Services, or workloads with pods. Operators make others that no plan has, so of a
 * namespace without any nothing is known.
 */
function candidates(stack: Stack, monitor: Subject): Candidate[] {
    const service = monitor.kind === "ServiceMonitor";
    const path = [...(service ? [] : ["spec", "template"]), "metadata", "labels"];
    const elsewhere = [
        ["metadata", "namespace"],
        ["spec", "namespaceSelector"],
        ["spec", "selector", "matchExpressions"],
    ].some((at, i) => monitor.unknownAt(at) || (i > 0 && read(monitor, at) !== undefined));
    return elsewhere
        ? []
        : (service ? ["Service"] : ["Deployment", "StatefulSet", "DaemonSet"])
              .flatMap((kind) => stack.of(kind))
              .filter(
                  (subject) =>
                      subject.unknownAt(["metadata", "namespace"]) ||
                      identityOf(subject).namespace === identityOf(monitor).namespace,
              )
              .map((subject) => ({ subject, path }));
}
