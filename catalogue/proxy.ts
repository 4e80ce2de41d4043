/** The cluster's proxy, as pods are told of it. Pure. */

/** Proxies that lead out of the network, and what is reached without them. */
export interface Proxy {
    /** URL of the proxy for https, without credentials. */
    readonly https: string;
    /** The same for http. Absent: that for https. */
    readonly http?: string | undefined;
    /** Hosts, domains and networks that are reached without it. */
    readonly noProxy: readonly string[];
}

/** The hosts that every pod of a cluster reaches without a proxy. */
const INSIDE = ["localhost", "127.0.0.1", ".svc", ".cluster.local"] as const;

/**
 * The variables by which programs find a proxy, as OLM gives them to operators.
 *
 * @param domain apps domain of the cluster, which is reached without the proxy
 */
export function proxyEnvironment({ https, http = https, noProxy }: Proxy, domain: string): Readonly<Record<string, string>> {
    const without = [...new Set([...INSIDE, `.${domain}`, ...noProxy])];
    return { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: without.join(",") };
}

/** A source of weights that the pods of a model download themselves; the nodes pull images, by the cluster's own proxy. */
export function isDownloaded(source: string | undefined): boolean {
    return source !== undefined && /^(hf|https?|s3):/.test(source);
}
