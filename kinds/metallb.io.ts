/** MetalLB: addresses for load balancers where no cloud gives them. */
import { z } from "zod";

import { dnsLabel, stringMap } from "./common";
import { defineKind } from "./kind";
import { condition } from "./readiness";

const source = "docs/sources/openshift.md#metallb";

const octets = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}";

/** Addresses as a network (192.0.2.0/28) or as a range (192.0.2.10-192.0.2.20). */
export const addresses = z
    .string()
    .regex(
        new RegExp(`^${octets}(/([12]?\\d|3[0-2])|-${octets})$`),
        "expected a network such as 192.0.2.0/28 or a range such as 192.0.2.10-192.0.2.20",
    );

/** MetalLB's controller and the speakers on the nodes. */
export const MetalLB = defineKind({
    apiVersion: "metallb.io/v1beta1",
    kind: "MetalLB",
    plural: "metallbs",
    scope: "Namespaced",
    operator: "metallb-operator",
    body: z.strictObject({
        spec: z.strictObject({
            logLevel: z.enum(["all", "debug", "info", "warn", "error", "none"]).optional(),
            nodeSelector: stringMap.optional(),
        }),
    }),
    names: ["metallb"],
    ready: [condition("Available")],
    source,
});

/** Addresses that Services of type LoadBalancer get. It has no status. */
export const IPAddressPool = defineKind({
    apiVersion: "metallb.io/v1beta1",
    kind: "IPAddressPool",
    plural: "ipaddresspools",
    scope: "Namespaced",
    operator: "metallb-operator",
    body: z.strictObject({ spec: z.strictObject({ addresses: z.array(addresses).min(1), autoAssign: z.boolean().optional() }) }),
    source,
});

/** Announces pools in the nodes' own network. It has no status. */
export const L2Advertisement = defineKind({
    apiVersion: "metallb.io/v1beta1",
    kind: "L2Advertisement",
    plural: "l2advertisements",
    scope: "Namespaced",
    operator: "metallb-operator",
    body: z.strictObject({ spec: z.strictObject({ ipAddressPools: z.array(dnsLabel).min(1) }) }),
    source,
});
