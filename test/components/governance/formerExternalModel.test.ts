/** On the way to a release with ExternalProviders, the former object of a model goes first. */
import { removeFormerExternalModel } from "../../../components/governance/formerExternalModel";
import type { Kube, KubeObject } from "../../../components/kube";

const model = { namespace: "maas", name: "gpt-4o" };
const written = (manager: string): KubeObject => ({
    metadata: { ...model, managedFields: [{ manager }] } as KubeObject["metadata"],
});

/** A cluster with one such object, or none. @param stays whether it does not go when it is deleted */
function cluster(object: KubeObject | undefined, stays = false) {
    const deleted: string[] = [];
    const kube: Pick<Kube, "now" | "get" | "delete" | "until"> = {
        now: () => Promise.resolve(0),
        get: () => Promise.resolve(object),
        delete: ({ plural, namespace }, name) => {
            deleted.push(`${plural} ${namespace}/${name}`);
            return Promise.resolve();
        },
        until: async (_kind, _name, judge) => judge(stays ? object : undefined),
    };
    return { kube, deleted };
}

it("deletes what Pulumi wrote, and leaves a cluster without one alone", async () => {
    const { kube, deleted } = cluster(written("pulumi-kubernetes-1a2b"));
    await removeFormerExternalModel(kube, model);
    expect(deleted).toEqual(["externalmodels maas/gpt-4o"]);
    const none = cluster(undefined);
    await removeFormerExternalModel(none.kube, model);
    expect(none.deleted).toEqual([]);
});

it("leaves somebody else's, and says how to delete it", async () => {
    const { kube, deleted } = cluster(written("kubectl"));
    await expect(removeFormerExternalModel(kube, model)).rejects.toThrow(
        /not this program's.*oc delete externalmodels\.maas\.opendatahub\.io gpt-4o -n maas$/,
    );
    expect(deleted).toEqual([]);
});

it("says that it does not go", async () => {
    const { kube } = cluster(written("pulumi-kubernetes"), true);
    await expect(removeFormerExternalModel(kube, model)).rejects.toThrow(/is not gone after 5 minutes/);
});
