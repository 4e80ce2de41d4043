/** Names that follow from a tier. */

/** The OpenShift Group of a tier's users. Default: `tier-<name>-users`. */
export function groupOf(tier: { readonly name: string; readonly group?: string | undefined }): string {
    return tier.group ?? `tier-${tier.name}-users`;
}

/** Whether OpenShift has a Group without anybody creating it, such as system:authenticated. Source: docs/sources/maas.md#groups. */
export function isVirtual(group: string): boolean {
    return group.startsWith("system:");
}
