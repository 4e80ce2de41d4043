/** The owners of the identities in counters and metrics. */
import { createHash } from "node:crypto";

import { recordOf, type Release } from "../releases";
import { slug } from "../identity";
import { workspaceIdentity } from "./names";
import { workspaceUsers } from "./users";

/** A user, or the workspace of one. */
export interface Owner {
    readonly user: string;
    /** Whether it is the user's workspace, which has limits of its own. */
    readonly workspace: boolean;
}

const LONGEST = 63;
const HASH = 8;

/**
 * The ServiceAccount that release 3.3 creates for a user in the namespace of the tier; the gateway counts by its name.
 * Source: opendatahub-io/models-as-a-service@v0.0.2:maas-api/internal/token/manager.go.
 */
export function tierAccount(username: string): string {
    const name = username
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, LONGEST - 1 - HASH)
        .replace(/^-+|-+$/g, "");
    return `${name}-${createHash("sha1").update(username).digest("hex").slice(0, HASH)}`;
}

/** Settings that decide it. */
interface Owned {
    readonly release: Release;
    readonly identity: { readonly users: readonly { readonly name: string }[] };
}

/** The owner of each identity that is not a user's own name: of workspaces, and on release 3.3 of all users. */
export function identityOwners({ release, identity }: Owned): ReadonlyMap<string, Owner> {
    const named = recordOf(release).governance === "tiers" ? tierAccount : (username: string): string => username;
    return new Map<string, Owner>(
        identity.users.flatMap(({ name: user }) => [
            [named(user), { user, workspace: false }] as const,
            [named(workspaceIdentity(user)), { user, workspace: true }] as const,
        ]),
    );
}

/**
 * Persons who are counted under a name that is not theirs, where users are counted: on release 3.3 all, else workspaces whose namespaces have
 * a hash in their names.
 */
export function countedAccounts(
    settings: Owned & Parameters<typeof workspaceUsers>[0],
): { readonly counted: string; readonly user: string; readonly workspace: boolean }[] {
    const all = recordOf(settings.release).governance === "tiers";
    const having = new Set(workspaceUsers(settings).map(({ name }) => name));
    return [...identityOwners(settings)]
        .filter(([, { user, workspace }]) => (workspace ? having.has(user) && (all || slug(user) !== user) : all))
        .map(([counted, owner]) => ({ counted, ...owner }));
}
