import type { OptOut } from "../../catalogue/releases";
import { MANAGED, maasGatewayNames, optOut, optOutPlaces } from "../gateways";
import { stackRule } from "../rule";
import type { Subject } from "../subject";

const BOOTSTRAP = "security.opendatahub.io/authorino-tls-bootstrap";

/** The gateways of Models-as-a-Service enforce TLS and their policies. */
export const gatewayIsGoverned = stackRule(
    {
        name: "gateway-is-governed",
        title: "The gateways of Models-as-a-Service terminate TLS and leave authorization to Models-as-a-Service",
        why: "Without its label and annotations, the gateway answers with the wrong policies. A listener for plain HTTP receives keys unencrypted.",
        remedy: "Set opendatahub.io/managed as label and as annotation, and the annotation for Authorino's TLS; make every listener HTTPS with mode Terminate.",
        severity: "critical",
        source: "docs/sources/gateways.md#maas-gateway, #opt-out",
    },
    (stack, report) => {
        const names = maasGatewayNames(stack);
        const places = optOutPlaces(stack);
        for (const gateway of stack.of("Gateway").filter((g) => names.has(String(g.value["metadata"]?.name)))) {
            const say = (message: string): void => report(gateway, message);
            unmanaged(gateway, places, say);
            const bootstrap = gateway.value["metadata"]?.annotations?.[BOOTSTRAP] as string | undefined;
            if (!gateway.unknownAt(["metadata", "annotations", BOOTSTRAP]) && bootstrap !== "true") {
                say(
                    `metadata.annotations["${BOOTSTRAP}"]: must be "true"; otherwise the gateway connects to Authorino without TLS, and every call fails`,
                );
            }
            listeners(gateway, say);
        }
    },
);

function unmanaged(gateway: Subject, places: readonly OptOut[], report: (message: string) => void): void {
    const said = optOut(gateway, places);
    if (said?.optsOut === false) {
        report(
            `metadata.${said.place}["${MANAGED}"]: must be "false"; otherwise OpenShift AI adds its own AuthPolicy to the gateway of Models-as-a-Service`,
        );
    }
}

function listeners(gateway: Subject, report: (message: string) => void): void {
    const all = (gateway.value["spec"]?.listeners ?? []) as (
        | {
              protocol?: string;
              tls?: { mode?: string; certificateRefs?: unknown[] };
          }
        | undefined
    )[];
    all.forEach((listener, i) => {
        const known = (...path: PropertyKey[]): boolean => !gateway.unknownAt(["spec", "listeners", i, ...path]);
        if (known("protocol") && listener?.protocol !== "HTTPS") {
            report(
                `spec.listeners[${i}].protocol: ${listener?.protocol ?? "not set"}; keys and prompts would be unencrypted; set HTTPS`,
            );
        } else if (known("tls", "mode") && listener?.tls?.mode === "Passthrough") {
            report(`spec.listeners[${i}].tls.mode: with Passthrough, the gateway cannot authorize requests; set Terminate`);
        }
    });
}
