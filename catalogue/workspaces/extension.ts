/** The extension of the assistant. Source: docs/sources/workspaces.md#editor. */

/** The version of an extension where the settings name none. */
const VERSIONS: Readonly<Record<string, string>> = { "Continue.continue": "1.3.38" };

/** `workspaces.assistant` of the settings has this shape. */
interface Extension {
    /** `publisher.name` */
    readonly extension: string;
    readonly version?: string | undefined;
    readonly platform: string;
    /** Address of the registry, or `embedded`. */
    readonly registry: string;
}

/** A version of an extension, and where a workspace gets it. */
export interface PinnedExtension {
    readonly url: string;
    /** Name of the file. */
    readonly file: string;
}

/**
 * The extension that a workspace downloads. @returns undefined where the IDE installs the newest version by itself: the embedded registry of
 * Dev Spaces has one version, and of an unknown extension none is known
 */
export function pinnedExtension({ extension, version, platform, registry }: Extension): PinnedExtension | undefined {
    const wanted = version ?? VERSIONS[extension];
    if (registry === "embedded" || wanted === undefined) {
        return undefined;
    }
    const [publisher, name] = extension.split(".") as [string, string];
    const [folder, suffix] = platform === "universal" ? ["", ""] : [`/${platform}`, `@${platform}`];
    const file = `${extension}-${wanted}${suffix}.vsix`;
    return { url: `${registry.replace(/\/+$/, "")}/api/${publisher}/${name}${folder}/${wanted}/file/${file}`, file };
}
