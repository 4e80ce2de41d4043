/**
 * A user's name as a member of a Group: OpenShift refuses colons there, so that the names of the system (`kube:admin`) are
 * encoded. Source: docs/sources/maas.md#groups.
 */
export function memberName(user: string): string {
    return user.includes(":") && !user.startsWith("b64:") ? `b64:${Buffer.from(user).toString("base64")}` : user;
}

/** The user's name of a member of a Group. */
export function userName(member: string): string {
    return member.startsWith("b64:") ? Buffer.from(member.slice("b64:".length), "base64").toString("utf8") : member;
}
