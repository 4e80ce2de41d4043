/** Parts that the commands about LiteMaaS share: its settings, its proxy, and its hand-outs. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { Kube } from "../../components/kube";
import type { Client, HandOutStore } from "../../components/litemaas/sync/types";
import type { Settings } from "../../stacks/schema";
import type { LitemaasSettings } from "../../stacks/schema/litemaas";
import type { Access, Context, Invocation, OptionSpec } from "../command";
import { RefusalError } from "../exit";
import { tellWaits } from "../http/tellWaits";
import { authoritiesOf, checkedUrl, clusterOf, domainOf } from "../maasApi/address";
import { projectOption } from "../stackArgument";
import { settingsOfStack } from "../stackSettings";

/** Environment variable with the master key of the proxy, in place of the cluster's Secret. */
export const MASTER_KEY_VARIABLE = "LITELLM_MASTER_KEY";
/** Environment variable with the portal's key for administrators, in place of the cluster's Secret. */
export const ADMIN_KEY_VARIABLE = "ADMIN_API_KEY";
/** Secret of LiteMaaS that holds both keys, under the same names. */
const SECRET = "litemaas-secrets";

/** Options of every command that asks the proxy. */
export const proxyOptions = {
    url: { type: "text", value: "URL", help: "address of the proxy (default: https://<host>.<domain> of the stack)" },
    ca: { type: "file", value: "FILE", help: "PEM file of authorities to trust in addition to the default ones" },
    ...projectOption,
} as const satisfies Record<string, OptionSpec>;

/** The objects that these commands read before they ask the proxy. @param when they do, where that is not always */
export function proxyAccess(when?: string): readonly Access[] {
    const sometimes = when === undefined ? {} : { when };
    return [
        { does: "reads", what: "the stack file", rights: "the file" },
        {
            does: "reads",
            what: `${MASTER_KEY_VARIABLE}, or Secret ${SECRET} of the namespace`,
            rights: "get secrets there",
            ...sometimes,
        },
        handOutAccess("reads", when),
        {
            does: "reads",
            what: "GET /model/info, /key/list, /v2/team/list, /budget/list of the proxy",
            rights: "the master key",
            ...sometimes,
        },
    ];
}

/** The Secrets with the keys of workshops, for `--explain`. */
export function handOutAccess(does: Access["does"], when?: string): Access {
    const rights = does === "reads" ? "list secrets" : "create, patch and delete secrets";
    return {
        does,
        what: "Secrets workshop-<name>",
        rights: `${rights} in <namespace>-workshops`,
        ...(when !== undefined && { when }),
    };
}

/** A stack with LiteMaaS. */
export interface LitemaasStack {
    readonly stack: string;
    readonly settings: Settings;
    readonly litemaas: LitemaasSettings;
}

/** @throws RefusalError for a stack without LiteMaaS */
export async function litemaasOf(invocation: Invocation, context: Context): Promise<LitemaasStack> {
    const { stack, settings } = await settingsOfStack(invocation, context);
    const { litemaas } = settings;
    if (litemaas === undefined) {
        throw new RefusalError(`Stack ${stack} has no LiteMaaS; its settings have no litemaas.`);
    }
    return { stack, settings, litemaas };
}

/** The services that these commands ask, and the place to which they write. */
export interface LitemaasWorld {
    readonly url: string;
    readonly proxy: Client;
    readonly store: HandOutStore;
}

/** Secrets of the namespace of the hand-outs, through the kubeconfig. */
export async function handOuts(kube: Kube, { namespace }: LitemaasSettings, owner: string): Promise<HandOutStore> {
    const { secretStore } = await import("../../components/litemaas/sync/handout");
    const { Refused } = await import("../../components/litemaas/sync/http");
    const secrets = { apiVersion: "v1", plural: "secrets", namespace: `${namespace}-workshops` };
    // A Secret that somebody else has written meanwhile is read again.
    const conflicts = async <T>(request: Promise<T>): Promise<T> => {
        try {
            return await request;
        } catch (error) {
            const { name, code, message } = error as { name?: string; code?: number; message: string };
            throw name === "KubeError" && code === 409 ? new Refused("the Kubernetes API", 409, message) : error;
        }
    };
    return secretStore(
        {
            list: (selector) => kube.list(secrets, selector),
            create: (secret) => conflicts(kube.create(secrets, secret)),
            patch: (name, patch) => conflicts(kube.patch(secrets, name, patch).then(() => undefined)),
            remove: (name) => kube.delete(secrets, name),
        },
        owner,
    );
}

