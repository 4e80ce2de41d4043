/** Volumes that do not grow, and runs that find them so. */
import type { Kube } from "../../components/kube";
import { grow } from "../../components/volumes";

const wanted = { namespace: "maas-db", claims: ["data-0"], storage: "40Gi", setting: "database.volumeGiB" };

/** A cluster whose claim has a request and a capacity that nothing changes. */
function clusterWith(request: string, capacity: string | undefined): { kube: Kube; patched: object[] } {
    const claim = {
        metadata: { name: "data-0" },
        spec: { resources: { requests: { storage: request } }, storageClassName: "gp3" },
        status: { ...(capacity !== undefined && { capacity: { storage: capacity } }) },
    };
    const patched: object[] = [];
    const kube = {
        now: () => Promise.resolve(0),
        list: () => Promise.resolve([{ metadata: { name: "gp3" }, allowVolumeExpansion: true }]),
        until: (_kind: object, _name: string, look: (object: unknown) => unknown) => Promise.resolve(look(claim)),
        patch: (_kind: object, _name: string, patch: object) => Promise.resolve(void patched.push(patch)),
    } as unknown as Kube;
    return { kube, patched };
}

it("fails when a volume does not grow in time", async () => {
    await expect(grow(clusterWith("10Gi", "10Gi").kube, wanted)).rejects.toThrow(
        /volume data-0 in namespace maas-db has not grown to 40Gi within 30 minutes/,
    );
});

it("fails again in the next run, which finds the request and no growth", async () => {
    await expect(grow(clusterWith("40Gi", "10Gi").kube, wanted)).rejects.toThrow(/has not grown to 40Gi/);
});

it.each(["40Gi", undefined])("has nothing to do with a capacity of %s", async (capacity) => {
    const { kube, patched } = clusterWith("40Gi", capacity);
    await grow(kube, wanted);
    expect(patched).toEqual([]);
});
