/** Merges the identity providers of this stack into OAuth cluster, whose list others write too, and removes them again. */
import { isDeepStrictEqual } from "node:util";

import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

import { jsonPathOf } from "../../kinds/check";
import { identityProvider } from "../../kinds/config.openshift.io";
import { gate } from "../gate";
import type { Kube, KubeObject } from "../kube";
import { retryOnConflict } from "../retryOnConflict";
import { rolledOut } from "../rollout";
import { CONFIG_NAMESPACE, USERS_ANNOTATION } from "../../catalogue/identity";
import { untilObject } from "../untilObject";

const CONFIG = "config.openshift.io/v1";
const OAUTHS = { apiVersion: CONFIG, plural: "oauths" };

/** Minutes within which the operator replaces the pods of the oauth server, one after the other. */
const ROLLOUT_MINUTES = 15;

/** An entry of the list. */
export type IdentityProvider = z.output<typeof identityProvider>;

/** An entry that somebody else wrote. */
export interface ForeignProvider {
    readonly name?: string;
    readonly type?: string;
    readonly [field: string]: unknown;
}

/**
 * The list with ours in it: those that exist already keep their place (the oauth server counts them), new ones come last,
 * and everything that is not ours stays as it is.
 *
 * @param earlier what this stack wrote the last time
 * @throws Error with the list of what would be lost: entries of somebody else under the names of ours
 */
export function withProviders(
    current: readonly ForeignProvider[],
    ours: readonly IdentityProvider[],
    earlier: readonly ForeignProvider[] = [],
): ForeignProvider[] {
    const before = new Set(earlier.map(({ name }) => name));
    const lost = current.filter(
        (entry) => !before.has(entry.name) && ours.some((own) => own.name === entry.name && !isDeepStrictEqual(own, entry)),
    );
    if (lost.length > 0) {
        throw new Error(
            `OAuth cluster already has identity providers with the names of this stack's, which others have set and the stack would replace: ` +
                `${lost.map((entry) => `${entry.name} (${entry.type ?? "of no type"})`).join(", ")}. ` +
                "Choose other names (identity.provider.name, identity.openid[].name, identity.ldap[].name), or remove the existing ones",
        );
    }
    const kept = current.flatMap((entry): ForeignProvider[] => {
        const own = ours.find(({ name }) => name === entry.name);
        return own !== undefined ? [own] : before.has(entry.name) ? [] : [entry];
    });
    return [...kept, ...ours.filter(({ name }) => !current.some((entry) => entry.name === name))];
}

/** The list without the entries of this stack. Entries that were changed since, or are of somebody else, stay. */
export function withoutProviders(current: readonly ForeignProvider[], written: readonly ForeignProvider[]): ForeignProvider[] {
    return current.filter((entry) => !written.some((own) => own.name === entry.name && own.type === entry.type));
}

/**
 * Removes this stack's entries from the list before their record is deleted. Every run of the program has to register the hook,
 * also for a stack without users, since the engine calls hooks by name. A `pulumi destroy` that does not run the program cannot
 * call it: it fails with that name before it deletes any part of the identities.
 */
export function removeProvidersHook(connect: () => Promise<Kube>): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        "OAuth gives up the identity providers of this stack (needs: pulumi destroy --run-program)",
        async ({ oldInputs }) => {
            const written = recorded(oldInputs);
            await changeProviders(await connect(), (current) => withoutProviders(current, written));
        },
    );
}

/** The entries for the list. Everything must be known in a plan: the gate writes it. */
export interface LoginArgs {
    /** In this order, which must not change: the oauth server is restarted otherwise. */
    readonly providers: readonly IdentityProvider[];
    /** Of {@link removeProvidersHook}. */
    readonly removeProviders: pulumi.ResourceHook;
    /** Provider whose file of users carries {@link USERS_ANNOTATION}, and what that says. Default: there is none. */
    readonly users?: { readonly provider: string; readonly revision: string } | undefined;
}

/**
 * Adds identity providers to those of others, and waits until the oauth server has rolled out.
 *
 * The list is atomic, so that a patch would own all of it and a destroy take everybody's entries away; a hook edits it on the
 * live object instead, and a record says what is ours. Source: docs/sources/identity.md#oauth, #oauth-rollout,
 * docs/sources/pulumi.md#patches.
 *
 * @param dependsOn Secrets and ConfigMaps that the entries name. The operator keeps its last configuration, for all providers,
 *     as long as one of them is missing.
 */
