import { resourceRule } from "../rule";

/** Routes do not accept unencrypted keys and prompts. */
export const routesRefusePlainHttp = resourceRule(
    {
        name: "routes-refuse-plain-http",
        title: "Routes refuse or redirect plain HTTP",
        why: "A client that uses http:// sends its key and prompts unencrypted, and gets no error.",
        remedy: "Set spec.tls of the Route, with insecureEdgeTerminationPolicy Redirect or None.",
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
            report("spec.tls: not set, so the Route accepts plain HTTP; set a termination");
        } else if ((tls as Record<string, unknown>)["insecureEdgeTerminationPolicy"] === "Allow") {
            report("spec.tls.insecureEdgeTerminationPolicy: Allow accepts plain HTTP; set Redirect or None");
        }
    },
    (props) =>
        props["spec"]?.tls?.insecureEdgeTerminationPolicy === "Allow"
            ? { ...props, spec: { ...props["spec"], tls: { ...props["spec"].tls, insecureEdgeTerminationPolicy: "Redirect" } } }
            : undefined,
);
