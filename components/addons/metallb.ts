import * as pulumi from "@pulumi/pulumi";

import { IPAddressPool, L2Advertisement, MetalLB } from "../../kinds/metallb.io";
import type { MetallbSettings } from "../../stacks/schema";
import { describedBy } from "../component";

/** Arguments of {@link LoadBalancerAddresses}. Pools are plain: each is an object. */
export interface LoadBalancerAddressesArgs extends MetallbSettings {
    /** Namespace of the operator of MetalLB. */
    readonly namespace: pulumi.Input<string>;
}

/**
 * Addresses for Services of type LoadBalancer, announced in the nodes' own network (MetalLB, layer 2).
 * Source: docs/sources/openshift.md#metallb.
 */
export class LoadBalancerAddresses extends pulumi.ComponentResource {
    /** Names of the IPAddressPools. */
    public readonly addressPools: readonly pulumi.Output<string>[];

    constructor(name: string, args: LoadBalancerAddressesArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:addons:LoadBalancerAddresses", name, describedBy(args), opts);
        const { namespace, pools, nodeSelector } = args;
        const metallb = new MetalLB(
            `${name}-metallb`,
            // A level, its operator's own, since the API server refuses a spec that loses its last field.
            {
                metadata: { name: "metallb", namespace },
                spec: { logLevel: "info", ...(nodeSelector !== undefined && { nodeSelector }) },
            },
            { parent: this },
        );
        const addressPools = pools.map(
            (pool) =>
                new IPAddressPool(
                    `${name}-pool-${pool.name}`,
                    {
                        metadata: { name: pool.name, namespace },
                        spec: { addresses: pool.addresses, autoAssign: pool.autoAssign },
                    },
                    { parent: this, dependsOn: [metallb] },
                ),
        );
        new L2Advertisement(
            `${name}-advertisement`,
            { metadata: { name: "pools", namespace }, spec: { ipAddressPools: pools.map((pool) => pool.name) } },
            { parent: this, dependsOn: addressPools },
        );
        this.addressPools = addressPools.map((pool) => pool.metadata.name);
        this.registerOutputs({ addressPools: this.addressPools });
    }
}
