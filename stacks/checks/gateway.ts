/** Checks the settings of the gateway against each other, the domain and the release. */
import type { ReleaseRecord } from "../../catalogue/releases";
import { gatewaySchema } from "../schema/gateway";
import type { SettingsProblem } from "../problem";

/**
 * @param given the value of `gateway`
 * @param domain apps domain of the cluster; undefined if it is not known yet
 */
export function gatewayProblems(
    given: unknown,
    domain: string | undefined,
    { gateway: listens, release }: ReleaseRecord,
): SettingsProblem[] {
    const { data: gateway } = gatewaySchema.safeParse(given ?? {});
    if (gateway === undefined) {
        return [];
    }
    const problems: SettingsProblem[] = [];
    const { exposure, loadBalancer, issuer, certificateSecret, additionalHosts } = gateway;
    if (loadBalancer !== undefined && exposure !== "loadBalancer") {
        problems.push({ path: "gateway.loadBalancer", message: `applies only to exposure loadBalancer, got ${exposure}` });
    }
    if (exposure === "reencrypt") {
        if (listens.needsHost) {
            problems.push({
                path: "gateway.exposure",
                message: `with reencrypt, the listener has no host, and the API of release ${release} does not start without one; expected passthrough or loadBalancer`,
            });
        }
        for (const [field, value] of Object.entries({ issuer, certificateSecret })) {
            if (value !== undefined) {
                problems.push({
                    path: `gateway.${field}`,
                    message:
                        "has no effect with exposure reencrypt: the router presents its own certificate, and the gateway one of the service CA; expected no value",
                });
            }
        }
    }
    if (!gateway.hostnames) {
        if (listens.needsHost) {
            problems.push({
                path: "gateway.hostnames",
                message: `the API of release ${release} does not start without a listener that has a host; expected true`,
            });
        }
        additionalHosts.forEach(({ certificateSecret: own }, i) => {
            if (own !== undefined) {
                problems.push({
                    path: `gateway.additionalHosts[${i}].certificateSecret`,
                    message:
                        "has no effect without listeners for each host (gateway.hostnames: false): all hosts have the certificate of the gateway; expected no value",
                });
            }
        });
    }
    if (gateway.inference?.models === "all" && listens.tierPolicies !== "route") {
        problems.push({
            path: "gateway.inference.models",
            message: `release ${release} puts the policies of tiers on the gateway of Models-as-a-Service, so that neither keys nor limits would hold on this one; expected untiered`,
        });
    }
    const seen = new Map<string, string>(domain === undefined ? [] : [[`maas.${domain}`, "the gateway's own host"]]);
    additionalHosts.forEach(({ host, certificateSecret: own }, i) => {
        const path = `gateway.additionalHosts[${i}]`;
        const first = seen.get(host);
        if (first !== undefined) {
            problems.push({ path: `${path}.host`, message: `${JSON.stringify(host)} is already ${first}; expected another` });
        }
        seen.set(host, path);
        // A wildcard matches one label.
        const covered = domain === undefined || (host.endsWith(`.${domain}`) && !host.slice(0, -domain.length - 1).includes("."));
        if (
            !covered &&
            own === undefined &&
            issuer === undefined &&
            certificateSecret === undefined &&
            exposure !== "reencrypt"
        ) {
            problems.push({
                path: `${path}.certificateSecret`,
                message: `is missing: the certificate of *.${domain} is not valid for ${host}; expected a TLS Secret that is valid for it, or gateway.issuer`,
            });
        }
    });
    return problems;
}
