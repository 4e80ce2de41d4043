import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a resource that an earlier version of this program gave another name: it is found in the state by that name, and its object
 * keeps the name that it has, so that nothing is replaced. A new stack has the new name alone.
 *
 * @param former the name of before, under the same parent
 */
export function formerName(former: string): Pick<pulumi.CustomResourceOptions, "aliases" | "ignoreChanges"> {
    return { aliases: [{ name: former }], ignoreChanges: ["metadata.name"] };
}
