import { resourceRule } from "../rule";

const annotations: Readonly<Record<string, readonly [string, string]>> = {
    "opendatahub.io/managed": ["false", "otherwise OpenShift AI adds its own AuthPolicy to the gateway of Models-as-a-Service"],
    "security.opendatahub.io/authorino-tls-bootstrap": [
        "true",
        "otherwise the gateway connects to Authorino without TLS, and every call fails",
    ],
};

/** The gateway of Models-as-a-Service enforces TLS and its policies. */
export const gatewayIsGoverned = resourceRule(
    {
        name: "gateway-is-governed",
        title: "The gateway of Models-as-a-Service terminates TLS and leaves authorization to Models-as-a-Service",
        why: "Without its two annotations, the gateway answers with the wrong policies. A listener for plain HTTP receives keys unencrypted.",
        remedy: "Set both annotations, and make every listener HTTPS with mode Terminate and routes from named namespaces.",
        severity: "critical",
        source: "docs/sources/gateways.md#maas-gateway",
    },
    ["Gateway"],
    (subject, report) => {
        const metadata = (subject.value["metadata"] ?? {}) as { name?: string; annotations?: Record<string, string> };
        if (metadata.name !== "maas-default-gateway") {
            return;
        }
        for (const [key, [value, otherwise]] of Object.entries(annotations)) {
            if (!subject.unknownAt(["metadata", "annotations", key]) && metadata.annotations?.[key] !== value) {
                report(`metadata.annotations["${key}"]: must be "${value}"; ${otherwise}`);
            }
        }
        const listeners = (subject.value["spec"]?.listeners ?? []) as (
            | {
                  protocol?: string;
                  tls?: { mode?: string; certificateRefs?: unknown[] };
                  allowedRoutes?: { namespaces?: { from?: string } };
              }
            | undefined
        )[];
        listeners.forEach((listener, i) => {
            const known = (...path: PropertyKey[]): boolean => !subject.unknownAt(["spec", "listeners", i, ...path]);
            if (known("protocol") && listener?.protocol !== "HTTPS") {
                report(
                    `spec.listeners[${i}].protocol: ${listener?.protocol ?? "not set"}; keys and prompts would be unencrypted; set HTTPS`,
                );
            } else if (known("tls", "mode") && listener?.tls?.mode === "Passthrough") {
                report(`spec.listeners[${i}].tls.mode: with Passthrough, the gateway cannot authorize requests; set Terminate`);
            }
            if (listener?.allowedRoutes?.namespaces?.from === "All") {
                report(
                    `spec.listeners[${i}].allowedRoutes.namespaces.from: All lets every namespace attach a route; set Selector`,
                );
            }
        });
    },
);
