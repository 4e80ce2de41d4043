/** The proxy that leads out of the network of this machine. */
import type { Agent } from "node:http";

import { lazy } from "../../catalogue/lazy";

/** Few machines are behind a proxy: 20 ms that the others do not wait. */
const proxies = lazy(() => require("https-proxy-agent") as typeof import("https-proxy-agent"));

/** Hosts that are this machine: never asked through a proxy. */
const HERE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The agent with which a server is asked: through the proxy of HTTPS_PROXY, unless NO_PROXY names the host, as curl has it. Undefined:
 * directly.
 */
export function proxyAgent({ protocol, hostname }: URL, env: NodeJS.ProcessEnv): Agent | undefined {
    const proxy = env["HTTPS_PROXY"] || env["https_proxy"];
    if (proxy === undefined || proxy === "" || protocol !== "https:" || HERE.test(hostname) || isDirect(hostname, env)) {
        return undefined;
    }
    return new (proxies().HttpsProxyAgent)(proxy.includes("://") ? proxy : `http://${proxy}`);
}

/** Whether NO_PROXY names a host: itself, a domain above it, or all. */
function isDirect(host: string, env: NodeJS.ProcessEnv): boolean {
    const names = (env["NO_PROXY"] ?? env["no_proxy"] ?? "").split(",").map((name) => name.trim().replace(/^\*?\./, ""));
    return names.some((name) => name === "*" || (name !== "" && (host === name || host.endsWith(`.${name}`))));
}
