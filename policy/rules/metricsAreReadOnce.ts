import { UNKNOWN } from "../known";
import { stackRule } from "../rule";
import { described, identityOf, type Stack, type Subject } from "../subject";

/** Monitors that a controller makes of its own, by what makes them: labels of what they select. */
const MADE: readonly { readonly by: string; readonly labels: Readonly<Record<string, string>>; readonly there: Present }[] = [
    {
        by: "KServe",
        labels: { "app.kubernetes.io/part-of": "llminferenceservice" },
        there: (stack, namespace) =>
            stack.of("LLMInferenceService").some((service) => identityOf(service).namespace === namespace),
    },
    {
        by: "Kuadrant (spec.observability.enable)",
        labels: { app: "limitador" },
        there: (stack, namespace) =>
            stack
                .of("Kuadrant")
                .some(
                    (kuadrant) =>
                        identityOf(kuadrant).namespace === namespace && kuadrant.value["spec"]?.observability?.enable === true,
                ),
    },
];
type Present = (stack: Stack, namespace: string) => boolean;

/** Each series is read by one monitor. */
export const metricsAreReadOnce = stackRule(
    {
        name: "metrics-are-read-once",
        title: "No monitor reads what another one reads",
        why: "Two monitors of the same pods give each series twice. Sums, rates by model and charges are then twice what was used, with no error.",
        remedy: "Keep one monitor. KServe makes its own for models and their schedulers, and Kuadrant for Limitador where its observability is on.",
        severity: "medium",
        source: "docs/sources/observability.md#monitors-of-models",
        levels: { sandbox: "advisory", development: "advisory", production: "advisory" },
    },
    (stack, report) => {
        for (const kind of ["ServiceMonitor", "PodMonitor"]) {
            const monitors = stack.of(kind);
            monitors.forEach((monitor, i) => {
                const { namespace } = identityOf(monitor);
                const labels = labelsOf(monitor);
                // Of other namespaces, or by expressions: what it selects is not known.
                if (namespace === undefined || labels === undefined) {
                    return;
                }
                const maker = MADE.find(({ labels: of, there }) => includes(labels, of) && there(stack, namespace));
                if (maker !== undefined) {
                    report(monitor, `reads what a monitor that ${maker.by} makes in ${namespace} reads; remove it`);
                }
                const other = monitors.slice(0, i).find((before) => doubles(monitor, before));
                if (other !== undefined) {
                    report(monitor, `reads what ${described(other)} reads: the same labels, port and path; keep one`);
                }
            });
        }
    },
);

/** Labels that a monitor selects in its own namespace; undefined where more decides what it selects, or may. */
function labelsOf(monitor: Subject): Readonly<Record<string, unknown>> | undefined {
    const { selector, namespaceSelector } = monitor.value["spec"] ?? {};
    const open = [["namespaceSelector"], ["selector", "matchExpressions"], ["selector", "matchLabels"]].some((path) =>
        monitor.unknownAt(["spec", ...path]),
    );
    return open || namespaceSelector !== undefined || selector?.matchExpressions !== undefined
        ? undefined
        : (monitor.marked["spec"]?.selector?.matchLabels ?? {});
}

/** Whether some labels are certainly among all: of an unknown value nothing is certain. */
function includes(all: Readonly<Record<string, unknown>>, some: Readonly<Record<string, unknown>>): boolean {
    return Object.entries(some).every(([key, value]) => value !== UNKNOWN && all[key] === value);
}

/** Ports and paths that a monitor reads, as far as they are known. */
function endpoints(monitor: Subject): string[] {
    const field = monitor.kind === "ServiceMonitor" ? "endpoints" : "podMetricsEndpoints";
    const all = (monitor.value["spec"]?.[field] ?? []) as (Record<string, unknown> | null | undefined)[];
    return all.flatMap((endpoint, i) => {
        const { port, portNumber, targetPort, path } = endpoint ?? {};
        const number = port ?? portNumber ?? targetPort;
        return number === undefined || monitor.unknownIn(["spec", field, i])
            ? []
            : [JSON.stringify([number, path ?? "/metrics"])];
    });
}

/** Whether two monitors of one kind and namespace read the same port of pods of which one selects all that the other does. */
function doubles(monitor: Subject, before: Subject): boolean {
    const [labels, others] = [labelsOf(monitor), labelsOf(before)];
    return (
        others !== undefined &&
        identityOf(before).namespace === identityOf(monitor).namespace &&
        (includes(labels!, others) || includes(others, labels!)) &&
        endpoints(before).some((endpoint) => endpoints(monitor).includes(endpoint))
    );
}
