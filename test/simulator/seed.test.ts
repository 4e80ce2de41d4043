import { seedObjects } from "../../simulator/openshift/seed";
import { siteOf } from "../../simulator/openshift/site";

/** Replicas of the worker MachineSets of a cluster in so many zones. */
function workers(zones: number): unknown[] {
    const site = siteOf({ zones: ["a", "b", "c", "d"].slice(0, zones).map((letter) => `us-east-2${letter}`) });
    return seedObjects(site)
        .filter(({ kind }) => kind === "MachineSet")
        .map(({ spec }) => (spec as { readonly replicas: number }).replicas);
}

test("three workers are spread over the zones as the installer spreads them", () => {
    expect([1, 2, 3, 4].map(workers)).toEqual([[3], [2, 1], [1, 1, 1], [1, 1, 1, 0]]);
});
