/** Values that stand in a stack file for want of a real cluster: those of the example cluster that the shipped stacks name. */

/** A value that has to be replaced before a cluster is deployed to. */
export interface Placeholder {
    /** Path of the setting: `identity.vault.address`. */
    readonly path: string;
    /** The value that the settings have. */
    readonly value: string;
    /** The step that replaces it. */
    readonly remedy: string;
}

/** The name of the example cluster and the AMI of its nodes; its host names are recognized by their domain. */
const EXAMPLES: ReadonlySet<string> = new Set(["maas-7x2kq", "ami-0123456789abcdef0"]);

/** A host, alone or in an address, in a domain that nobody can have. Source: RFC 2606, sections 2 and 3. */
const RESERVED = /(^|[./@])(example\.(com|net|org)|[a-z0-9-]+\.(example|invalid|test))(?=$|[:/])/i;

/** A digest that stands for one that only whoever deploys knows. */
const NO_DIGEST = /@sha256:0{64}$/;

/** Whether a value can belong to no real cluster. */
export function isPlaceholder(value: string): boolean {
    return EXAMPLES.has(value) || RESERVED.test(value) || NO_DIGEST.test(value);
}

/** All placeholders in settings, in their order. */
export function placeholdersIn(settings: unknown, path = ""): Placeholder[] {
    if (typeof settings === "string") {
        const remedy = path.startsWith("cluster.")
            ? "leave it out to have it read from the cluster, or give yours"
            : "give yours";
        return isPlaceholder(settings) ? [{ path, value: settings, remedy }] : [];
    }
    if (Array.isArray(settings)) {
        return settings.flatMap((item, i) => placeholdersIn(item, `${path}[${i}]`));
    }
    return Object.entries(settings ?? {}).flatMap(([key, value]) => placeholdersIn(value, path === "" ? key : `${path}.${key}`));
}
