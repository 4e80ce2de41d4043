/** The parts of a platform that a backup holds. */
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";

import { SALT_KEY, SECRETS } from "../../catalogue/litemaas/names";
import { count } from "../../rehearsal/report/format";
import { vaultAccess } from "../../components/identity/vaultAccess";
import type { Kube } from "../../components/kube";
import type { Settings } from "../../stacks/schema";
import type { Context } from "../command";
import { RefusalError } from "../exit";
import { tellWaits } from "../http/tellWaits";
import { readAuthorities } from "../http/trust";
import { domainOf } from "../maasApi/address";
import { databasesOf, type KeptDatabase } from "./databases";
import { Tools } from "./postgres";
import { type KeptPaths, type KeptSecret, pathsOf, Vault, vaultToken } from "./vault";

/** The amount that a part holds, by unit: rows of a table, secrets, versions. */
export type Holds = Readonly<Record<string, number>>;

/** One part. */
export interface Part {
    readonly name: string;
    readonly what: string;
    /** Its place, in words. */
    readonly where: string;
    readonly file: string;
    /** Reads it. @param write takes the content; what it returns is awaited before the content is taken for whole */
    save<T>(write: (content: Readable) => Promise<T>): Promise<{ readonly written: T; readonly holds: Holds }>;
    /** The existing data that a restore would replace, in words; empty on a platform that has just come up. */
    existing(): Promise<readonly string[]>;
    /** Brings it back. @param bytes of the content */
    restore(content: Readable, bytes: number): Promise<void>;
    /** Commands that a person runs after a restore. */
    readonly afterwards: readonly string[];
}

/** Names of all parts. */
export const PARTS = ["keys", "litemaas-proxy", "litemaas-portal", "litemaas-salt", "vault"] as const;

/** The parts of a stack, in the order in which they are saved and brought back. @param vaultCa file of Vault's authority */
export function partsOf(settings: Settings, kube: Kube, context: Context, vaultCa: string | undefined): readonly Part[] {
    const databases = databasesOf(settings);
    const proxy = databases.find(({ part }) => part === "litemaas-proxy");
    return [
        ...databases.map((one) => databasePart(kube, one, context.signal)),
        ...(proxy === undefined ? [] : [saltPart(kube, proxy, context.signal)]),
        ...(settings.identity.store === "vault" && settings.identity.vault !== undefined
            ? [vaultPart(settings, kube, context, vaultCa)]
            : []),
    ];
}

function databasePart(kube: Kube, database: KeptDatabase, signal: AbortSignal): Part {
    const { part: name, what, namespace, clients } = database;
    return {
        name,
        what,
        where: `database in ${namespace}`,
        file: `${name}.dump.age`,
        save: (write) =>
            Tools.with(kube, database, signal, async (tools) => {
                const holds = Object.fromEntries(await tools.rows());
                const { stdout, ended } = await tools.dump();
                const [written] = await Promise.all([write(stdout), ended]);
                return { written, holds };
            }),
        existing: () =>
            Tools.with(kube, database, signal, async (tools) =>
                [...(await tools.rows())]
                    .filter(([, rows]) => rows > 0)
                    .map(([table, rows]) => `${table}: ${count(rows, "row")}`),
            ),
        restore: (content, bytes) => Tools.with(kube, database, signal, (tools) => tools.restore(content, bytes)),
        afterwards: clients.map((one) => `oc rollout restart -n ${one.replace("/", " deployment/")}`),
    };
}

