/** Reads and writes secrets of a KV version 2 mount of Vault. Source: docs/sources/identity.md#vault-secrets. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

import { type VaultAccess, vaultPaths } from "../../components/identity/vaultAccess";
import type { Settings } from "../../stacks/schema";
import { RefusalError } from "../exit";
import { parsedJson } from "../http/json";
import { sendPatiently } from "../http/patient";
import type { HttpAnswer } from "../http/send";

/** One version of a secret. */
export interface SecretVersion {
    readonly version: number;
    readonly created: string;
    readonly data: Readonly<Record<string, unknown>>;
}

/** A secret with its versions in rising order. */
export interface KeptSecret {
    /** Below the mount. */
    readonly path: string;
    /** The metadata that the mount keeps of it beside versions: their number, and notes. */
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly versions: readonly SecretVersion[];
    /** Versions that Vault has deleted or destroyed: nobody reads them. */
    readonly gone: readonly number[];
}

/** The place of the secrets of a stack. */
export interface KeptPaths {
    readonly mount: string;
    /** Folders end with a slash; the empty one is the whole mount. */
    readonly paths: readonly string[];
}

/** The secrets of a stack in its Vault. */
export function pathsOf({ identity }: Settings, infrastructureName: string): KeptPaths {
    const vault = identity.vault!;
    const { mount } = vaultPaths(vault, infrastructureName);
    if (vault.mount === undefined) {
        return { mount, paths: [""] };
    }
    const others = identity.openid.flatMap(({ clientSecret }) => clientSecret.vault?.path ?? []);
    return { mount, paths: [`${vault.prefix ?? `maas-${infrastructureName}`}/`, ...others] };
}

/** The connection to a Vault. */
export interface VaultOptions {
    readonly access: Pick<VaultAccess, "address" | "namespace">;
    readonly token: string;
    readonly ca: string | undefined;
    readonly signal: AbortSignal;
    readonly onWait: (seconds: number, why: string) => void;
}

/** The token with which a person has logged in: VAULT_TOKEN, or what `vault login` keeps. @throws RefusalError when there is none */
export function vaultToken(env: NodeJS.ProcessEnv): string {
    const file = path.join(env["HOME"] ?? homedir(), ".vault-token");
    const token = env["VAULT_TOKEN"] ?? (existsSync(file) ? readFileSync(file, "utf8") : "");
    if (token.trim() === "") {
        throw new RefusalError("There is no token of Vault: log in with vault login, or set VAULT_TOKEN.");
    }
    return token.trim();
}

/** A Vault. Nothing that it answers is told but its errors. */
export class Vault {
    constructor(private readonly options: VaultOptions) {}

    /**
     * Reads secrets with all their versions, in the order of their paths.
     *
     * @throws RefusalError for a mount that is none of KV version 2: Vault answers for it as for one that is empty
     */
    async read({ mount, paths }: KeptPaths): Promise<KeptSecret[]> {
        await this.checkMount(mount);
        const names = (await Promise.all(paths.map((one) => this.below(mount, one)))).flat();
        const secrets: KeptSecret[] = [];
        for (const name of [...new Set(names)].sort()) {
            const secret = await this.secret(mount, name);
            if (secret !== undefined) {
                secrets.push(secret);
            }
        }
        return secrets;
    }

    /** A secret; undefined when there is none. */
    async secret(mount: string, name: string): Promise<KeptSecret | undefined> {
        const found = await this.ask("GET", `${mount}/metadata/${encoded(name)}`);
        if (found === undefined) {
            return undefined;
        }
        const { versions: all, custom_metadata, max_versions, cas_required, delete_version_after } = found as unknown as Metadata;
        const numbers = Object.keys(all)
            .map(Number)
            .sort((a, b) => a - b);
        const versions: SecretVersion[] = [];
        const gone: number[] = [];
        for (const version of numbers) {
            // Not found: deleted or destroyed. A time of deletion may be yet to come.
            const read = await this.ask("GET", `${mount}/data/${encoded(name)}?version=${version}`);
            const data = (read as { data?: Record<string, unknown> | null } | undefined)?.data ?? undefined;
            if (data === undefined) {
                gone.push(version);
            } else {
                refuseInexact(data, `${mount}/${name}`);
                versions.push({ version, created: all[version]!.created_time, data });
            }
        }
        return { path: name, metadata: { custom_metadata, max_versions, cas_required, delete_version_after }, versions, gone };
    }

    /**
     * Brings a secret back: its versions in their order, after those that it has, and deleted where it was. What an interrupted run has
     * brought back already stays as it is.
     */
    async bringBack(mount: string, secret: KeptSecret): Promise<void> {
        const there = await this.secret(mount, secret.path);
        // Of a secret without a version that somebody can read there is nothing to bring back.
        if (secret.versions.length === 0) {
            return;
        }
        if (!isSame(there?.versions.at(-1), secret.versions.at(-1))) {
            await this.write(mount, secret, there?.versions ?? []);
        }
        if (isDeleted(secret) && (there === undefined || !isDeleted(there))) {
            // In the place of the version that was deleted, so that the earlier ones stay readable by their numbers.
            await this.add(mount, secret.path, [{}]);
            await this.ask("DELETE", `${mount}/data/${encoded(secret.path)}`);
        }
    }