export function login(
    name: string,
    { providers, removeProviders, users }: LoginArgs,
    parent: pulumi.Resource,
    dependsOn: readonly pulumi.Resource[],
): { readonly listed: ConfigMap; readonly rolledOut: ConfigMap } {
    providers.forEach(refuseUnfit);
    const listed = gate(
        `${name}-listed`,
        {
            kind: "oauth-merged",
            until: "OAuth lists the identity providers of this stack",
            record: { providers: JSON.stringify(providers) },
            check: async (kube, { oldInputs }) => {
                await refuseWithoutServer(kube);
                await changeProviders(kube, (current) => withProviders(current, providers, recorded(oldInputs)));
            },
        },
        { parent, dependsOn: [...dependsOn], hooks: { beforeDelete: [removeProviders] } },
    );
    const serving = rolledOut(
        `${name}-serves`,
        {
            operator: "authentication",
            what: "the identity providers",
            minutes: ROLLOUT_MINUTES,
            record: { providers: JSON.stringify(providers), ...(users !== undefined && { users: users.revision }) },
            ...(users !== undefined && { first: (kube, deadline) => usersCopied(kube, users, deadline) }),
        },
        { parent, dependsOn: listed },
    );
    return { listed, rolledOut: serving };
}

/** The entries that the record of this stack holds. */
function recorded(inputs: unknown): ForeignProvider[] {
    const text = (inputs as { data?: { providers?: string } } | undefined)?.data?.providers;
    return text === undefined ? [] : (JSON.parse(text) as ForeignProvider[]);
}

function refuseUnfit(provider: IdentityProvider): void {
    const { error } = identityProvider.safeParse(provider);
    if (error !== undefined) {
        throw new pulumi.RunError(
            `identity provider ${provider.name}: ${error.issues.map((i) => `${jsonPathOf(i.path)}: ${i.message}`).join("; ")}`,
        );
    }
}

/** @throws Error when the cluster has handed logging in to an OpenID provider, and has no oauth server */
async function refuseWithoutServer(kube: Kube): Promise<void> {
    const authentication = await kube.get({ apiVersion: CONFIG, plural: "authentications" }, "cluster");
    if (authentication?.spec?.["type"] === "OIDC") {
        throw new Error(
            "Authentication cluster has type OIDC: the cluster has no OAuth server, and no Users and Groups. " +
                "Remove identity.store, identity.openid and identity.ldap, and set identity.groups: existing",
        );
    }
}

async function changeProviders(
    kube: Kube,
    change: (current: readonly ForeignProvider[]) => readonly ForeignProvider[],
): Promise<void> {
    await retryOnConflict(async () => {
        const oauth = await kube.get(OAUTHS, "cluster");
        if (oauth === undefined) {
            throw new Error("OAuth cluster does not exist: this is not an OpenShift cluster, or it runs no OAuth server");
        }
        const current = listOf(oauth);
        const wanted = change(current);
        if (!isDeepStrictEqual(wanted, current)) {
            await kube.patch(OAUTHS, "cluster", {
                metadata: { resourceVersion: oauth.metadata.resourceVersion },
                spec: { identityProviders: wanted.length > 0 ? wanted : null },
            });
        }
    });
}

function listOf(oauth: KubeObject | undefined): ForeignProvider[] {
    const list = oauth?.spec?.["identityProviders"];
    return Array.isArray(list) ? (list as ForeignProvider[]) : [];
}

/** Waits until the operator has copied the file of users as it is now; right after a change it still has the last. */
async function usersCopied(
    kube: Kube,
    { provider, revision }: { readonly provider: string; readonly revision: string },
    deadline: number,
): Promise<void> {
    const index = listOf(await kube.get(OAUTHS, "cluster")).findIndex((entry) => entry.name === provider);
    const copy = `v4-0-config-user-idp-${index}-file-data`;
    const namespace = "openshift-authentication";
    await untilObject(kube, {
        kind: { apiVersion: "v1", plural: "secrets", namespace },
        name: copy,
        within: { deadline },
        reached: (secret) => {
            const annotations = (secret?.metadata as { annotations?: Record<string, string> } | undefined)?.annotations;
            return annotations?.[USERS_ANNOTATION] === revision;
        },
        otherwise:
            `Secret ${namespace}/${copy} does not contain the users of this stack after ${ROLLOUT_MINUTES} minutes: ` +
            `check ClusterOperator authentication and the Secret of provider ${provider} in ${CONFIG_NAMESPACE}`,
    });
}
