import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The router: also where it uses the host's network, which no label of a pod or of its namespace's name matches.
 * Source: docs/sources/litemaas.md#network.
 */
export const ROUTER: types.input.networking.v1.NetworkPolicyPeer = {
    namespaceSelector: { matchLabels: { "policy-group.network.openshift.io/ingress": "" } },
};

/** Arguments of {@link isolateNamespace}. */
export interface IsolationArgs {
    /** Name of the NetworkPolicy. */
    readonly policy: string;
    readonly namespace: pulumi.Input<string>;
    /** Namespaces whose pods may connect. */
    readonly from: readonly string[];
    /** Other peers that may connect. Default none. */
    readonly peers?: readonly types.input.networking.v1.NetworkPolicyPeer[];
}

/** A NetworkPolicy by which the pods of a namespace accept connections from each other and from the given peers only. */
export function isolateNamespace(
    name: string,
    { policy, namespace, from, peers = [] }: IsolationArgs,
    opts: pulumi.CustomResourceOptions,
): NetworkPolicy {
    const named = { key: "kubernetes.io/metadata.name", operator: "In", values: [...from] };
    return new NetworkPolicy(
        name,
        {
            metadata: { name: policy, namespace },
            spec: {
                podSelector: {},
                policyTypes: ["Ingress"],
                ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: { matchExpressions: [named] } }, ...peers] }],
            },
        },
        opts,
    );
}
