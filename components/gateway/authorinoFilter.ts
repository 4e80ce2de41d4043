import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { Kube, KindPath } from "../kube";

/** How long the controller has before the Gateway is touched, and after that, in ms. */
const FIRST = 3 * 60_000;
const SECOND = 3 * 60_000;

/**
 * Waits until the gateway speaks TLS to Authorino, which an EnvoyFilter says that OpenShift AI's controller makes. It
 * looks at a Gateway when that changes, and passes over it, silently, if Authorino has no TLS yet; a Gateway that it
 * passed over is touched, and looked at again. Without the filter every creation of an API key answers 500.
 * Source: docs/sources/connectivity-link.md#authorino-tls.
 *
 * @param name of the record, unique in the stack
 * @param gateway which Gateway
 */
export function authorinoFilter(
    name: string,
    gateway: { readonly name: string; readonly namespace: string },
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return gate(
        name,
        {
            kind: "object-exists",
            until: `${gateway.name} speaks TLS to Authorino`,
            record: { object: `EnvoyFilter ${gateway.namespace}/${filterOf(gateway.name)}` },
            check: (kube) => filtered(kube, gateway),
        },
        opts,
    );
}

/**
 * Waits until the filter of a Gateway is there, and touches the Gateway once when it is not.
 *
 * @throws Error when it does not appear
 */
export async function filtered(
    kube: Pick<Kube, "now" | "until" | "patch">,
    gateway: { readonly name: string; readonly namespace: string },
): Promise<void> {
    const { namespace } = gateway;
    const filter = filterOf(gateway.name);
    const filters: KindPath = { apiVersion: "networking.istio.io/v1alpha3", plural: "envoyfilters", namespace };
    const appears = async (within: number): Promise<boolean> =>
        (await kube.until(
            filters,
            filter,
            (object) => (object === undefined ? undefined : true),
            (await kube.now()) + within,
        )) === true;
    if (await appears(FIRST)) {
        return;
    }
    await kube.patch({ apiVersion: "gateway.networking.k8s.io/v1", plural: "gateways", namespace }, gateway.name, {
        metadata: { annotations: { "maas-platform.io/looked-at-again": String(await kube.now()) } },
    });
    if (!(await appears(SECOND))) {
        throw new Error(
            `EnvoyFilter ${namespace}/${filter} did not appear, although Gateway ${gateway.name} was touched: the gateway talks to Authorino without TLS and every API key would fail. ` +
                "Look at Authorino kuadrant-system/authorino (spec.listener.tls.enabled) and at the log of Deployment redhat-ods-applications/odh-model-controller",
        );
    }
}

function filterOf(gateway: string): string {
    return `${gateway}-authn-ssl`;
}
