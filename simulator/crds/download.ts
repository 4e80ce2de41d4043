/** Downloads the products' CustomResourceDefinitions from where they are published. */
import * as fs from "node:fs";
import * as path from "node:path";

import { type CrdSet, crdSets } from "../../catalogue/releases";
import { CrdError, downloadFolder } from "./crds";
import sources from "./sources.json";
import { parseAllDocuments } from "yaml";

export interface CrdDownloadOptions {
    /** The folder that receives them; replaced as a whole when everything was downloaded. Default: the folder in which rehearsals look for them. */
    readonly folder?: string;
    /** Those of the sets but the first are the ones that differ: lay them over these. Default: the first. */
    readonly release?: CrdSet;
    readonly env?: NodeJS.ProcessEnv;
    /** Told what is going on, a line at a time. */
    readonly progress?: (line: string) => void;
    /** Fetches a text over HTTPS. Default: the global `fetch`. @throws Error */
    readonly fetchText?: (url: string) => Promise<string>;
}

export interface CrdDownload {
    readonly folder: string;
    /** The number of CRDs that were written. */
    readonly count: number;
    /** Names of CRDs that are published nowhere; our own schemas serve for them. */
    readonly missing: readonly string[];
}

interface Source {
    readonly repository: string;
    readonly ref: string;
    readonly commit: string;
    readonly crds: readonly { readonly operator: string; readonly name: string; readonly path: string }[];
}

const TIMEOUT_MS = 30_000;
/** The number of files that are downloaded at a time. */
const PARALLEL = 6;

/**
 * Downloads the CRDs at the pinned commits.
 *
 * @throws CrdError when a file cannot be downloaded or is not what is expected; what was there before is then untouched
 */
export async function downloadCrds(options: CrdDownloadOptions = {}): Promise<CrdDownload> {
    const folder = path.resolve(options.folder ?? downloadFolder(options.env ?? process.env));
    const fetchText = options.fetchText ?? overHttps;
    const { release = crdSets[0] } = options;
    const progress = options.progress ?? (() => undefined);
    const wanted: readonly Source[] = sources[release];
    refuseForeign(folder);
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    const temporary = fs.mkdtempSync(`${folder}.`);
    try {
        const index = ["operator\tcrd\tsource\tcommit"];
        for (const source of wanted) {
            progress(`${source.repository} at ${source.commit}: ${source.crds.length} CRDs`);
            const commit = await fullCommit(source, fetchText);
            const files = new Map<string, Promise<string>>();
            await inParallel(source.crds, async ({ operator, name, path: file }) => {
                let text = files.get(file);
                if (text === undefined) {
                    text = fetchText(`https://raw.githubusercontent.com/${source.repository}/${commit}/${file}`);
                    files.set(file, text);
                }
                const crd = crdIn(await text.catch(explain(source, file)), name, `${source.repository}:${file}`);
                fs.mkdirSync(path.join(temporary, operator), { recursive: true });
                fs.writeFileSync(path.join(temporary, operator, `${name}.json`), `${JSON.stringify(crd)}\n`);
                index.push([operator, name, `${source.repository}@${source.ref}:${file}`, source.commit].join("\t"));
            });
        }
        fs.writeFileSync(path.join(temporary, "INDEX.tsv"), `${[index[0], ...index.slice(1).sort()].join("\n")}\n`);
        fs.chmodSync(temporary, 0o755);
        fs.rmSync(folder, { recursive: true, force: true });
        fs.renameSync(temporary, folder);
        return {
            folder,
            count: index.length - 1,
            missing: release === crdSets[0] ? sources.notPublished.crds.map((c) => c.name) : [],
        };
    } finally {
        fs.rmSync(temporary, { recursive: true, force: true });
    }
}

/** A folder is replaced as a whole: one that holds something else is left alone. */
function refuseForeign(folder: string): void {
    if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0 && !fs.existsSync(path.join(folder, "INDEX.tsv"))) {
        throw new CrdError(`${folder} holds something else than CRDs: name an empty folder, or one that does not exist`);
    }
}

/** Files are published under whole commit ids. */
async function fullCommit(source: Source, fetchText: (url: string) => Promise<string>): Promise<string> {
    const url = `https://api.github.com/repos/${source.repository}/commits/${source.commit}`;
    const text = await fetchText(url).catch(explain(source, `commit ${source.commit}`));
    const { sha } = JSON.parse(text) as { sha?: unknown };
    if (typeof sha !== "string" || !sha.startsWith(source.commit)) {
        throw new CrdError(`${source.repository} does not know commit ${source.commit}`);
    }
    return sha;
}

function explain(source: Source, what: string): (e: Error) => never {
    return (e) => {
        throw new CrdError(
            `${source.repository}, ${what}: ${e.message}. Nothing was changed. Without a network, set MAAS_CRDS to a folder of CRDs, ` +
                `or do without: our own schemas serve then.`,
        );
    };
}

/** The CRD of a name among the documents of a YAML file. */
function crdIn(text: string, name: string, file: string): object {
    for (const document of parseAllDocuments(text)) {
        const object = document.toJS() as { kind?: unknown; metadata?: { name?: unknown } } | null;
        if (object?.kind === "CustomResourceDefinition" && object.metadata?.name === name) {
            return object;
        }
    }
    throw new CrdError(`${file} holds no CustomResourceDefinition ${name}`);
}

async function overHttps(url: string): Promise<string> {
    let response: Response;
    try {
        response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), headers: { "user-agent": "maas-platform" } });
    } catch (e) {
        const { cause } = e as { cause?: Error };
        throw new Error(`${new URL(url).host} cannot be reached (${cause?.message ?? (e as Error).message})`);
    }
    if (!response.ok) {
        throw new Error(`${new URL(url).host} answers ${response.status} ${response.statusText}`);
    }
    return response.text();
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const queue = [...items];
    await Promise.all(
        Array.from({ length: PARALLEL }, async () => {
            for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
                await work(item);
            }
        }),
    );
}
