/** The address of a stack's MaaS API, the login for it, and the authorities of its certificate. */
import { gatewayHost } from "../../catalogue/tenancy";
import type { Kube } from "../../components/kube";
import type { Settings } from "../../stacks/schema";
import type { Access, Context, Invocation, OptionSpec } from "../command";
import { RefusalError, UsageError } from "../exit";
import { tellWaits } from "../http/tellWaits";
import { readAuthorities } from "../http/trust";
import { didYouMean } from "../nearest";
import type { MaasAccess } from "./client";
import { type EndpointName, endpoints } from "./endpoints";
import { projectOption } from "../stackArgument";

/** Options of every command that talks to the gateway of a stack. */
export const gatewayOptions = {
    url: { type: "text", value: "URL", help: "address of the gateway (default: https://maas.<domain> of the stack)" },
    tenant: { type: "text", value: "NAME", help: "use the gateway of this tenant (default: the product's own)" },
    ca: { type: "file", value: "FILE", help: "PEM file of authorities to trust in addition to the default ones" },
    ...projectOption,
} as const satisfies Record<string, OptionSpec>;

/** Environment variable with the token of who asks, in place of the kubeconfig's. */
export const TOKEN_VARIABLE = "MAAS_TOKEN";

/** The objects that these commands read before they ask the API, for `--explain`. */
export const gatewayAccess: readonly Access[] = [
    { does: "reads", what: "the stack file", rights: "the file" },
    { does: "reads", what: `${TOKEN_VARIABLE}, or the token of the kubeconfig`, rights: "the login (oc login)" },
    {
        does: "reads",
        what: "Ingress/cluster; ConfigMaps of the cluster's authorities, where they may be read",
        rights: "any user",
        when: "the stack names no domain; the token is the kubeconfig's",
    },
];

/** Endpoints of the API, for `--explain`. */
export function asks(does: Access["does"], name: EndpointName, when?: string): Access {
    const { method, path: at, rights } = endpoints[name];
    return { does, what: `${method} /maas-api${at}`, rights, ...(when !== undefined && { when }) };
}

/** Connects to the stack's cluster. @throws KubeError */
export async function clusterOf({ cluster }: Settings): Promise<Kube> {
    const { Kube: Client } = await import("../../components/kube");
    return Client.connect(cluster.context);
}

/** The gateway of the stack that the options mean, without a login. */
export async function gatewayOf(
    invocation: Invocation,
    { cwd }: Context,
    settings: Settings,
    kube: () => Promise<Kube>,
): Promise<{ readonly url: string; readonly ca: string | undefined }> {
    const file = invocation.text("ca");
    return {
        url: await urlOf(invocation, settings, kube),
        ca: file === undefined ? undefined : readAuthorities(cwd, file),
    };
}

/**
 * Reads address, token and authorities.
 *
 * @throws UsageError for options that make no sense, RefusalError without a token, KubeError
 */
export async function maasAccess(invocation: Invocation, context: Context, settings: Settings): Promise<MaasAccess> {
    let client: Promise<Kube> | undefined;
    const kube = (): Promise<Kube> => (client ??= clusterOf(settings));
    const { url, ca } = await gatewayOf(invocation, context, settings, kube);
    const given = process.env[TOKEN_VARIABLE] ?? "";
    const token = given === "" ? (await kube()).bearerToken() : given.trim();
    if (token === undefined) {
        throw new RefusalError(
            `The kubeconfig has no token to show to the MaaS API: log in with oc login, or set ${TOKEN_VARIABLE}.`,
        );
    }
    return {
        url,
        token,
        ca: ca ?? (client === undefined ? undefined : await authoritiesOf(await client, settings)),
        signal: context.signal,
        onWait: tellWaits(context.err),
    };
}

/** Hosts that are this machine. */
export const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The address that `--url` gives. @throws UsageError for none, and for one that credentials are not sent to */
export function checkedUrl(given: string, example: string): URL {
    if (!URL.canParse(given) || !/^https?:/.test(given)) {
        throw new UsageError(`--url is ${JSON.stringify(given)}; expected an address such as ${example}.`);
    }
    const url = new URL(given);
    if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
        throw new UsageError(`--url is ${given}: the credential would be sent unencrypted; expected https.`);
    }
    return url;
}

async function urlOf(invocation: Invocation, settings: Settings, kube: () => Promise<Kube>): Promise<string> {
    const given = invocation.text("url");
    const tenantName = invocation.text("tenant");
    if (given !== undefined) {
        if (tenantName !== undefined) {
            throw new UsageError("--url and --tenant exclude each other: both select the gateway.");
        }
        const url = checkedUrl(given, "https://maas.apps.example.com");
        return `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(/\/maas-api(\/v1)?$/, "");
    }
    const tenant = settings.tenants.find(({ name }) => name === tenantName);
    if (tenantName !== undefined && tenant === undefined) {
        const names = settings.tenants.map(({ name }) => name);
        throw new UsageError(
            `--tenant is ${JSON.stringify(tenantName)}; ${names.length === 0 ? "the stack has no tenants of its own" : `expected one of ${names.join(", ")}`}.${didYouMean(tenantName, names)}`,
        );
    }
    return `https://${gatewayHost(settings.cluster.domain ?? (await domainOf(await kube())), tenant)}`;
}

/** The domain of the cluster's applications. @param option that names the address where there is none @throws RefusalError */
export async function domainOf(kube: Kube, option = "--url"): Promise<string> {
    const ingress = await kube.get({ apiVersion: "config.openshift.io/v1", plural: "ingresses" }, "cluster");
    const domain = ingress?.spec?.["domain"];
    if (typeof domain !== "string" || domain === "") {
        throw new RefusalError(`The cluster has no Ingress/cluster with a domain: give the address with ${option}.`);
    }
    return domain;
}

/** Authorities that the cluster publishes: of its own router, and of the stack. Absent where they may not be read. */
export async function authoritiesOf(kube: Kube, { certificates }: Settings): Promise<string | undefined> {
    const bundle = certificates?.privateCa?.bundle;
    const places = [
        { namespace: "openshift-config-managed", name: "default-ingress-cert" },
        ...(bundle === undefined ? [] : [{ namespace: "openshift-config", name: bundle }]),
    ];
    const found = await Promise.all(
        places.map(async ({ namespace, name }) => {
            const map = await kube.get({ apiVersion: "v1", plural: "configmaps", namespace }, name).catch(() => undefined);
            return (map?.["data"] as Record<string, string> | undefined)?.["ca-bundle.crt"] ?? [];
        }),
    );
    const all = found.flat();
    return all.length === 0 ? undefined : all.join("\n");
}
