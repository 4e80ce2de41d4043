/** The part of gateways and Connectivity Link in the move from 3.4 to 3.5. */
import type { Moving, Subject } from "./move";

type Part = Partial<Subject>;

export const gatewaySubjects: readonly ((moving: Moving) => Part)[] = [connectivityLink, payloadProcessing];

/** Source: docs/sources/connectivity-link.md#connectivity-link-14. */
function connectivityLink({ settings: { operators, gateway } }: Moving): Part {
    const hosts = gateway.hostnames ? [] : ["The API of 3.5 needs a listener that has a host: remove gateway.hostnames."];
    const both =
        gateway.inference?.models === "all"
            ? [
                  "3.5 puts the policies of tiers on the gateway of Models-as-a-Service: models of tiers leave that of llm-d. Tell their callers the other address, and remove gateway.inference.models.",
              ]
            : [];
    const csv = operators["rhcl-operator"]?.csv ?? "";
    return {
        before: ["Connectivity Link 1.3, or 1.4.1 and later: never 1.4.0. Community Kuadrant from 1.4.2 on.", ...hosts, ...both],
        ...(/\.v1\.4\./.test(csv) && {
            changes: [
                ...(gateway.memoryGiB === undefined || gateway.memoryGiB < 2
                    ? [
                          `${csv}: its filter needs more memory than the 1 GiB of a gateway, which is killed for it: set gateway.memoryGiB to 2.`,
                      ]
                    : []),
                `${csv}: a limit by user counts no request if the AuthPolicy does not pass the identity on. The AuthPolicies that OpenShift AI generates pass it on; check your own.`,
            ],
        }),
    };
}

/** Source: docs/sources/maas.md#payload-processing. */
function payloadProcessing({ settings: { tiers } }: Moving): Part {
    return tiers.length === 0
        ? {}
        : {
              changes: [
                  "Every call of a model goes through payload-processing (openshift-ingress), whose memory 3.5.0 limits to 256 MiB: it is killed under load and with long prompts. A fix is expected in 3.5.1.",
              ],
              before: [
                  "Give payload-processing back to its controller, if somebody has taken it: oc annotate deployment payload-processing -n openshift-ingress opendatahub.io/managed-; what has it is not upgraded.",
              ],
              after: [
                  "If payload-processing is killed (oc describe pod -n openshift-ingress -l app=payload-processing: OOMKilled): oc annotate deployment payload-processing -n openshift-ingress opendatahub.io/managed=false; oc set resources deployment payload-processing -n openshift-ingress --limits=memory=1Gi. Take the annotation off before the next upgrade.",
              ],
          };
}
