/** Whose use is. What the queries give on a real Prometheus is in test/observability/day.long.test.ts. */
import { countedBy, ofPersons } from "../../../catalogue/observability/persons";
import { PERSONS, recordingGroups } from "../../../catalogue/observability/recordings";
import { scope } from "./scope";

const query = "sum by (user) (authorized_calls)";

it("a query stays as it is where users are counted under their own names", () => {
    const none = { workspaces: false, persons: [] };
    expect([ofPersons(query, ["user"], none), countedBy(["user"], none)]).toEqual([query, ["user"]]);
});

it("asks for the list only where there is one", () => {
    expect(ofPersons(query, ["user"], { workspaces: true, persons: [] })).not.toContain("maas:person:info");
    expect(ofPersons(query, ["user"], { workspaces: false, persons: scope.persons })).toContain("maas:person:info");
    expect(countedBy(["user"], { workspaces: true, persons: [] })).toEqual(["user", "workspace"]);
});

it("lists no more persons in one object than the operator of Prometheus takes", () => {
    const persons = Array.from({ length: 2001 }, (_, i) => ({
        counted: `system:serviceaccount:wksp-${"a".repeat(42)}-${i}-0a1b2c3d:maas-workspace`,
        user: `${"a".repeat(42)}.${i}@example.com`,
        workspace: true,
    }));
    const groups = recordingGroups({ ...scope, persons }).filter(({ name }) => name.startsWith(PERSONS));
    expect(groups.map(({ name, recordings }) => [name, recordings.length])).toEqual([
        ["maas-persons-1", 1000],
        ["maas-persons-2", 1000],
        ["maas-persons-3", 1],
    ]);
    // The operator splits the rules over ConfigMaps of half a MiB, and takes no larger rule.
    groups.forEach((group) => expect(JSON.stringify(group).length).toBeLessThan(2 ** 19));
});
