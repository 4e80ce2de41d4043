/** Volumes of StatefulSets, rehearsed in memory: they are enlarged, never replaced, and never shrink. */
import { done, errors, rehearsed } from "./rehearsed";

jest.setTimeout(300_000);

const stage = rehearsed({ policies: false });
const CLAIM = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "maas-db", name: "data-maas-db-0" };

it("the volume of the database grows where it is, while the server runs", async () => {
    const stack = await stage.open((s) => (s.database = { volumeGiB: 10 }));
    const first = await stack.up();
    expect([errors(first), first.succeeded]).toEqual([[], true]);
    const claim = await stack.world.cluster.get(CLAIM);
    expect(claim!.status!.capacity).toEqual({ storage: "10Gi" });

    stage.project.change((s) => (s.database = { volumeGiB: 40 }));
    const grown = await stack.up();
    expect([errors(grown), grown.succeeded]).toEqual([[], true]);
    expect(done(grown, "replace")).toEqual([]);
    expect(done(grown, "update").filter((name) => name.startsWith("database"))).toContain("database-volume");
    const after = await stack.world.cluster.get(CLAIM);
    expect([after!.metadata.uid, after!.status!.capacity]).toEqual([claim!.metadata.uid, { storage: "40Gi" }]);

    stage.project.change((s) => (s.database = { volumeGiB: 20 }));
    expect(errors(await stack.up())).toEqual([
        expect.stringMatching(/volume data-maas-db-0 has 40Gi, and no volume shrinks: set database\.volumeGiB to 40 or more/),
    ]);

    // A class that lets nothing grow.
    for (const storageClass of await stack.world.cluster.list("storage.k8s.io/v1", "StorageClass")) {
        await stack.world.cluster.update({ ...storageClass, allowVolumeExpansion: false });
    }
    stage.project.change((s) => (s.database = { volumeGiB: 80 }));
    expect(errors(await stack.up())).toEqual([
        expect.stringMatching(
            /volume data-maas-db-0 has 40Gi and cannot grow to 80Gi: StorageClass .* has no allowVolumeExpansion/,
        ),
    ]);
    expect((await stack.world.cluster.get(CLAIM))!.spec!.resources.requests.storage).toBe("40Gi");
});
