/** Versions of operators and packages that let requests through or were poisoned. */
import list from "./refused.json";

/** A version that nobody is to run. */
export interface RefusedVersion {
    /** OLM package, or name of an image or of a Python package. */
    readonly what: string;
    readonly versions: readonly string[];
    /** The harm that it does. */
    readonly harm: string;
    /** The version to run instead. */
    readonly use: string;
    readonly source: string;
}

const refused: readonly RefusedVersion[] = list;

/** The refused version that a ClusterServiceVersion such as `rhcl-operator.v1.4.0` is. */
export function refusedCsv(csv: string): (RefusedVersion & { readonly version: string }) | undefined {
    const [, what, version] = /^([a-z0-9-]+)\.v?(\d+\.\d+\.\d+)/.exec(csv) ?? [];
    const found = refused.find((entry) => entry.what === what && entry.versions.includes(version!));
    return found && { ...found, version: version! };
}

/**
 * The refused versions that a text installs or runs: an image such as `ghcr.io/berriai/litellm:v1.82.7-stable`, a requirement such as
 * `litellm[proxy]==1.82.8`.
 */
export function refusedIn(text: string): (RefusedVersion & { readonly version: string })[] {
    return refused.flatMap((entry) =>
        entry.versions
            .filter((version) =>
                new RegExp(
                    `(?<![\\w-])${entry.what}(?:[\\w-]*:(?:main-)?v?|(?:\\[[^\\]]*\\])?\\s*==\\s*)${version.replaceAll(".", "\\.")}(?![\\d.]*\\d)`,
                    "i",
                ).test(text),
            )
            .map((version) => ({ ...entry, version })),
    );
}