/**
 * Finds the proxy and its master key, and the hand-outs.
 *
 * @param owner of the hand-outs
 * @throws UsageError for an address that makes no sense, RefusalError without a master key, KubeError
 */
export async function worldOf(
    invocation: Invocation,
    context: Context,
    { settings, litemaas }: LitemaasStack,
    owner: string,
): Promise<LitemaasWorld> {
    const { clientOf } = await import("../../components/litemaas/sync/http");
    const given = invocation.text("url");
    const givenUrl = given === undefined ? undefined : checkedUrl(given, "https://litellm.apps.example.com");
    const kube = await clusterOf(settings);
    const file = invocation.text("ca");
    const url =
        givenUrl === undefined
            ? `https://${litemaas.proxy.host}.${settings.cluster.domain ?? (await domainOf(kube))}`
            : `${givenUrl.origin}${givenUrl.pathname}`.replace(/\/+$/, "");
    const ca =
        file !== undefined
            ? readFileSync(path.resolve(context.cwd, file), "utf8")
            : url.startsWith("https:")
              ? await authoritiesOf(kube, settings)
              : undefined;
    const token = await keptKey(kube, litemaas, MASTER_KEY_VARIABLE);
    return {
        url,
        proxy: clientOf({ base: url, token, ca, onWait: tellWaits(context.err) }),
        store: await handOuts(kube, litemaas, owner),
    };
}

/**
 * Finds the portal's API behind its Route. With `--url` alone it is not asked: the two addresses belong together.
 *
 * @throws UsageError for an address that makes no sense, RefusalError without its key, KubeError
 */
export async function portalOf(
    invocation: Invocation,
    context: Context,
    { settings, litemaas }: LitemaasStack,
): Promise<Client | undefined> {
    const { clientOf } = await import("../../components/litemaas/sync/http");
    const given = invocation.text("portal");
    if (given === undefined && invocation.given("url")) {
        return undefined;
    }
    const asked = given === undefined ? undefined : checkedUrl(given, "https://litellm-admin.apps.example.com");
    const kube = await clusterOf(settings);
    const file = invocation.text("ca");
    return clientOf({
        base: asked?.origin ?? `https://${litemaas.portal.adminHost}.${settings.cluster.domain ?? (await domainOf(kube))}`,
        token: await keptKey(kube, litemaas, ADMIN_KEY_VARIABLE),
        ca: file === undefined ? await authoritiesOf(kube, settings) : readFileSync(path.resolve(context.cwd, file), "utf8"),
        onWait: tellWaits(context.err),
    });
}

async function keptKey(kube: Kube, { namespace }: LitemaasSettings, name: string): Promise<string> {
    const given = process.env[name];
    if (given !== undefined) {
        return given;
    }
    const secret = await kube.get({ apiVersion: "v1", plural: "secrets", namespace }, SECRET);
    const value = (secret?.["data"] as Record<string, string> | undefined)?.[name];
    if (value === undefined) {
        throw new RefusalError(
            `Secret ${SECRET} in namespace ${namespace} has no ${name}: bring the stack up first, or set ${name}.`,
        );
    }
    return Buffer.from(value, "base64").toString("utf8").trim();
}

/** Turns a refusal of the proxy or of the Kubernetes API into a message. */
export function asRefusal(error: unknown): never {
    const { name, message } = error as Error;
    throw name === "Refused" || name === "Unanswered" ? new RefusalError(`${message}.`) : error;
}
