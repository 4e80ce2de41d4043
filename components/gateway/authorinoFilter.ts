import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { Kube, KindPath } from "../kube";

/** Time for the controller to create the EnvoyFilter, before and after the Gateway is touched, in ms. */
const BEFORE_TOUCH = 3 * 60_000;
const AFTER_TOUCH = 3 * 60_000;

/**
 * A gate that passes when the gateway uses TLS to Authorino. An EnvoyFilter configures that, which OpenShift AI's controller
 * creates. The controller looks at a Gateway when the Gateway changes, and skips it silently if Authorino has no TLS yet: the
 * gate then touches the Gateway. Without the filter every creation of an API key answers 500.
 * Source: docs/sources/connectivity-link.md#authorino-tls.
 *
 * @param name of the record, unique in the stack
 * @param gateway name and namespace of the Gateway
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
            until: `${gateway.name} uses TLS to Authorino`,
            record: { object: `EnvoyFilter ${gateway.namespace}/${filterOf(gateway.name)}` },
            check: (kube) => waitForFilter(kube, gateway),
        },
        opts,
    );
}

/**
 * Waits until the EnvoyFilter of a Gateway exists, and touches the Gateway once if it does not.
 *
 * @throws Error when it does not appear
 */
export async function waitForFilter(
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
    if (await appears(BEFORE_TOUCH)) {
        return;
    }
    await kube.patch({ apiVersion: "gateway.networking.k8s.io/v1", plural: "gateways", namespace }, gateway.name, {
        metadata: { annotations: { "maas-platform.io/looked-at-again": String(await kube.now()) } },
    });
    if (!(await appears(AFTER_TOUCH))) {
        throw new Error(
            `EnvoyFilter ${namespace}/${filter} did not appear, although Gateway ${gateway.name} was annotated: the gateway connects to Authorino without TLS, and every API key would fail. ` +
                "Check Authorino kuadrant-system/authorino (spec.listener.tls.enabled) and the log of Deployment redhat-ods-applications/odh-model-controller",
        );
    }
}

function filterOf(gateway: string): string {
    return `${gateway}-authn-ssl`;
}
