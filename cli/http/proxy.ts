/** The proxy that leads out of the network of this machine. */
import type { Agent } from "node:http";
import { BlockList, isIP } from "node:net";

import { lazy } from "../../catalogue/lazy";
import { RefusalError } from "../exit";

/** Few machines are behind a proxy: 20 ms that the others do not wait. */
const proxies = lazy(() => require("https-proxy-agent") as typeof import("https-proxy-agent"));

/** Hosts that are this machine: never asked through a proxy. */
const HERE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** A proxy, and the agent that asks through it. */
export interface Proxy {
    readonly agent: Agent;
    /** Host and port, without what logs in. */
    readonly host: string;
}

/**
 * The proxy through which a server is asked: that of HTTPS_PROXY, unless NO_PROXY names the host, as curl has it. Undefined: directly.
 *
 * @throws RefusalError for a proxy that is no address of HTTP
 */
export function proxyOf({ protocol, hostname, port }: URL, env: NodeJS.ProcessEnv): Proxy | undefined {
    const given = env["HTTPS_PROXY"] || env["https_proxy"] || "";
    if (given === "" || protocol !== "https:" || HERE.test(hostname) || isDirect(hostname, port || "443", env)) {
        return undefined;
    }
    const text = given.includes("://") ? given : `http://${given}`;
    const proxy = URL.canParse(text) ? new URL(text) : undefined;
    if (proxy === undefined || !/^https?:$/.test(proxy.protocol)) {
        // The value may have a password.
        throw new RefusalError(
            "HTTPS_PROXY is no proxy that this command can use; expected an address such as http://proxy:3128.",
        );
    }
    return { agent: new (proxies().HttpsProxyAgent)(proxy), host: proxy.host };
}

/** Whether NO_PROXY names a host: itself, a domain above it, a network that has its address, or all; each with or without a port. */
function isDirect(hostname: string, port: string, env: NodeJS.ProcessEnv): boolean {
    const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
    return (env["NO_PROXY"] ?? env["no_proxy"] ?? "")
        .split(/[\s,]+/)
        .map((name) => name.toLowerCase())
        .some((entry) => {
            const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
            const bare = name.replace(/^\[|\]$/g, "").replace(/^\*?\./, "");
            return (
                (only === undefined || only === port) &&
                (bare === "*" || (bare !== "" && (host === bare || host.endsWith(`.${bare}`) || isWithin(host, bare))))
            );
        });
}

/** Whether a network such as 10.0.0.0/8 has an address. */
function isWithin(address: string, network: string): boolean {
    const [, base = "", bits = ""] = /^(.*)\/(\d+)$/.exec(network) ?? [];
    const [family, of] = [isIP(address), isIP(base)];
    if (family === 0 || family !== of || Number(bits) > (family === 4 ? 32 : 128)) {
        return false;
    }
    const type = family === 4 ? "ipv4" : "ipv6";
    const list = new BlockList();
    list.addSubnet(base, Number(bits), type);
    return list.check(address, type);
}
