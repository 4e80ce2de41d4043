/** Groups of the cluster, whose members an administrator changes. */
import { memberName } from "../../catalogue/members";
import type { Kube } from "../../components/kube";
import { RefusalError } from "../exit";

const GROUPS = { apiVersion: "user.openshift.io/v1", plural: "groups" };
/** Somebody else may change a Group at the same time: so often it is read again. */
const ATTEMPTS = 5;
const CONFLICT = 409;

/** Takes a user out of a Group and into another. @throws RefusalError for a Group that does not exist, KubeError */
export async function moveBetween(kube: Kube, user: string, from: string, to: string): Promise<void> {
    const member = memberName(user);
    await found(kube, from);
    // First the new one: the user is never without a tier.
    await change(kube, to, (users) => (users.includes(member) ? users : [...users, member]));
    await change(kube, from, (users) => (users.includes(member) ? users.filter((name) => name !== member) : users));
}

async function found(
    kube: Kube,
    group: string,
): Promise<{ readonly users: readonly string[]; readonly version: string | undefined }> {
    const object = await kube.get(GROUPS, group);
    if (object === undefined) {
        throw new RefusalError(`There is no Group ${group} on the cluster.`);
    }
    return { users: (object["users"] as string[] | null | undefined) ?? [], version: object.metadata.resourceVersion };
}

/** Changes the members of a Group as they were read, so that nobody whom somebody else adds meanwhile is lost. */
async function change(kube: Kube, group: string, by: (users: readonly string[]) => readonly string[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        const { users, version } = await found(kube, group);
        const after = by(users);
        if (after === users) {
            return;
        }
        try {
            await kube.patch(GROUPS, group, { metadata: { resourceVersion: version }, users: after });
            return;
        } catch (error) {
            if ((error as { code?: number }).code !== CONFLICT || attempt === ATTEMPTS) {
                throw error;
            }
        }
    }
}
