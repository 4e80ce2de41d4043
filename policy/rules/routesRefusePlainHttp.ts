import { resourceRule } from "../rule";

/** Keys and prompts never travel in the clear. */
export const routesRefusePlainHttp = resourceRule(
    {
        name: "routes-refuse-plain-http",
        title: "Routes refuse or redirect plain HTTP",
        why: "A client that is configured with http:// sends its key and its prompts unencrypted, and nothing fails.",
        remedy: "Give the Route `tls`, with insecureEdgeTerminationPolicy Redirect or None.",
        severity: "high",
        source: "docs/sources/gateways.md#exposure",
    },
    ["Route"],
    (subject, report) => {
        if (subject.unknownAt(["spec", "tls", "insecureEdgeTerminationPolicy"])) {
            return;
        }
        const tls: unknown = subject.value["spec"]?.tls;
        if (tls === undefined || tls === null) {
            report("spec.tls: is not there: the Route answers plain HTTP");
        } else if ((tls as Record<string, unknown>)["insecureEdgeTerminationPolicy"] === "Allow") {
            report("spec.tls.insecureEdgeTerminationPolicy: Allow answers plain HTTP; expected Redirect or None");
        }
    },
    (props) =>
        props["spec"]?.tls?.insecureEdgeTerminationPolicy === "Allow"
            ? { ...props, spec: { ...props["spec"], tls: { ...props["spec"].tls, insecureEdgeTerminationPolicy: "Redirect" } } }
            : undefined,
);
