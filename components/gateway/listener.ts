/** Listeners and Routes of the platform's gateways. */
import type * as pulumi from "@pulumi/pulumi";

/** Namespaces whose routes may attach to a gateway: all, those that are named, or those that have a label with the value "true". */
export type AllowedRoutes = "all" | { readonly namespaces: readonly pulumi.Input<string>[] } | { readonly label: string };

/** A listener at port 443 that ends TLS. */
export interface HttpsListenerArgs {
    readonly name: string;
    /** Host that it answers. Default: any. */
    readonly hostname?: string | undefined;
    /** TLS Secret in the gateway's namespace. */
    readonly certificateSecret: pulumi.Input<string>;
    readonly routesFrom: AllowedRoutes;
}

/** The listener, as it stands in a Gateway. */
export interface HttpsListener {
    readonly name: string;
    readonly port: 443;
    readonly protocol: "HTTPS";
    readonly hostname?: string;
    readonly tls: {
        mode: "Terminate";
        certificateRefs: { group: ""; kind: "Secret"; name: pulumi.Input<string> }[];
    };
    readonly allowedRoutes: { namespaces: { from: "All" } | { from: "Selector"; selector: NamespaceSelector } };
}

interface NamespaceSelector {
    matchLabels?: Record<string, string>;
    matchExpressions?: { key: string; operator: "In"; values: pulumi.Input<string>[] }[];
}

export function httpsListener({ name, hostname, certificateSecret, routesFrom }: HttpsListenerArgs): HttpsListener {
    return {
        name,
        port: 443,
        protocol: "HTTPS",
        ...(hostname !== undefined && { hostname }),
        tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: certificateSecret }] },
        allowedRoutes: {
            namespaces: routesFrom === "all" ? { from: "All" } : { from: "Selector", selector: namespaceSelector(routesFrom) },
        },
    };
}

function namespaceSelector(allowed: Exclude<AllowedRoutes, "all">): NamespaceSelector {
    return "label" in allowed
        ? { matchLabels: { [allowed.label]: "true" } }
        : { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...allowed.namespaces] }] };
}

/** TLS of a Route by its termination. Plain HTTP is redirected. */
const routeTls = {
    passthrough: { termination: "passthrough", insecureEdgeTerminationPolicy: "Redirect" },
    reencrypt: { termination: "reencrypt", insecureEdgeTerminationPolicy: "Redirect" },
} as const;

/** The spec of a Route that leads a host to the HTTPS port of a gateway's Service. */
export function routeSpec(
    host: string,
    service: string,
    termination: keyof typeof routeTls,
): {
    host: string;
    to: { kind: "Service"; name: string; weight: number };
    port: { targetPort: string };
    tls: (typeof routeTls)[keyof typeof routeTls];
    wildcardPolicy: "None";
} {
    return {
        host,
        to: { kind: "Service", name: service, weight: 100 },
        port: { targetPort: "https" },
        tls: routeTls[termination],
        wildcardPolicy: "None",
    };
}
