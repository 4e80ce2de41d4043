import { type OptOut, recordOf, releaseOfVersion } from "../../catalogue/releases";
import { releaseOf } from "../release";
import { stackRule } from "../rule";
import type { Stack, Subject } from "../subject";

const MANAGED = "opendatahub.io/managed";
const BOOTSTRAP = "security.opendatahub.io/authorino-tls-bootstrap";

/** The gateways of Models-as-a-Service enforce TLS and their policies. */
export const gatewayIsGoverned = stackRule(
    {
        name: "gateway-is-governed",
        title: "The gateways of Models-as-a-Service terminate TLS and leave authorization to Models-as-a-Service",
        why: "Without its label and annotations, the gateway answers with the wrong policies. A listener for plain HTTP receives keys unencrypted.",
        remedy: "Set opendatahub.io/managed as label and as annotation, and the annotation for Authorino's TLS; make every listener HTTPS with mode Terminate and routes from named namespaces.",
        severity: "critical",
        source: "docs/sources/gateways.md#maas-gateway, #opt-out",
    },
    (stack, report) => {
        const own = stack.of("AITenant").flatMap((tenant) => (tenant.value["spec"]?.gateway?.name as string | undefined) ?? []);
        const names = new Set(["maas-default-gateway", ...own]);
        const optOut = optOutOf(stack);
        for (const gateway of stack.of("Gateway").filter((g) => names.has(String(g.value["metadata"]?.name)))) {
            const say = (message: string): void => report(gateway, message);
            unmanaged(gateway, optOut, say);
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

/** Where the release looks for the opt-out, in its order; both where nothing tells the release. */
function optOutOf(stack: Stack): readonly OptOut[] {
    const csv = stack.of("Subscription").find((s) => s.value["spec"]?.name === "rhods-operator")?.value["spec"]?.startingCSV as
        string | undefined;
    const release = releaseOfVersion(releaseOf(stack) ?? "");
    const record = release && recordOf(release);
    const preview = /-ea\.\d/.test(csv ?? "") ? record?.earlyAccess?.gatewayOptOut : undefined;
    return preview ?? record?.gateway.optOut ?? ["label", "annotation"];
}

/** The first of the places that says anything decides. */
function unmanaged(gateway: Subject, optOut: readonly OptOut[], report: (message: string) => void): void {
    const places = optOut.map((place) => (place === "label" ? "labels" : "annotations"));
    let deciding = places[0]!;
    let said: unknown;
    for (const place of places) {
        if (gateway.unknownAt(["metadata", place, MANAGED])) {
            return;
        }
        said = gateway.value["metadata"]?.[place]?.[MANAGED] as unknown;
        if (said !== undefined && said !== null) {
            deciding = place;
            break;
        }
    }
    if (String(said).trim().toLowerCase() !== "false") {
        report(
            `metadata.${deciding}["${MANAGED}"]: must be "false"; otherwise OpenShift AI adds its own AuthPolicy to the gateway of Models-as-a-Service`,
        );
    }
}

function listeners(gateway: Subject, report: (message: string) => void): void {
    const all = (gateway.value["spec"]?.listeners ?? []) as (
        | {
              protocol?: string;
              tls?: { mode?: string; certificateRefs?: unknown[] };
              allowedRoutes?: { namespaces?: { from?: string } };
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
        if (listener?.allowedRoutes?.namespaces?.from === "All") {
            report(`spec.listeners[${i}].allowedRoutes.namespaces.from: All lets every namespace attach a route; set Selector`);
        }
    });
}
