/** The users who have a workspace. */

/** The settings that decide it. */
interface WorkspaceUsers {
    readonly workspaces?: { readonly tiers?: readonly string[] | undefined } | undefined;
    readonly identity: { readonly users: readonly { readonly name: string; readonly tier: string }[] };
}

/** Users with a workspace, in the order of the settings; empty where the stack has none. */
export function workspaceUsers<S extends WorkspaceUsers>({ workspaces, identity }: S): S["identity"]["users"][number][] {
    if (workspaces === undefined) {
        return [];
    }
    const tiers = workspaces.tiers === undefined ? undefined : new Set(workspaces.tiers);
    return identity.users.filter(({ tier }) => tiers === undefined || tiers.has(tier));
}
