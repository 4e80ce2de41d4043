/** Routes of the router of OpenShift. */
import type * as pulumi from "@pulumi/pulumi";

import { Route } from "../../kinds/route.openshift.io";
import { labelsOf, type Place } from "./place";

/** Headers that Routes may change. */
export type Header = "Origin" | "Referer" | "User-Agent";

/** The target of a Route. */
export interface RouteTo {
    readonly host: string;
    /** Name of the Service and of the Route, and of the port of the Service. */
    readonly service: string;
    readonly port: string;
    /** Whether the pods speak TLS with a certificate of the service CA. */
    readonly tls: boolean;
    /** Path below which it answers. Default: all. */
    readonly path?: string;
    readonly timeoutSeconds: number;
    /** Headers that are set (a value) or taken away (undefined) from requests. Default: none. */
    readonly headers?: Readonly<Partial<Record<Header, string | undefined>>>;
    /** Addresses that may call. Default: all. */
    readonly addresses?: readonly string[];
}

/** A Route that redirects plain HTTP. */
export function route(place: Place, to: RouteTo, ...dependsOn: readonly pulumi.Resource[]): pulumi.Resource {
    const { name, settings } = place;
    const { host, service, port, tls, path, timeoutSeconds, headers = {}, addresses = [] } = to;
    const actions = (Object.entries(headers) as [Header, string | undefined][]).map(([header, value]) => ({
        name: header,
        action: value === undefined ? { type: "Delete" as const } : { type: "Set" as const, set: { value } },
    }));
    return new Route(
        `${name}-${service}-route`,
        {
            metadata: {
                name: service,
                namespace: settings.namespace,
                labels: labelsOf(service),
                annotations: {
                    "haproxy.router.openshift.io/timeout": `${timeoutSeconds}s`,
                    ...(addresses.length > 0 && { "haproxy.router.openshift.io/ip_allowlist": addresses.join(" ") }),
                },
            },
            spec: {
                host,
                ...(path !== undefined && { path }),
                to: { kind: "Service", name: service, weight: 100 },
                port: { targetPort: port },
                tls: tls
                    ? { termination: "reencrypt", insecureEdgeTerminationPolicy: "Redirect" }
                    : { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
                ...(actions.length > 0 && { httpHeaders: { actions: { request: actions } } }),
                wildcardPolicy: "None",
            },
        },
        place.within(...dependsOn),
    );
}
