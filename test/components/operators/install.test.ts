import { install } from "../../../components/operators/install";
import type { Kube } from "../../../components/kube";

/** A cluster with one operator, whoever installed it. */
function clusterWith(csv: string): Kube {
    const subscription = {
        metadata: { name: "rhcl-operator" },
        status: { installedCSV: csv, currentCSV: csv, state: "AtLatestKnown" },
    };
    const succeeded = { metadata: { name: csv }, status: { phase: "Succeeded" } };
    return {
        now: () => Promise.resolve(0),
        list: () => Promise.resolve([{ ...subscription, spec: { name: "rhcl-operator" } }]),
        until: (kind: { plural: string }, _name: string, check: (object: object) => unknown) =>
            Promise.resolve(check(kind.plural === "subscriptions" ? subscription : succeeded)),
    } as unknown as Kube;
}

const wanted = { operator: "rhcl-operator", namespace: "kuadrant-system", csv: undefined, existing: false };

it("takes no operator that is known to let requests through, whoever installed it", async () => {
    await expect(install(clusterWith("rhcl-operator.v1.4.0"), wanted)).rejects.toThrow(
        "rhcl-operator.v1.4.0 serves inference without authentication; use 1.4.1 or later",
    );
    await expect(install(clusterWith("rhcl-operator.v1.4.1"), wanted)).resolves.toBeUndefined();
});
