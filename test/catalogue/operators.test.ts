import { operatorEntry, operatorPackages, withPrerequisites } from "../../catalogue/operators";
import { releases } from "../../catalogue/releases";
import { registeredKinds, registeredPatches } from "../../kinds";

it("has every operator that a kind needs", () => {
    for (const kind of [...registeredKinds().values(), ...registeredPatches().values()]) {
        if (kind.operator !== undefined) {
            expect(operatorPackages).toContain(kind.operator);
        }
    }
});

describe.each(releases)("for release %s", (release) => {
    it("gives every operator a namespace of its own", () => {
        const namespaces = operatorPackages.map((o) => operatorEntry(release, o).namespace);
        expect(new Set(namespaces).size).toBe(namespaces.length);
    });
    it.each(operatorPackages)("names, pins and orders %s consistently", (operator) => {
        const entry = operatorEntry(release, operator);
        expect(entry.csv === undefined || entry.csv.startsWith(`${operator}.`)).toBe(true);
        expect((entry.after ?? []).every((o) => operatorPackages.includes(o))).toBe(true);
        expect(withPrerequisites(release, [operator]).at(-1)).toBe(operator);
    });
});

it("keeps Connectivity Link and the observability operator where OpenShift AI 3.4 needs them", () => {
    expect(operatorEntry("3.4", "rhcl-operator").csv).toBe("rhcl-operator.v1.3.4");
    expect(operatorEntry("3.4", "cluster-observability-operator").csv).toBe("cluster-observability-operator.v1.4.0");
});

it("puts prerequisites first, each once", () => {
    expect(withPrerequisites("3.4", ["leader-worker-set", "rhcl-operator"])).toEqual([
        "openshift-cert-manager-operator",
        "leader-worker-set",
        "rhcl-operator",
    ]);
});

it("lays a stack's own channel and pin over the entry", () => {
    expect(operatorEntry("3.4", "nfd", { channel: "4.21", csv: "nfd.4.21.1" })).toMatchObject({
        channel: "4.21",
        csv: "nfd.4.21.1",
        namespace: "openshift-nfd",
    });
});

it("has what no Role lets the platform's Prometheus read scraped by that of user workloads, which passes over the platform's label", () => {
    expect(operatorPackages.filter((operator) => operatorEntry("3.4", operator).scrapedBy === "workloads")).toEqual([
        "cloudnative-pg",
        "grafana-operator",
        "kubernetes-imagepuller-operator",
        "mariadb-operator",
        "rhbk-operator",
        "rhcl-operator",
    ]);
});