/** The key without which nobody reads the credentials in the database of the proxies. Source: docs/sources/litemaas.md#secrets. */
function saltPart(kube: Kube, proxy: KeptDatabase, signal: AbortSignal): Part {
    const { namespace } = proxy;
    const secrets = { apiVersion: "v1", plural: "secrets", namespace };
    const saltOf = async (): Promise<string | undefined> =>
        ((await kube.get(secrets, SECRETS))?.["data"] as Record<string, string> | undefined)?.[SALT_KEY];
    let saved: string | undefined;
    return {
        name: "litemaas-salt",
        what: "the key that encrypts credentials of LiteLLM",
        where: `Secret ${namespace}/${SECRETS}`,
        file: "litemaas-salt.json.age",
        save: async (write) => {
            saved = await saltOf();
            if (saved === undefined) {
                throw new RefusalError(`Secret ${namespace}/${SECRETS} has no ${SALT_KEY}: LiteMaaS is not up.`);
            }
            return { written: await write(Readable.from([Buffer.from(JSON.stringify({ [SALT_KEY]: saved }))])), holds: {} };
        },
        // It is replaced together with what it encrypts.
        existing: () => databasePart(kube, proxy, signal).existing(),
        restore: async (content) => {
            const data = (await json(content)) as Record<string, string>;
            if ((await saltOf()) !== data[SALT_KEY]) {
                await kube.patch(secrets, SECRETS, { data: { [SALT_KEY]: data[SALT_KEY] } });
            }
        },
        afterwards: proxy.clients.map((one) => `oc rollout restart -n ${one.replace("/", " deployment/")}`),
    };
}

function vaultPart(settings: Settings, kube: Kube, { cwd, err, signal }: Context, caFile: string | undefined): Part {
    const { cluster, identity } = settings;
    const opened = async (): Promise<{ readonly vault: Vault; readonly kept: KeptPaths }> => {
        const domain = identity.vault!.install === undefined ? "" : (cluster.domain ?? (await domainOf(kube, "cluster.domain")));
        const ca = caFile ?? process.env["VAULT_CACERT"];
        const vault = new Vault({
            access: vaultAccess(identity.vault!, domain),
            token: vaultToken(process.env),
            ca: ca === undefined ? undefined : readAuthorities(cwd, ca),
            signal,
            onWait: tellWaits(err),
        });
        return { vault, kept: pathsOf(settings, cluster.infrastructureName ?? (await infrastructureNameOf(kube))) };
    };
    return {
        name: "vault",
        what: "users' passwords and what else the stack reads",
        where: `Vault at ${identity.vault!.address ?? "the Route of the stack"}`,
        file: "vault.json.age",
        save: async (write) => {
            const { vault, kept } = await opened();
            const secrets = await vault.read(kept);
            if (secrets.length === 0) {
                throw new RefusalError(
                    `Vault has no secret of the stack in ${kept.mount}: check the names of identity.vault, and that the mount is KV version 2.`,
                );
            }
            const versions = secrets.reduce((sum, one) => sum + one.versions.length, 0);
            const gone = secrets.reduce((sum, one) => sum + one.gone.length, 0);
            const written = await write(Readable.from([Buffer.from(JSON.stringify({ mount: kept.mount, secrets }))]));
            return { written, holds: { secrets: secrets.length, versions, ...(gone > 0 && { "deleted versions": gone }) } };
        },
        existing: async () => {
            const { vault, kept } = await opened();
            const live = (await vault.read(kept)).filter(({ versions }) => versions.length > 0);
            return live.length === 0 ? [] : [`${kept.mount}: ${count(live.length, "secret")}`];
        },
        restore: async (content) => {
            const { vault, kept } = await opened();
            const { secrets } = (await json(content)) as { secrets: KeptSecret[] };
            for (const secret of secrets) {
                signal.throwIfAborted();
                await vault.bringBack(kept.mount, secret);
            }
        },
        afterwards: [],
    };
}

async function infrastructureNameOf(kube: Kube): Promise<string> {
    const found = await kube.get({ apiVersion: "config.openshift.io/v1", plural: "infrastructures" }, "cluster");
    const name = found?.status?.["infrastructureName"];
    if (typeof name !== "string") {
        throw new RefusalError("The cluster has no Infrastructure/cluster with a name: set cluster.infrastructureName.");
    }
    return name;
}
