/**
 * A double of a KV version 2 mount of Vault, over TLS. What it answers, and with which code, was compared with Vault 1.21.4.
 * Source: docs/sources/identity.md#vault-secrets.
 */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";

interface Version {
    readonly data: object;
    deleted?: boolean;
    destroyed?: boolean;
}

interface Stored {
    metadata: Record<string, unknown>;
    versions: Map<number, Version>;
    current: number;
}

export class VaultDouble {
    /** Path below the mount -> secret. */
    readonly secrets = new Map<string, Stored>();
    /** Versions that a secret keeps when its metadata do not say. */
    readonly keeps = 10;
    token = "root";
    sealed = false;
    /** Of the mount. */
    engine = "kv";
    version = "2";
    readonly requests: string[] = [];
    /** Namespaces of Vault Enterprise that were asked for. */
    readonly namespaces = new Set<unknown>();
    private readonly server: Server;

    constructor(
        tls: { readonly key: string; readonly cert: string },
        private readonly mount: string,
    ) {
        this.server = createServer(tls, (request, response) => {
            let text = "";
            request.on("data", (chunk: Buffer) => (text += chunk.toString()));
            request.on("end", () => {
                const url = new URL(request.url!, "https://vault");
                this.requests.push(`${request.method} ${url.pathname}`);
                this.namespaces.add(request.headers["x-vault-namespace"]);
                const [code, body] = this.answer(request.method!, url, request.headers["x-vault-token"], text);
                response.writeHead(code, { "Content-Type": "application/json" });
                response.end(body === undefined ? "" : JSON.stringify(body));
            });
        });
    }

    async start(): Promise<void> {
        await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((done) => this.server.close(done));
    }

    get url(): string {
        return `https://localhost:${(this.server.address() as AddressInfo).port}`;
    }

    put(name: string, data: object): void {
        const stored = this.secrets.get(name) ?? { metadata: {}, versions: new Map<number, Version>(), current: 0 };
        stored.versions.set(++stored.current, { data });
        const most = Number(stored.metadata["max_versions"] ?? 0) || this.keeps;
        stored.versions.delete(stored.current - most);
        this.secrets.set(name, stored);
    }

    /** Deletes the latest version, as one does who removes a secret without naming versions. */
    deleteLatest(name: string): void {
        const { versions, current } = this.secrets.get(name)!;
        versions.get(current)!.deleted = true;
    }

    /** Data of the latest version of a secret; undefined when it is deleted. */
    latest(name: string): object | undefined {
        const { versions, current } = this.secrets.get(name)!;
        const { data, deleted, destroyed } = versions.get(current)!;
        return deleted === true || destroyed === true ? undefined : data;
    }

    /** Data of the live versions of a secret. */
    live(name: string): object[] {
        return [...(this.secrets.get(name)?.versions.values() ?? [])]
            .filter((one) => !one.deleted && !one.destroyed)
            .map(({ data }) => data);
    }

    private answer(method: string, { pathname, searchParams }: URL, token: unknown, text: string): [number, object?] {
        if (this.sealed) {
            return [503, { errors: ["Vault is sealed"] }];
        }
        if (token !== this.token) {
            return [403, { errors: ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"] }];
        }
        if (pathname === `/v1/sys/internal/ui/mounts/${this.mount}`) {
            return [200, { data: { path: `${this.mount}/`, type: this.engine, options: { version: this.version } } }];
        }
        if (pathname.startsWith("/v1/sys/internal/ui/mounts/")) {
            return [403, { errors: ["preflight capability check returned 403, please ensure client's policies grant access"] }];
        }
        const [, kind, encoded] = new RegExp(`^/v1/${this.mount}/(metadata|data)/(.*)$`).exec(pathname) ?? [];
        const name = encoded === undefined ? undefined : decodeURIComponent(encoded);
        if (kind === undefined || name === undefined) {
            return [404, { errors: [`no handler for route "${pathname.slice("/v1/".length)}". route entry not found.`] }];
        }
        if (searchParams.get("list") === "true") {
            const keys = [...this.secrets.keys()]
                .filter((one) => one.startsWith(name))
                .map((one) => one.slice(name.length).replace(/\/.*/, "/"));
            return keys.length === 0 ? [404, { errors: [] }] : [200, { data: { keys: [...new Set(keys)].sort() } }];
        }
        const stored = this.secrets.get(name);
        if (method === "GET") {
            return kind === "metadata" ? this.metadata(stored) : this.data(stored, Number(searchParams.get("version")));
        }
        if (method === "DELETE") {
            this.deleteLatest(name);
            return [204];
        }
        const body = JSON.parse(text) as { data: object; options?: { cas?: number } };
        if (kind === "metadata") {
            this.secrets.set(name, {
                versions: new Map(),
                current: 0,
                ...stored,
                metadata: body as unknown as Record<string, unknown>,
            });
            return [204];
        }
        if (stored?.metadata["cas_required"] === true && body.options?.cas === undefined) {
            return [400, { errors: ["check-and-set parameter required for this call"] }];
        }
        if (body.options?.cas !== undefined && body.options.cas !== (stored?.current ?? 0)) {
            return [400, { errors: ["check-and-set parameter did not match the current version"] }];
        }
        this.put(name, body.data);
        return [200, { data: { version: this.secrets.get(name)!.current } }];
    }

    private metadata(stored: Stored | undefined): [number, object] {
        if (stored === undefined) {
            return [404, { errors: [] }];
        }
        const versions = [...stored.versions].map(([n, { deleted, destroyed }]) => [
            n,
            {
                created_time: "2026-11-01T00:00:00Z",
                deletion_time: deleted ? "2026-11-02T00:00:00Z" : "",
                destroyed: destroyed === true,
            },
        ]);
        const { custom_metadata = null, max_versions = 0, cas_required = false, delete_version_after = "0s" } = stored.metadata;
        const data = { custom_metadata, max_versions, cas_required, delete_version_after, current_version: stored.current };
        return [200, { data: { ...data, versions: Object.fromEntries(versions) } }];
    }

    private data(stored: Stored | undefined, version: number): [number, object] {
        const found = stored?.versions.get(version);
        return found === undefined || found.deleted || found.destroyed
            ? [404, { data: { data: null } }]
            : [200, { data: { data: found.data } }];
    }
}
