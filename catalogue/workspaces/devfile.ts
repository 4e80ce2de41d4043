/** Devfiles in git. Source: docs/sources/workspaces.md#devfiles. */

/** The address of a raw file of a repository, by the host of the repository. */
const SERVERS: readonly { readonly host: RegExp; readonly raw: (at: URL, revision: string, path: string) => string }[] = [
    {
        host: /^github\.com$/,
        raw: ({ pathname }, revision, path) => `https://raw.githubusercontent.com${pathname}/${revision}/${path}`,
    },
    { host: /(^|\.)gitlab\./, raw: ({ origin, pathname }, revision, path) => `${origin}${pathname}/-/raw/${revision}/${path}` },
    { host: /^bitbucket\.org$/, raw: ({ origin, pathname }, revision, path) => `${origin}${pathname}/raw/${revision}/${path}` },
];

/**
 * The address at which a git server serves a file of a repository.
 *
 * @param repository https address, with or without `.git`
 * @returns undefined for a server whose addresses are not known
 */
export function rawAddress(repository: string, revision: string, path: string): string | undefined {
    const at = new URL(repository.replace(/(\.git)?\/*$/, ""));
    return SERVERS.find(({ host }) => host.test(at.hostname))?.raw(at, revision, path);
}
