/** Groups of the cluster, whose members an administrator changes. */
import type { Kube } from "../../components/kube";
import { RefusalError } from "../exit";

const GROUPS = { apiVersion: "user.openshift.io/v1", plural: "groups" };

/** Takes a user out of a Group and into another. @throws RefusalError for a Group that does not exist, KubeError */
export async function moveBetween(kube: Kube, user: string, from: string, to: string): Promise<void> {
    const usersOf = async (group: string): Promise<string[]> => {
        const found = await kube.get(GROUPS, group);
        if (found === undefined) {
            throw new RefusalError(`There is no Group ${group} on the cluster.`);
        }
        return (found["users"] as string[] | null | undefined) ?? [];
    };
    const [left, joined] = [await usersOf(from), await usersOf(to)];
    // First the new one: the user is never without a tier.
    if (!joined.includes(user)) {
        await kube.patch(GROUPS, to, { users: [...joined, user] });
    }
    if (left.includes(user)) {
        await kube.patch(GROUPS, from, { users: left.filter((name) => name !== user) });
    }
}
