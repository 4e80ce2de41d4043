import { Provider } from "@pulumi/aws/provider";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";

/** DNS records of a gateway's load balancer. */
export interface GatewayRecordsArgs {
    /** Names that lead to the load balancer. The records are named after them: a plan must know them. */
    readonly hosts: readonly string[];
    /** Id of the hosted zone of Route 53. Undefined: somebody else writes the records. */
    readonly hostedZoneId: pulumi.Input<string> | undefined;
    readonly region: pulumi.Input<string>;
    /** Status of the Gateway, which tells the address of its load balancer. */
    readonly status: pulumi.Output<Record<string, unknown>>;
}

/**
 * A CNAME record for each host of a gateway. A record for one name precedes the wildcard record of the router.
 *
 * @param component parent of the resources
 * @param name prefix of their names
 */
export function gatewayRecords(
    component: pulumi.ComponentResource,
    name: string,
    { hosts, hostedZoneId, region, status }: GatewayRecordsArgs,
): void {
    if (hostedZoneId === undefined) {
        return;
    }
    const provider = new Provider(`${name}-aws`, { region: region as never }, { parent: component });
    const target = status.apply((known) => {
        const [first] = (known?.["addresses"] ?? []) as { value?: string }[];
        if (first?.value === undefined) {
            throw new Error(`${name}: the Gateway is programmed, but its status has no address of a load balancer`);
        }
        return first.value;
    });
    for (const host of hosts) {
        new DnsRecord(
            `${name}-record-${host}`,
            { zoneId: hostedZoneId, name: host, type: "CNAME", ttl: 60, records: [target] },
            { parent: component, provider },
        );
    }
}
