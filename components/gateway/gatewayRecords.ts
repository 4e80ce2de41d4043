import * as pulumi from "@pulumi/pulumi";

/** Which names lead to a gateway's load balancer. */
export interface GatewayRecordsArgs {
    readonly hosts: readonly string[];
    /** Zone of Route 53. Absent: DNS is somebody else's. */
    readonly hostedZoneId: string | undefined;
    readonly region: string;
    /** Status of the Gateway, which tells the address of its load balancer. */
    readonly address: pulumi.Output<Record<string, unknown>>;
}

/** A record for each host of a gateway. One of a name of its own goes before the wildcard of the router. */
export function gatewayRecords(
    component: pulumi.ComponentResource,
    name: string,
    { hosts, hostedZoneId, region, address }: GatewayRecordsArgs,
): void {
    if (hostedZoneId === undefined) {
        return;
    }
    // Loaded here, and only these modules: the whole of the package takes seconds, and most stacks need none of it.
    const { Provider } = require("@pulumi/aws/provider") as typeof import("@pulumi/aws/provider");
    const { Record: DnsRecord } = require("@pulumi/aws/route53/record") as typeof import("@pulumi/aws/route53/record");
    const provider = new Provider(`${name}-aws`, { region: region as never }, { parent: component });
    const target = address.apply((status) => {
        const [first] = (status?.["addresses"] ?? []) as { value?: string }[];
        if (first?.value === undefined) {
            throw new Error(`${name}: the Gateway is programmed and tells no address of its load balancer`);
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