    /** Writes versions, but for the first ones that an interrupted run has written already. */
    private async write(
        mount: string,
        { path: name, metadata, versions }: KeptSecret,
        there: readonly SecretVersion[],
    ): Promise<void> {
        const written = versions.findLastIndex((_, last) =>
            versions.slice(0, last + 1).every((one, i, all) => isSame(there[there.length - all.length + i], one)),
        );
        await this.ask("POST", `${mount}/metadata/${encoded(name)}`, metadata);
        await this.add(
            mount,
            name,
            versions.slice(written + 1).map(({ data }) => data),
        );
    }

    /** Adds versions. Each is written once, or not at all. */
    private async add(mount: string, name: string, versions: readonly object[]): Promise<void> {
        const found = await this.ask("GET", `${mount}/metadata/${encoded(name)}`);
        let cas = (found as { current_version?: number } | undefined)?.current_version ?? 0;
        for (const data of versions) {
            await this.ask("POST", `${mount}/data/${encoded(name)}`, { data, options: { cas } });
            cas++;
        }
    }

    /** Source: hashicorp/vault@v1.21.4:command/kv_helpers.go, kvPreflightVersionRequest. */
    private async checkMount(mount: string): Promise<void> {
        const found = (await this.ask("GET", `sys/internal/ui/mounts/${encoded(mount)}`)) as Mount | undefined;
        const { path: at = "", type = "nothing", options } = found ?? {};
        if (type !== "kv" || options?.version !== "2" || at.replace(/\/$/, "") !== mount) {
            const what = type === "kv" ? `KV version ${options?.version ?? "1"}` : type;
            throw new RefusalError(
                `Vault at ${this.options.access.address} has ${what} at ${mount}; expected KV version 2, which keeps versions.`,
            );
        }
    }

    private async below(mount: string, name: string): Promise<string[]> {
        if (name !== "" && !name.endsWith("/")) {
            return [name];
        }
        const listed = await this.ask("GET", `${mount}/metadata/${encoded(name)}?list=true`);
        const keys = (listed as { keys?: string[] } | undefined)?.keys ?? [];
        return (await Promise.all(keys.map((key) => this.below(mount, `${name}${key}`)))).flat();
    }

    /** @returns `data` of the answer; undefined for what does not exist @throws RefusalError in Vault's words */
    private async ask(method: "GET" | "POST" | "DELETE", at: string, body?: object): Promise<object | undefined> {
        const { access, token, ca, signal, onWait } = this.options;
        const answer = await sendPatiently(
            {
                method,
                url: `${access.address.replace(/\/+$/, "")}/v1/${at}`,
                headers: {
                    "X-Vault-Token": token,
                    "X-Vault-Request": "true",
                    ...(access.namespace !== undefined && { "X-Vault-Namespace": access.namespace }),
                },
                ...(body !== undefined && { body }),
                ca,
                signal,
            },
            // With `cas`, a write that was carried out already is refused.
            { repeatable: method === "GET", onWait },
        );
        const parsed = parsedJson(answer.body) as { data?: object; errors?: string[] } | undefined;
        // A mount that does not exist is no empty one: of it Vault says that there is no handler.
        if (answer.status === 404 && method === "GET" && (parsed?.errors ?? []).length === 0) {
            return undefined;
        }
        if (answer.status >= 300) {
            throw new RefusalError(
                `Vault at ${access.address}, ${method} ${at.replace(/\?.*/, "")}: ${whyRefused(answer, parsed?.errors)}.`,
            );
        }
        return parsed?.data;
    }
}

/** A path in an address. */
function encoded(name: string): string {
    return name.split("/").map(encodeURIComponent).join("/");
}

function isSame(one: SecretVersion | undefined, other: SecretVersion | undefined): boolean {
    return one !== undefined && JSON.stringify(one.data) === JSON.stringify(other?.data);
}

/** Vault keeps numbers of any size, JavaScript does not. @throws RefusalError for one that would be saved as another */
function refuseInexact(value: unknown, where: string): void {
    if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw new RefusalError(`Vault's secret ${where} has a number that cannot be saved exactly; write it as a text.`);
    }
    if (typeof value === "object" && value !== null) {
        Object.values(value).forEach((one) => refuseInexact(one, where));
    }
}

interface Mount {
    readonly path: string;
    readonly type: string;
    readonly options: { readonly version?: string } | null;
}

interface Metadata {
    readonly versions: Readonly<Record<number, { created_time: string }>>;
    readonly custom_metadata: unknown;
    readonly max_versions: unknown;
    readonly cas_required: unknown;
    readonly delete_version_after: unknown;
}

/** Whether who reads a secret without naming a version finds none. */
function isDeleted({ versions, gone }: KeptSecret): boolean {
    return (gone.at(-1) ?? 0) > (versions.at(-1)?.version ?? 0);
}

/** `2 errors occurred:`, and a line with a star for each. */
function linesOf(error: string): string[] {
    return error
        .split("\n")
        .map((line) =>
            line
                .replace(/^\s*\*\s*/, "")
                .trim()
                .replace(/\.$/, ""),
        )
        .filter((line) => line !== "" && !/^\d+ errors? occurred:$/.test(line));
}

function whyRefused({ status }: HttpAnswer, errors: readonly string[] = []): string {
    const said = errors.length === 0 ? `HTTP ${status}` : errors.flatMap(linesOf).join("; ");
    switch (status) {
        case 403:
            return `${said}: the token may not do that, or has expired; log in again (vault login), or check the names of identity.vault`;
        case 404:
            return `${said}: check the names of identity.vault, and that the stack is up`;
        case 503:
            return `${said}: unseal it, or wait until its maintenance is over`;
        default:
            return said;
    }
}
